import { describe, expect, it, vi } from 'vitest';
import { createInterruption } from '../../../../host-adapter/src/cli/shell/interruption.ts';

const control = () => ({
  interrupt: vi.fn<(signal?: number) => void>(),
  processes: () => [],
  kill: () => false,
  handles: () => false,
});

describe('^C', () => {
  it('interrupts at once what has never waited, and ends everything the second time', () => {
    const { io, press } = createInterruption();
    const [node, script] = [control(), control()];
    io.onStart?.(node);
    io.onStart?.(script);
    press();
    expect([node.interrupt.mock.calls, script.interrupt.mock.calls]).toEqual([[], [[]]]);
    press();
    expect([node.interrupt.mock.calls, script.interrupt.mock.calls]).toEqual([[[9]], [[], [9]]]);
  });

  it('ends the waiting of what waits, for a time or for ever', async () => {
    const { io, press, end } = createInterruption();
    const script = control();
    io.onStart?.(script);
    expect(await io.patience?.(5n)).toBe(true);
    const forEver = io.patience?.(undefined);
    press();
    expect(await forEver).toBe(false);
    expect(await io.patience?.(5n)).toBe(false);
    end();
    expect(script.interrupt).not.toHaveBeenCalled();
  });
});
