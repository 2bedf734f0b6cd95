/** The page's end of the kernel worker: commands go out, the event log comes in and is what every view reads. */
import type { KernelApi, KeptLog, Notice } from '../kernel/api.ts';
import type { FirstState } from '../kernel/first-visit.ts';
import { connect, type Connection } from '../kernel/rpc.ts';
import type { Entry, Moment } from '../kernel/values.ts';
import { createStore, type Store } from './store.ts';

export interface KernelState {
  readonly moment: Moment;
  /** The whole log, what was undone included. */
  readonly entries: readonly Entry[];
  /** Of the import that is under way. Bytes. */
  readonly progress?: { readonly done: number; readonly total: number; readonly label: string } | undefined;
  /** The number of commands under way. */
  readonly busy: number;
  /** It has answered: what is shown is what it told, and not what is known from before. */
  readonly isThere: boolean;
  /** Why the worker ended by itself; `''` while it runs. */
  readonly stopped: string;
}

/** A learner's file: what it is called, and how to have a worker that runs it. */
export interface LearnerFile {
  readonly name: string;
  lend(onTrouble: (message: string) => void): Promise<{ readonly port: MessagePort; end(): void }>;
}

export type OutputListener = (stream: 'stdout' | 'stderr', bytes: Uint8Array) => void;

export interface KernelClient {
  readonly state: Store<KernelState>;
  readonly call: Connection<KernelApi>['call'];
  /** Shows what opening a log will lead to, until the kernel has carried it out. */
  foretell(state: FirstState): void;
  /** Begins another node on this snapshotter, or on overlayfs, and carries the log out on it. */
  useLearner(file: LearnerFile | undefined): Promise<void>;
  /** Hears what programs write, as they write it. Answers how to stop listening. */
  onOutput(listener: OutputListener): () => void;
  /** Ends the worker, whatever it is doing, and begins another from the log. */
  restart(): Promise<void>;
}

export const NOTHING_YET: Moment = {
  at: 0,
  path: [],
  branches: [],
  checkpoints: [],
  faults: [],
  snapshotter: '',
  snapshots: [],
  images: [],
  containers: [],
  leases: [],
};

/** The log as it can be kept, shared and carried out again. */
export const keptLog = ({ entries, moment }: KernelState): KeptLog => ({
  // Nothing is told of entry 0, and its place stays empty.
  commands: entries
    .filter((entry?: Entry) => entry !== undefined && entry.id > 0)
    .map(({ parent, command }) => ({ parent, command })),
  at: moment.at,
  checkpoints: moment.checkpoints,
});

export const createKernelClient = (start: () => Worker): KernelClient => {
  const state = createStore<KernelState>({ moment: NOTHING_YET, entries: [], busy: 0, isThere: false, stopped: '' });
  const listeners = new Set<OutputListener>();

  /** What a log that is being opened led to so far. It takes the place of what is shown when it is complete. */
  let opening: Entry[] | undefined;

  const hearMoment = (moment: Moment): void => {
    // A list with a hole is not the same as one with nothing in a place.
    const complete = opening && [...opening];
    opening = undefined;
    if (complete === undefined) return state.set({ moment, progress: undefined, isThere: true });
    const { entries, moment: shown } = state.get();
    // As foretold: nobody need look again.
    if (JSON.stringify([complete, moment]) === JSON.stringify([entries, shown]))
      return state.set({ progress: undefined, isThere: true });
    state.set({ entries: [] });
    state.set({ entries: complete, moment, progress: undefined, isThere: true });
  };

  let learner: LearnerFile | undefined;
  let lent: { end(): void } | undefined;

  const lendLearner = async (wanted: boolean): Promise<void> => {
    lent?.end();
    lent = undefined;
    if (!wanted || learner === undefined) return;
    const made = await learner.lend(() => made.end());
    lent = made;
    await call('lend', { port: made.port }, [made.port]);
  };

  const hear = (told: unknown): void => {
    const notice = told as Notice;
    const { entries } = state.get();
    if (notice.type === 'moment') hearMoment(notice.moment);
    else if (notice.type === 'cleared') opening = [];
    else if (notice.type === 'entry') {
      const next = opening ?? [...entries];
      next[notice.entry.id] = notice.entry;
      if (opening === undefined) state.set({ entries: next });
    } else if (notice.type === 'progress') {
      const { done, total, label } = notice;
      state.set({ progress: { done, total, label } });
    } else if (notice.type === 'learner') void lendLearner(notice.wanted);
    else for (const listener of listeners) listener(notice.stream, notice.bytes);
  };

  /** What was handed over, for the next worker. */
  const archives = new Map<string, Blob>();

  const begin = (): readonly [Worker, Connection<KernelApi>] => {
    const begun = start();
    const made = connect<KernelApi>(begun, hear);
    // A worker that ran out of memory says no more: what waits for it must not wait for ever.
    begun.addEventListener('error', ({ message }) => {
      made.fail(message);
      state.set({ stopped: message });
    });
    return [begun, made];
  };
  let [worker, connection] = begin();

  const call: KernelClient['call'] = (method, params, transfer) => {
    const counted = ['execute', 'attend', 'open', 'undo', 'redo', 'seek'].includes(method);
    const count = (by: number): void => (counted ? state.set({ busy: state.get().busy + by }) : undefined);
    count(1);
    if (method === 'store') {
      const { name, blob } = params as Parameters<KernelApi['store']>[0];
      archives.set(name, blob);
    }
    const answer = connection.call(method, params, transfer);
    const settled = (): void => count(-1);
    (answer as Promise<unknown>).then(settled, settled);
    return answer;
  };

  const openLog = (log: KeptLog): Promise<Moment> =>
    call('open', { ...log, ...(learner === undefined ? {} : { learner: learner.name }) });

  return {
    state,
    call: (method, params, transfer) => {
      // Another log (a lesson, a link, a new beginning) begins on overlayfs.
      if (method === 'open') learner = undefined;
      return call(method, params, transfer);
    },
    useLearner: async (file) => {
      learner = file;
      await openLog(keptLog(state.get()));
    },
    foretell: ({ moment, entries: told }) => {
      const entries: Entry[] = [];
      for (const entry of told) entries[entry.id] = entry;
      state.set({ moment, entries: [...entries] });
    },
    onOutput: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    restart: async () => {
      worker.terminate();
      lent?.end();
      connection.fail('the kernel was restarted');
      const log = keptLog(state.get());
      [worker, connection] = begin();
      state.set({ stopped: '', progress: undefined });
      // All at once: a command that somebody types meanwhile comes after the log, and not on an empty node.
      const handed = [...archives].map(([name, blob]) => call('store', { name, blob }));
      await Promise.all([...handed, openLog(log)]);
    },
  };
};
