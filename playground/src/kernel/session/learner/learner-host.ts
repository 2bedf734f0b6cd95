/** A learner's snapshotter as a plugin of the node; the file itself runs in a worker that the page lends. */
import type { Kernel } from '@layerscope/core/kernel';
import type { SnapshotterPlugin } from '@layerscope/core/sandbox';
import { ContainerdError, type Info, type MetaStore, type Snapshotter } from '@layerscope/core/snapshots';
import { connect, serve, type Connection } from '../../rpc.ts';
import {
  DISK_CALLS,
  KERNEL_CALLS,
  type Change,
  type GroundApi,
  type LearnerApi,
  type Row,
} from '../../../learner/node/protocol.ts';
import { revived } from '../../../learner/node/revive.ts';
import { createPlaces, type Places } from './places.ts';

/**
 * How long it may think about one call, in milliseconds: what the kernel does for it meanwhile does not count, and asking
 * the kernel round after round is thinking, too. And how long its worker may take to read the program that runs it.
 */
const PATIENCE = 5_000;
const START_PATIENCE = 20_000;

export interface LearnerHost {
  readonly plugin: SnapshotterPlugin;
  readonly places: Places;
  /** The state was gone back to: what the file remembers by itself is not so any more, and it is begun anew. */
  forget(): void;
}

interface Ground {
  readonly root: string;
  readonly kernel: Kernel;
  readonly store: MetaStore;
}

/** Whatever the file asks for is looked up among what there is. */
const callOf = (kernel: Kernel, name: string): ((...args: readonly unknown[]) => Promise<unknown>) => {
  const call =
    DISK_CALLS.find((each) => each === name) === undefined
      ? KERNEL_CALLS.find((each) => each === name) && kernel[name as (typeof KERNEL_CALLS)[number]].bind(kernel)
      : kernel.disk[name as (typeof DISK_CALLS)[number]].bind(kernel.disk);
  if (call === undefined) throw new Error(`the kernel has no call ${name}`);
  return call as unknown as (...args: readonly unknown[]) => Promise<unknown>;
};

/** Told that the node works for it; answers what to call when that is over. */
type Served = () => () => void;

const groundApi = ({ kernel, store }: Ground, served: Served): GroundApi => ({
  kernel: async ({ name, args }) => {
    const over = served();
    try {
      const answer = await callOf(kernel, name)(...args);
      return { answer, now: kernel.clock.now() };
    } finally {
      over();
    }
  },
  store: async (changes: readonly Change[]) => {
    const over = served();
    try {
      await store.write((tx) => {
        for (const { key, value } of changes)
          if (value === undefined) tx.delete(key);
          else tx.put(key, value);
      });
    } finally {
      over();
    }
  },
});

/** `borrow` asks the page for a worker with the file, `giveBack` has it ended. `name` is the file's. */
export const createLearnerHost = (
  name: string,
  borrow: () => Promise<MessagePort>,
  giveBack: () => void,
): LearnerHost => {
  const places = createPlaces();
  let ground: Ground | undefined;
  let connection: Promise<Connection<LearnerApi>> | undefined;
  let served: Served = () => () => undefined;
  /** Why it could not be made; it is not tried again, or every command of a log would wait for it. */
  let unmade: unknown;

  const forget = (): void => {
    if (connection !== undefined) giveBack();
    connection = undefined;
  };

  /** Ends it when it has had its time: it may be going round in circles. */
  const patiently = <T>(answer: Promise<T>, doing: string, patience: number, end: () => void): Promise<T> =>
    new Promise((resolve, reject) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      let left = patience;
      let since = 0;
      let serving = 0;
      let isOver = false;
      const giveUp = (): void => {
        isOver = true;
        end();
        const text = `${name} did not answer ${doing} within ${patience / 1000} s and was ended: does it loop?`;
        reject(new ContainerdError('DeadlineExceeded', `${text}: context deadline exceeded`));
      };
      const think = (): void => {
        since = performance.now();
        timer = setTimeout(giveUp, left);
      };
      served = () => {
        if ((serving += 1) === 1) {
          clearTimeout(timer);
          left -= performance.now() - since;
        }
        return () => {
          if ((serving -= 1) === 0 && !isOver) think();
        };
      };
      think();
      answer
        .then(resolve, (error: unknown) => reject(revived(error)))
        .finally(() => {
          isOver = true;
          clearTimeout(timer);
        });
    });

  const connected = (): Promise<Connection<LearnerApi>> => {
    if (unmade !== undefined) return Promise.reject(unmade as Error);
    connection ??= (async () => {
      if (ground === undefined) throw new Error('the node has not begun');
      const { root, kernel, store } = ground;
      const port = await patiently(borrow(), 'the page', START_PATIENCE, forget);
      serve<GroundApi>(
        port,
        groundApi(ground, () => served()),
      );
      const made = connect<LearnerApi>(port, () => undefined);
      port.start();
      await patiently(made.call('ready', undefined), 'at all', START_PATIENCE, forget);
      const rows: readonly Row[] = store.read((tx) => [...tx.range('')]);
      const created = made.call('create', { root, rows, now: kernel.clock.now() });
      await patiently(created, 'createSnapshotter()', PATIENCE, forget);
      return made;
    })();
    connection.catch((error: unknown) => {
      unmade = error;
      forget();
    });
    return connection;
  };

  const ask = async (method: string, ...args: readonly unknown[]): Promise<never> => {
    const made = await connected();
    const now = ground?.kernel.clock.now() ?? 0n;
    return (await patiently(made.call('ask', { method, args, now }), `${method}()`, PATIENCE, forget)) as never;
  };

  const snapshotter: Snapshotter = {
    stat: (key) => ask('stat', key),
    update: (info, ...paths) => ask('update', info, ...paths),
    usage: (key) => ask('usage', key),
    mounts: async (key) => {
      const mounts = await ask('mounts', key);
      places.mounted(key, mounts);
      return mounts;
    },
    prepare: async (key, parent, options) => {
      const mounts = await ask('prepare', key, parent, options);
      places.mounted(key, mounts, parent);
      return mounts;
    },
    view: async (key, parent, options) => {
      const mounts = await ask('view', key, parent, options);
      places.mounted(key, mounts, parent);
      return mounts;
    },
    commit: async (committed, key, options) => {
      await ask('commit', committed, key, options);
      places.committed(committed, key);
    },
    remove: (key) => ask('remove', key),
    walk: async (visit, ...filters) => {
      const found: readonly Info[] = await ask('walk', ...filters);
      for (const info of found) await visit(info);
    },
    cleanup: () => ask('cleanup'),
    close: async () => forget(),
  };

  return {
    places,
    forget,
    plugin: async (given) => {
      forget();
      unmade = undefined;
      ground = given;
      return snapshotter;
    },
  };
};
