/** Runs a job of a learner's file where it can do no harm, and ends it when it answers no more. */
import { LearnerProblem, type Job, type JobMessage, type JobResults } from '../job.ts';
import { openFrame } from './open-frame.ts';

export interface LearnerRun<Result> {
  /** Rejects with `LearnerProblem`. */
  readonly result: Promise<Result>;
  /** Ends it at once; `result` rejects with the problem `cancelled`. */
  cancel(): void;
}

export interface RunOptions {
  readonly onMessage?: (message: JobMessage) => void;
  /** How long nothing may be heard, in milliseconds. */
  readonly patience?: number;
}

/** The longest of all laws takes some 50 ms, on a slow telephone half a second. */
const PATIENCE = 5_000;
/** Before the first word: the worker reads half a megabyte of program. */
const START_PATIENCE = 20_000;

export const runLearner = <J extends Job>(
  job: J,
  { onMessage, patience = PATIENCE }: RunOptions = {},
): LearnerRun<JobResults[J['kind']]> => {
  let end: (problem: LearnerProblem) => void = () => {};

  const result = new Promise<JobResults[J['kind']]>((resolve, reject) => {
    let frame: HTMLIFrameElement | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let doing = job.module.name;
    let isOver = false;
    const { port1: words, port2: wordsThere } = new MessageChannel();
    const { port1: trouble, port2: troubleThere } = new MessageChannel();

    /** With the frame its worker goes, in the middle of whatever it does. */
    const close = (): void => {
      isOver = true;
      clearTimeout(timer);
      words.close();
      trouble.close();
      frame?.remove();
    };
    end = (problem) => {
      if (isOver) return;
      close();
      reject(problem);
    };
    const wait = (milliseconds: number): void => {
      clearTimeout(timer);
      timer = setTimeout(
        () => end(new LearnerProblem('no-answer', { seconds: String(milliseconds / 1000), doing })),
        milliseconds,
      );
    };

    words.onmessage = ({ data }: MessageEvent<JobMessage>) => {
      if (isOver) return;
      wait(patience);
      if (data.type === 'begun') doing = data.label;
      onMessage?.(data);
      if (data.type === 'problem') end(new LearnerProblem(data.problem.code, data.problem.data));
      if (data.type !== 'result') return;
      close();
      resolve(data.result as JobResults[J['kind']]);
    };
    trouble.onmessage = ({ data }: MessageEvent<string>) => end(new LearnerProblem('worker-failed', { detail: data }));

    const start = async (): Promise<void> => {
      const { hash, runtime } = await import('virtual:learner-runtime');
      if (isOver) return;
      wait(START_PATIENCE);
      frame = await openFrame(hash);
      if (isOver) frame.remove();
      // The frame's origin is opaque: no address can name it.
      else frame.contentWindow?.postMessage({ runtime, job }, '*', [wordsThere, troubleThere]);
    };
    start().catch((error: unknown) => end(new LearnerProblem('worker-failed', { detail: String(error) })));
  });

  return { result, cancel: () => end(new LearnerProblem('cancelled')) };
};
