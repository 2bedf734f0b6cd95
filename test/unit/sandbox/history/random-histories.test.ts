/** Whatever was done: every state can be gone back to and come back to, and a crash leaves a node that goes on. */
import type { Fault, History } from '@layerscope/core/sandbox';
import { seededRandom } from '@layerscope/core/fs';
import { describe, expect, it } from 'vitest';
import { machineWithDemo } from '../../../histories/machine.ts';
import { chanceOf, randomCommands } from '../../../histories/random-commands.ts';

const isNightly = process.env['LAYERSCOPE_NIGHTLY'] !== undefined;
const SEQUENCES = isNightly ? 1000 : 25;
const CRASHES = isNightly ? 1000 : 25;
const FIRST_SEED = Number(process.env['LAYERSCOPE_FUZZ_SEED'] ?? 1);
const COMMANDS = 14;
const HOURS = 3_600_000;

const play = async (seed: number): Promise<{ history: History; hashes: readonly string[] }> => {
  const history = await machineWithDemo(seed);
  const hashes = [await history.hash()];
  for (const command of randomCommands(seed, COMMANDS)) {
    await history.execute(command);
    hashes.push(await history.hash());
  }
  return { history, hashes };
};

/** Committed snapshots, blobs, images, containers and leases: what containerd has said to be there. */
const durable = (history: History): Promise<readonly string[]> =>
  history.inspect((node) => {
    const rows: string[] = [];
    for (const [name, store] of node.stores)
      store.read((tx) => {
        for (const [key] of tx.range('')) if (!key.startsWith('volatile/')) rows.push(`${name}/${key}`);
      });
    return rows;
  });

describe('random histories', () => {
  it(
    `are the same after undo of everything and redo of everything: ${SEQUENCES}`,
    async () => {
      for (let seed = FIRST_SEED; seed < FIRST_SEED + SEQUENCES; seed++) {
        const { history, hashes } = await play(seed);
        for (let id = COMMANDS; id > 0; id--) {
          await history.undo();
          expect(await history.hash(), `seed ${seed}: undo to ${id - 1}`).toBe(hashes[id - 1]);
        }
        for (let id = 1; id <= COMMANDS; id++) await history.redo();
        expect(await history.hash(), `seed ${seed}: redo`).toBe(hashes[COMMANDS]);
      }
    },
    HOURS,
  );

  it(
    `are the same when played again, from the start or from a branch: ${SEQUENCES}`,
    async () => {
      for (let seed = FIRST_SEED; seed < FIRST_SEED + SEQUENCES; seed += 5) {
        const { history, hashes } = await play(seed);
        const from = chanceOf(seededRandom(seed)).below(COMMANDS);
        await history.seek(from);
        for (const [index, command] of randomCommands(seed, COMMANDS).entries()) {
          if (index < from) continue;
          await history.execute(command);
          expect(await history.hash(), `seed ${seed}: command ${index + 1} after going back to ${from}`).toBe(
            hashes[index + 1],
          );
        }
      }
    },
    HOURS,
  );

  it(
    `survive a crash at any change: ${CRASHES}`,
    async () => {
      for (let seed = FIRST_SEED; seed < FIRST_SEED + CRASHES; seed++) {
        const chance = chanceOf(seededRandom(seed + 5000));
        const commands = randomCommands(seed, COMMANDS).filter(({ type }) => type !== 'fault' && type !== 'crash');
        const history = await machineWithDemo(seed);
        const at = chance.below(commands.length);
        for (const command of commands.slice(0, at)) await history.execute(command);
        const kept = await durable(history);
        const undone = await history.hash();
        const fault: Fault = {
          on: chance.one(['kernel', 'disk', 'store'] as const),
          effect: 'crash',
          number: 1 + chance.below(60),
          when: chance.one(['before', 'after'] as const),
        };
        await history.execute({ type: 'fault', fault });
        const { events } = await history.execute(commands[at]!);
        const hasCrashed = events.some(({ type }) => type === 'power-cut');
        const what = `seed ${seed}: ${JSON.stringify(fault)} in ${JSON.stringify(commands[at])}`;
        if (hasCrashed && commands[at]!.type !== 'gc' && !JSON.stringify(commands[at]).includes('rm')) {
          // Nothing that was there is lost by a command that removes nothing.
          const now = new Set(await durable(history));
          const lost = kept.filter((key) => !now.has(key) && !/\/(s|n|sequence)\b/.test(key));
          expect(
            lost.filter((key) => /^meta\/(image|content|container|lease)\//.test(key)),
            what,
          ).toEqual([]);
        }
        // It goes on: another image, another container, and garbage is collected.
        const { result } = await history.execute({ type: 'import', blob: 'demo' });
        if (hasCrashed) expect(new TextDecoder().decode(result.stderr), what).toBe('');
        for (const command of [...commands.slice(at), { type: 'gc' } as const]) await history.execute(command);
        await history.seek(at);
        expect(await history.hash(), what).toBe(undone);
      }
    },
    HOURS,
  );
});
