import { DEMO_IMAGE_NAME } from '@layerscope/core/demo';
import type { HistoryCommand } from '@layerscope/core/sandbox';
import { describe, expect, it } from 'vitest';
import { demoHistory, text } from './demo-history.ts';

const IMPORT: HistoryCommand = { type: 'import', blob: 'demo' };
const shell = (script: string): HistoryCommand => ({ type: 'shell', script });

/** Commands that touch every kind of state. */
const COMMANDS: readonly HistoryCommand[] = [
  shell('mkdir -p /mnt /srv/u /srv/w /srv/l/d; echo lower > /srv/l/d/f; cd /srv; X=1'),
  IMPORT,
  shell('mount -t overlay overlay -o lowerdir=/srv/l,upperdir=/srv/u,workdir=/srv/w /mnt; ls -la /mnt/d'),
  shell('echo "$X $PWD" >> /mnt/d/f; rm -r /mnt/d; mkdir /mnt/d; X=2; cd /mnt'),
  { type: 'advance', nanoseconds: 5_000_000_000 },
  shell('mkdir -p /run/t; mount -t tmpfs tmpfs /run/t; echo in tmpfs > /run/t/f; ln /run/t/f /run/t/g'),
  { type: 'gc' },
  shell('cd /; umount /mnt; echo "$X"; false'),
];

const run = async (commands = COMMANDS) => {
  const history = await demoHistory();
  const hashes = [await history.hash()];
  for (const command of commands) {
    await history.execute(command);
    hashes.push(await history.hash());
  }
  return { history, hashes };
};

describe('a history', () => {
  it('goes to every state exactly, whichever way', async () => {
    const { history, hashes } = await run();
    expect(new Set(hashes).size).toBe(hashes.length);
    for (let id = hashes.length - 1; id > 0; id--) {
      expect(history.at).toBe(id);
      expect(await history.undo()).toBe(true);
      expect(await history.hash()).toBe(hashes[id - 1]);
    }
    expect(await history.undo()).toBe(false);
    for (let id = 1; id < hashes.length; id++) {
      expect(await history.redo()).toBe(true);
      expect(await history.hash()).toBe(hashes[id]);
    }
    expect(await history.redo()).toBe(false);
    for (const id of [3, 7, 0, 5, 2, 8, 1, 6]) {
      await history.seek(id);
      expect(await history.hash()).toBe(hashes[id]);
    }
    await expect(history.seek(99)).rejects.toThrow('0 to 8');
  });

  it('carries on from a past state as if nothing had come after it', async () => {
    const { hashes } = await run();
    const { history } = await run([...COMMANDS.slice(0, 3), shell('echo other > /mnt/d/g; rm /mnt/d/f')]);
    const other = await history.hash();
    await history.seek(3);
    for (const command of COMMANDS.slice(3)) {
      const { id } = await history.execute(command);
      expect(await history.hash()).toBe(hashes[id - 1]);
    }
    expect(history.branches().map(({ id }) => id)).toEqual([4, 9]);
    expect(history.path().map(({ id }) => id)).toEqual([1, 2, 3, 5, 6, 7, 8, 9]);
    await history.seek(4);
    expect(await history.hash()).toBe(other);
  });

  it('keeps shells, with their directories and variables', async () => {
    const { history } = await run(COMMANDS.slice(0, 4));
    expect(text((await history.execute(shell('echo $X $PWD'))).result.stdout)).toBe('2 /mnt\n');
    await history.seek(3);
    expect(text((await history.execute(shell('echo $X $PWD; cat /mnt/d/f'))).result.stdout)).toBe('1 /srv\nlower\n');
    await history.seek(0);
    expect(text((await history.execute(shell('echo ${X-unset} $PWD'))).result.stdout)).toBe('unset /\n');
  });

  it('keeps results and events as plain data', async () => {
    const { history } = await run(COMMANDS.slice(0, 2));
    const entry = history.entries[2]!;
    expect(text(entry.result.stdout)).toBe(`${DEMO_IMAGE_NAME}\n`);
    expect(entry.events.filter(({ type }) => type === 'snapshot-call').length).toBeGreaterThan(5);
    expect(structuredClone(entry)).toEqual(entry);
  });

  it('names states and tells them apart', async () => {
    const { history } = await run(COMMANDS.slice(0, 3));
    await history.checkpoint('mounted');
    const at = history.at;
    await history.execute(shell('echo more >> /mnt/d/f; chmod 600 /mnt/d'));
    const differences = await history.differences(at, history.at);
    const byKey = new Map(differences.map((difference) => [difference.key, difference]));
    expect(byKey.get('disk/srv/u/d/f')).toEqual({
      key: 'disk/srv/u/d/f',
      change: 'added',
      fields: [],
      size: { before: 0, after: 11 },
    });
    expect(byKey.get('disk/srv/u')?.fields).toContain('names');
    expect(byKey.has('disk/srv/l/d/f')).toBe(false);
    await history.seekCheckpoint('mounted');
    expect(history.at).toBe(at);
    await expect(history.seekCheckpoint('nowhere')).rejects.toThrow('nowhere');
  });
});
