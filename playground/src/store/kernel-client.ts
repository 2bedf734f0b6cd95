/** The page's end of the kernel worker: commands go out, the event log comes in and is what every view reads. */
import type { KernelApi, KeptLog, Notice } from '../kernel/api.ts';
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
  /** Why the worker ended by itself; `''` while it runs. */
  readonly stopped: string;
}

export type OutputListener = (stream: 'stdout' | 'stderr', bytes: Uint8Array) => void;

export interface KernelClient {
  readonly state: Store<KernelState>;
  readonly call: Connection<KernelApi>['call'];
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

const startWorker = (): Worker =>
  new Worker(new URL('../kernel/kernel.worker.ts', import.meta.url), { type: 'module', name: 'kernel' });

/** The log as it can be kept, shared and carried out again. */
export const keptLog = ({ entries, moment }: KernelState): KeptLog => ({
  // Nothing is told of entry 0, and its place stays empty.
  commands: entries
    .filter((entry?: Entry) => entry !== undefined && entry.id > 0)
    .map(({ parent, command }) => ({ parent, command })),
  at: moment.at,
  checkpoints: moment.checkpoints,
});

export const createKernelClient = (start: () => Worker = startWorker): KernelClient => {
  const state = createStore<KernelState>({ moment: NOTHING_YET, entries: [], busy: 0, stopped: '' });
  const listeners = new Set<OutputListener>();

  const hear = (told: unknown): void => {
    const notice = told as Notice;
    const { entries } = state.get();
    if (notice.type === 'moment') state.set({ moment: notice.moment, progress: undefined });
    else if (notice.type === 'cleared') state.set({ entries: [] });
    else if (notice.type === 'entry') {
      const next = [...entries];
      next[notice.entry.id] = notice.entry;
      state.set({ entries: next });
    } else if (notice.type === 'progress') {
      const { done, total, label } = notice;
      state.set({ progress: { done, total, label } });
    } else for (const listener of listeners) listener(notice.stream, notice.bytes);
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
    const counted = ['execute', 'open', 'undo', 'redo', 'seek'].includes(method);
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

  return {
    state,
    call,
    onOutput: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    restart: async () => {
      worker.terminate();
      connection.fail('the kernel was restarted');
      const log = keptLog(state.get());
      [worker, connection] = begin();
      state.set({ stopped: '', progress: undefined });
      for (const [name, blob] of archives) await call('store', { name, blob });
      await call('open', log);
    },
  };
};
