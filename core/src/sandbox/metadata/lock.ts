/**
 * A lock that many share or one holds alone: containerd's per-snapshotter lock. Calls that change a snapshotter share
 * it, the garbage collector takes it alone. Who comes first is served first, so that neither side starves.
 */
export interface SharedLock {
  shared<T>(body: () => Promise<T>): Promise<T>;
  alone<T>(body: () => Promise<T>): Promise<T>;
}

export const createSharedLock = (): SharedLock => {
  let sharing = 0;
  let held = false;
  const waiting: { readonly alone: boolean; readonly enter: () => void }[] = [];

  const admit = (): void => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      if (held || (next.alone && sharing > 0)) return;
      waiting.shift();
      if (next.alone) held = true;
      else sharing += 1;
      next.enter();
    }
  };

  const run = async <T>(alone: boolean, body: () => Promise<T>): Promise<T> => {
    await new Promise<void>((enter) => {
      waiting.push({ alone, enter });
      admit();
    });
    try {
      return await body();
    } finally {
      if (alone) held = false;
      else sharing -= 1;
      admit();
    }
  };

  return { shared: (body) => run(false, body), alone: (body) => run(true, body) };
};
