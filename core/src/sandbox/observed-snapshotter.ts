import type { Snapshotter } from '../snapshots/index.ts';
import type { SandboxListener } from './events.ts';

/** The same snapshotter, telling `listen` of every call once it is answered. */
export const observedSnapshotter = (snapshotter: Snapshotter, plugin: string, listen: SandboxListener): Snapshotter => {
  const observe = async <T>(method: string, args: readonly string[], call: () => Promise<T>): Promise<T> => {
    const event = { type: 'snapshot-call', snapshotter: plugin, method, args } as const;
    try {
      const result = await call();
      listen(event);
      return result;
    } catch (error) {
      listen({ ...event, error: error instanceof Error ? error.message : String(error) });
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
