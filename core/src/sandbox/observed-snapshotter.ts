import type { Snapshotter } from '../snapshots/index.ts';

/** A call of the `Snapshotter` contract, once it is answered. `error` is the text of a refusal. */
export interface ObservedCall {
  /** `prepare`, `commit`, … */
  readonly method: string;
  /** Its string arguments: keys, names, parents. */
  readonly args: readonly string[];
  readonly error?: string;
}

/** The same snapshotter, telling `listen` of every call once it is answered. */
export const observedSnapshotter = (snapshotter: Snapshotter, listen: (call: ObservedCall) => void): Snapshotter => {
  const observe = async <T>(method: string, args: readonly string[], call: () => Promise<T>): Promise<T> => {
    try {
      const result = await call();
      listen({ method, args });
      return result;
    } catch (error) {
      listen({ method, args, error: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  };
  const { cleanup } = snapshotter;
  return {
    stat: (key) => observe('stat', [key], () => snapshotter.stat(key)),
    update: (info, ...paths) => observe('update', [info.name, ...paths], () => snapshotter.update(info, ...paths)),
    usage: (key) => observe('usage', [key], () => snapshotter.usage(key)),
    mounts: (key) => observe('mounts', [key], () => snapshotter.mounts(key)),
    prepare: (key, parent, options) =>
      observe('prepare', [key, parent], () => snapshotter.prepare(key, parent, options)),
    view: (key, parent, options) => observe('view', [key, parent], () => snapshotter.view(key, parent, options)),
    commit: (name, key, options) => observe('commit', [name, key], () => snapshotter.commit(name, key, options)),
    remove: (key) => observe('remove', [key], () => snapshotter.remove(key)),
    walk: (visit, ...filters) => observe('walk', filters, () => snapshotter.walk(visit, ...filters)),
    close: () => observe('close', [], () => snapshotter.close()),
    ...(cleanup === undefined ? {} : { cleanup: () => observe('cleanup', [], () => cleanup.call(snapshotter)) }),
  };
};
