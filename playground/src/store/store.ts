import { useSyncExternalStore } from 'react';

/** A value that changes as a whole, and those who want to know. */
export interface Store<T> {
  get(): T;
  set(change: Partial<T>): void;
  subscribe(listener: () => void): () => void;
}

export const createStore = <T extends object>(initial: T): Store<T> => {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set: (change) => {
      value = { ...value, ...change };
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};

/** What `select` picks must be the same object as long as nothing in it changed. */
export const useStore = <T extends object, Picked>(store: Store<T>, select: (value: T) => Picked): Picked =>
  useSyncExternalStore(store.subscribe, () => select(store.get()));
