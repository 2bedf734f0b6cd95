/** What was last asked of the file and what came of it. */
import type { Report } from '@layerscope/core/conformance';
import { LearnerProblem, runLearner, type Costs, type Job, type Problem, type WalkStep } from '../learner/index.ts';
import { createStore, type Store } from '../store/store.ts';
import { loadMonaco } from './code/load.ts';
import { draft } from './draft.ts';

export type JobState =
  | { readonly phase: 'idle' }
  | {
      readonly phase: 'running';
      readonly kind: Job['kind'];
      readonly label: string;
      readonly done: number;
      readonly total: number;
    }
  | { readonly phase: 'walked'; readonly steps: readonly WalkStep[] }
  | { readonly phase: 'checked'; readonly report: Report }
  | { readonly phase: 'measured'; readonly costs: readonly Costs[] }
  | { readonly phase: 'failed'; readonly problem: Problem };

interface Running {
  readonly state: JobState;
}

export const jobs: Store<Running> = createStore<Running>({ state: { phase: 'idle' } });

let cancelRun: () => void = () => {};
let lastRun = 0;

export const cancelJob = (): void => cancelRun();

const settled = async (kind: Job['kind'], locale: string, isCurrent: () => boolean): Promise<JobState> => {
  const { file, text } = draft.get();
  const typescript = await loadMonaco(locale);
  typescript.setText(text);
  const module = { name: file, code: await typescript.compile() };
  const tell = (state: JobState): void => void (isCurrent() && jobs.set({ state }));
  const run = runLearner(
    { kind, module },
    {
      onMessage: (message) => {
        if (message.type === 'begun') tell({ phase: 'running', kind, label: message.label, done: 0, total: 0 });
        if (message.type === 'verdict') {
          const { done, total, verdict } = message;
          tell({ phase: 'running', kind, label: verdict.name, done, total });
        }
      },
    },
  );
  cancelRun = run.cancel;
  const result = await run.result;
  if (kind === 'walk') return { phase: 'walked', steps: result as readonly WalkStep[] };
  if (kind === 'check') return { phase: 'checked', report: result as Report };
  return { phase: 'measured', costs: result as readonly Costs[] };
};

/** Compiles the draft and does one job with it; another that is under way ends. */
export const startJob = async (kind: Job['kind'], locale: string): Promise<void> => {
  cancelRun();
  const run = (lastRun += 1);
  const isCurrent = (): boolean => run === lastRun;
  jobs.set({ state: { phase: 'running', kind, label: '', done: 0, total: 0 } });
  let state: JobState;
  try {
    state = await settled(kind, locale, isCurrent);
  } catch (error) {
    const { problem } =
      error instanceof LearnerProblem ? error : new LearnerProblem('worker-failed', { detail: String(error) });
    state = problem.code === 'cancelled' ? { phase: 'idle' } : { phase: 'failed', problem };
  }
  if (isCurrent()) jobs.set({ state });
};
