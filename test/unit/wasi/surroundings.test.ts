import { describe, expect, it } from 'vitest';
import { createMemoryFileSystem, decodeName, ROOT, seededRandom, steppingClock } from '@layerscope/core/fs';
import { createProcess, MountNamespace } from '@layerscope/core/vfs';
import { compileWasi, runWasi, WasiProgramError, type WasiStream } from '@layerscope/core/wasi';
import { Guest, silence, START } from './guest.ts';
import { assemble } from './assemble.ts';

const strings = (guest: Guest, sizes: string, get: string): readonly string[] => {
  const [count, size] = [guest.alloc(4), guest.alloc(4)];
  expect(guest.call(sizes, count, size)).toBe('ok');
  const length = guest.view.getUint32(count, true);
  const [table, buffer] = [guest.alloc(4 * length), guest.alloc(guest.view.getUint32(size, true))];
  expect(guest.call(get, table, buffer)).toBe('ok');
  return Array.from({ length }, (_, index) => {
    const start = guest.view.getUint32(table + index * 4, true);
    return decodeName(guest.bytes.slice(start, guest.bytes.indexOf(0, start)));
  });
};

describe('arguments and environment', () => {
  it('arrive as they were given', () => {
    const guest = new Guest({
      args: ['prog', 'ö', ''],
      env: new Map([
        ['HOME', '/root'],
        ['EMPTY', ''],
      ]),
    });
    expect(strings(guest, 'args_sizes_get', 'args_get')).toEqual(['prog', 'ö', '']);
    expect(strings(guest, 'environ_sizes_get', 'environ_get')).toEqual(['HOME=/root', 'EMPTY=']);
    expect(strings(new Guest({ args: [] }), 'args_sizes_get', 'args_get')).toEqual([]);
  });
});

describe('clocks and chance', () => {
  it('come from the given sources', () => {
    const [guest, again] = [new Guest(), new Guest()];
    const now = guest.u64('clock_time_get', 0, 0n) as bigint;
    expect(now).toBeGreaterThan(START);
    expect(again.u64('clock_time_get', 0, 0n)).toBe(now);
    expect(guest.u64('clock_time_get', 0, 0n)).toBeGreaterThan(now);
    expect(guest.u64('clock_time_get', 1, 0n)).toBeLessThan(1_000_000n);
    for (const clock of [0, 1, 2, 3]) expect(guest.u64('clock_res_get', clock)).toBe(1n);
    expect(guest.u64('clock_time_get', 4, 0n)).toBe('inval');
    const at = guest.alloc(1024);
    expect(guest.call('random_get', at, 1024)).toBe('ok');
    expect(new Set(guest.bytes.slice(at, at + 1024)).size).toBeGreaterThan(200);
    expect(guest.call('random_get', at, 0)).toBe('ok');
    expect(guest.call('random_get', 131_000, 1000)).toBe('fault');
  });
});

const subscribe = (
  guest: Guest,
  subscriptions: readonly (readonly [userdata: bigint, type: number, value: bigint, flags?: number])[],
): readonly (readonly [bigint, number, number])[] | string => {
  const at = guest.alloc(48 * subscriptions.length);
  guest.bytes.fill(0, at, at + 48 * subscriptions.length);
  for (const [index, [userdata, type, value, flags = 0]] of subscriptions.entries()) {
    const row = at + index * 48;
    guest.view.setBigUint64(row, userdata, true);
    guest.view.setUint8(row + 8, type);
    guest.view.setUint32(row + 16, type === 0 ? 1 : Number(value), true);
    guest.view.setBigUint64(row + 24, value, true);
    guest.view.setUint16(row + 40, flags, true);
  }
  const [events, count] = [guest.alloc(32 * subscriptions.length), guest.alloc(4)];
  const error = guest.call('poll_oneoff', at, events, subscriptions.length, count);
  if (error !== 'ok') return error;
  return Array.from({ length: guest.view.getUint32(count, true) }, (_, index) => {
    const row = events + index * 32;
    return [
      guest.view.getBigUint64(row, true),
      guest.view.getUint16(row + 8, true),
      guest.view.getUint8(row + 10),
    ] as const;
  });
};

describe('poll_oneoff', () => {
  it('lets time pass for a program that sleeps', () => {
    const guest = new Guest();
    const before = guest.u64('clock_time_get', 1, 0n) as bigint;
    expect(
      subscribe(guest, [
        [7n, 0, 2_000_000_000n],
        [8n, 0, 1_000_000_000n],
      ]),
    ).toEqual([[8n, 0, 0]]);
    const after = guest.u64('clock_time_get', 1, 0n) as bigint;
    expect(after - before).toBeGreaterThan(1_000_000_000n);
    expect(after - before).toBeLessThan(1_001_000_000n);
    expect(subscribe(guest, [[9n, 0, after - 5n, 1]])).toEqual([[9n, 0, 0]]);
    const slept: bigint[] = [];
    subscribe(new Guest({ sleep: (duration) => void slept.push(duration) }), [[1n, 0, 5n]]);
    expect(slept).toEqual([5n]);
  });

  it('finds files and pipes ready at once, and tells of bad descriptors', () => {
    const guest = new Guest();
    expect(
      subscribe(guest, [
        [1n, 2, 1n],
        [2n, 2, 2n],
        [3n, 0, 200_000_000n],
      ]),
    ).toEqual([
      [1n, 0, 2],
      [2n, 0, 2],
    ]);
    expect(subscribe(guest, [[4n, 1, 99n]])).toEqual([[4n, 8, 1]]);
    expect(subscribe(guest, [])).toBe('inval');
    expect(subscribe(guest, [[4n, 9, 99n]])).toBe('inval');
  });

  it('waits for a terminal only as long as a clock says', () => {
    const guest = new Guest({ stdin: { ...silence, waits: true } });
    expect(
      subscribe(guest, [
        [1n, 1, 0n],
        [2n, 0, 100n],
      ]),
    ).toEqual([[2n, 0, 0]]);
    expect(subscribe(guest, [[1n, 1, 0n]])).toEqual([[1n, 0, 1]]);
  });
});

const run = async (
  body: Parameters<typeof assemble>[0],
  stdin: WasiStream = silence,
): Promise<readonly [number, string]> => {
  const clock = steppingClock(START);
  const namespace = new MountNamespace({ fs: createMemoryFileSystem({ clock }), source: 'disk' });
  const process = createProcess({ namespace, caller: ROOT });
  let text = '';
  const stdout: WasiStream = { read: () => 0, write: (bytes) => void (text += decodeName(bytes)) };
  const module = await compileWasi(assemble(body));
  const common = { args: ['prog'], env: new Map<string, string>(), clock, random: seededRandom(1) };
  try {
    return [await runWasi({ module, process, stdin, stdout, stderr: stdout, ...common }), text];
  } finally {
    process.exit();
  }
};

describe('a program', () => {
  it('ends with the status it gives, or by returning', async () => {
    expect(await run({ exit: 33 })).toEqual([33, '']);
    expect(await run({})).toEqual([0, '']);
    expect(await run({ write: 'hello\n', exit: 2 })).toEqual([2, 'hello\n']);
  });

  it('copies its input, also where that has to be waited for', async () => {
    const text = new TextEncoder().encode('typed');
    let calls = 0;
    const terminal: WasiStream = {
      waits: true,
      read: async (into) => {
        await Promise.resolve();
        if (calls++ > 0) return 0;
        into.set(text);
        return text.length;
      },
      write: () => {},
    };
    expect(await run({ copy: true }, terminal)).toEqual([0, 'typed']);
  });

  it('that traps or is none is told of', async () => {
    await expect(run({ trap: true })).rejects.toThrow(WasiProgramError);
    await expect(run({ trap: true })).rejects.toMatchObject({ kind: 'trap' });
    await expect(compileWasi(Uint8Array.of(0, 0x61, 0x73, 0x6d))).rejects.toMatchObject({ kind: 'invalid' });
    await expect(run({ entry: 'main' })).rejects.toThrow('exports no _start');
    await expect(run({ from: 'env' })).rejects.toThrow('imports env.fd_read');
  });
});
