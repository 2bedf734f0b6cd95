import type { Snapshotter } from '../../../snapshots/index.ts';

/** What a client has of a snapshotter that the node does not: it learns that with its first call, whichever that is. */
export const unknownSnapshotter = (refusal: Error): Snapshotter => {
  const refuse = async (): Promise<never> => {
    throw refusal;
  };
  return {
    stat: refuse,
    update: refuse,
    usage: refuse,
    mounts: refuse,
    prepare: refuse,
    view: refuse,
    commit: refuse,
    remove: refuse,
    walk: refuse,
    close: async () => {},
  };
};
