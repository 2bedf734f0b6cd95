import { runSuite, snapshotterSuite, type Report, type Verdict } from '@layerscope/core/conformance';
import { createMemoryMetaStore } from '@layerscope/core/snapshots';
import { ROOT, SCRATCH, createGround } from './ground.ts';
import type { LearnerSource } from './read-module.ts';

export interface CheckListener {
  begun(law: string): void;
  verdict(verdict: Verdict, done: number, total: number): void;
}

/**
 * The conformance suite, with a fresh snapshotter on an empty root for each law, as `layerscope check` runs it. That it
 * can be made at all is tried first: 141 laws that fail for one reason tell less than the reason.
 */
export const check = async (source: LearnerSource, listener: CheckListener): Promise<Report> => {
  const subject = async () => {
    const kernel = await createGround();
    const snapshotter = await source.create({ root: ROOT, kernel, store: createMemoryMetaStore() });
    return { snapshotter, kernel, scratch: SCRATCH, close: () => snapshotter.close() };
  };
  await (await subject()).close();
  const suite = snapshotterSuite(source.name, subject, source.traits);
  const told = {
    ...suite,
    laws: suite.laws.map((law) => ({
      ...law,
      run: () => {
        listener.begun(law.name);
        return law.run();
      },
    })),
  };
  let done = 0;
  return runSuite(told, (verdict) => listener.verdict(verdict, (done += 1), suite.laws.length));
};
