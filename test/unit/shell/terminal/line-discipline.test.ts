import { describe, expect, it } from 'vitest';
import { createLineDiscipline, type LineDiscipline } from '@layerscope/core/shell';

const open = (): {
  keyboard: LineDiscipline;
  shown: () => string;
  interrupts: () => number;
  read: (room?: number) => Promise<string>;
} => {
  let shown = '';
  let interrupts = 0;
  const keyboard = createLineDiscipline(
    (text) => void (shown += text),
    () => void interrupts++,
  );
  return {
    keyboard,
    shown: () => shown,
    interrupts: () => interrupts,
    read: async (room = 100) => {
      const into = new Uint8Array(room);
      return new TextDecoder().decode(into.subarray(0, await keyboard.input.read(into)));
    },
  };
};

describe('keys while a program runs', () => {
  it('come to it line by line, mended and shown', async () => {
    const { keyboard, shown, read } = open();
    const waiting = read();
    keyboard.type('yoz');
    keyboard.type('\u007Fu\u001B[A!\r');
    expect(await waiting).toBe('you!\n');
    expect(shown()).toBe('yoz\b \bu!\n');
    keyboard.type('wrong\u0015né\r2\r');
    expect([await read(2), await read(), await read()]).toEqual(['n\uFFFD', '\uFFFD\n', '2\n']);
  });

  it('end its input with ^D, and hand over a begun line', async () => {
    const { keyboard, read } = open();
    keyboard.type('half\u0004\u0004more\r');
    expect([await read(), await read(), await read()]).toEqual(['half', '', 'more\n']);
  });

  it('interrupt it with ^C, and what was typed is gone', () => {
    const { keyboard, shown, interrupts } = open();
    keyboard.type('one\rtwo\u0003');
    expect([interrupts(), keyboard.left(), shown()]).toEqual([1, '', 'one\ntwo^C\n']);
  });

  it('that nobody read are left for the next', async () => {
    const { keyboard, read } = open();
    keyboard.type('one\rtwo\rthr');
    await read();
    expect(keyboard.left()).toBe('two\nthr');
  });
});
