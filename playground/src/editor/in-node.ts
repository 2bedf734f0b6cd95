/** The learner's file as the snapshotter of the page's node. */
import { lendLearner, LearnerProblem, type Problem } from '../learner/index.ts';
import type { KernelClient } from '../store/kernel-client.ts';
import { loadMonaco } from './code/load.ts';
import { draft } from './draft.ts';

/** Compiles the draft and begins the node anew on it. Answers what is wrong with the file, if anything. */
export const useInNode = async (kernel: KernelClient, locale: string): Promise<Problem | undefined> => {
  const { file, text } = draft.get();
  try {
    const typescript = await loadMonaco(locale);
    typescript.setText(text);
    const module = { name: file, code: await typescript.compile() };
    await kernel.useLearner({ name: file, lend: (onTrouble) => lendLearner(module, onTrouble) });
    return undefined;
  } catch (error) {
    return error instanceof LearnerProblem ? error.problem : { code: 'worker-failed', data: { detail: String(error) } };
  }
};
