/** The same system calls on a real tmpfs and on the simulation, by root and by a user: the same answers, the same tree. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import { compare, shrink } from './compare.ts';
import { generate } from './generate.ts';
import { RealMachine } from './sides.ts';

const OPERATIONS = 120;
/** Time for the random part; the seeds are the same each time, a slower machine gets through fewer of them. */
const SECONDS = Number(process.env['LAYERSCOPE_FUZZ_SECONDS'] ?? 12);
const FIRST_SEED = Number(process.env['LAYERSCOPE_FUZZ_SEED'] ?? 1);

describe.skipIf(!requires('root', 'linux'))('system calls on tmpfs', () => {
  let machine: RealMachine;
  let sequences = 0;
  const nextSequence = (): number => (sequences += 1);

  beforeAll(() => {
    machine = new RealMachine();
  });
  afterAll(() => machine.close());

  it('answers as Linux does, whatever the order', () => {
    const end = Date.now() + SECONDS * 1000;
    let seeds = 0;
    for (let seed = FIRST_SEED; Date.now() < end; seed++) {
      const operations = generate(seed, OPERATIONS);
      const difference = compare(machine, nextSequence(), operations);
      seeds += 1;
      if (difference === undefined) continue;
      const smallest = shrink(machine, operations, difference, nextSequence);
      const script = smallest.operations.map((operation) => JSON.stringify(operation)).join('\n');
      expect(smallest.difference.simulated, `seed ${seed}:\n${script}`).toBe(smallest.difference.linux);
    }
    expect(seeds).toBeGreaterThan(10);
  });
});
