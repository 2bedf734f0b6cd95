/** What comes late, and only once. */
export interface Late<T> {
  /** `undefined` until it is there. */
  readonly value: T | undefined;
  /** Fetched once; after a failure, when it is asked for again. */
  load(): Promise<T>;
}

export const late = <T>(fetch: () => Promise<T>): Late<T> => {
  let value: T | undefined;
  let coming: Promise<T> | undefined;
  const come = async (): Promise<T> => {
    try {
      return (value = await fetch());
    } catch (error) {
      coming = undefined;
      throw error;
    }
  };
  return {
    get value() {
      return value;
    },
    load: () => (coming ??= come()),
  };
};
