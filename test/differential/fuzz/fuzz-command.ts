import { setImmediate } from 'node:timers/promises';
import { playUntilSure } from '../overlay/compare.ts';
import { explain } from '../overlay/explain.ts';
import { generateScene } from '../overlay/generate.ts';
import { closeKernelMachines } from '../overlay/kernel-machine.ts';
import { FuzzArgumentError, parseFuzzArguments, USAGE } from './fuzz-arguments.ts';
import { Tally } from './tally.ts';

/** So many scenes share two tmpfs; then those are unmounted, with all that is in them. */
const SCENES_PER_STORE = 500;
const REPORT_EVERY = 60_000;

const main = async (): Promise<number> => {
  const { operations, seed: first, sequence, wanted, keepGoing } = parseFuzzArguments(process.argv.slice(2));
  const tally = new Tally();
  let divergences = 0;
  const interrupt = new AbortController();
  process.on('SIGINT', () => interrupt.abort());
  const start = Date.now();
  let reported = start;
  const seconds = (): number => Math.round((Date.now() - start) / 1000);
  for (let seed = first; tally.operations < operations && !interrupt.signal.aborted; seed++) {
    // So that an interrupt is heard.
    await setImmediate();
    const scene = generateScene(seed, sequence, wanted);
    const comparison = playUntilSure(scene);
    tally.add(scene, comparison);
    if (comparison.divergence !== undefined) {
      divergences += 1;
      const { small, text } = explain(scene, comparison.divergence);
      console.log(`seed ${seed} ${text}\n\nKeep it in test/differential/overlay/found.ts:\n${JSON.stringify(small)}\n`);
      if (!keepGoing) break;
    }
    if ((seed - first) % SCENES_PER_STORE === SCENES_PER_STORE - 1) closeKernelMachines();
    if (Date.now() - reported < REPORT_EVERY) continue;
    reported = Date.now();
    console.log(
      `${tally.operations} operations, ${tally.sequences} sequences, ${divergences} divergences, ${seconds()} s`,
    );
  }
  console.log(tally.report(first, divergences, seconds()));
  return divergences === 0 ? 0 : 1;
};

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof FuzzArgumentError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
} finally {
  closeKernelMachines();
}
