import { ERROR_CLASSES, ContainerdError } from '../snapshots/index.ts';
import type { ErrorClass } from '../snapshots/index.ts';

/** One thing that has to hold. `run` throws when it does not; it gets a subject of its own. */
export interface Law<Subject> {
  /** Short and unique in its suite. */
  readonly name: string;
  /** What has to hold, for someone whose implementation just broke it. */
  readonly rule: string;
  run(subject: Subject): Promise<void>;
}

/** An implementation does not do what a law says. */
export class LawViolation extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LawViolation';
  }
}

const printed = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === 'bigint') return `${inner}n`;
    if (inner === undefined) return '(undefined)';
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });

/** Throws `LawViolation` unless `holds`. */
export const demand = (what: string, holds: boolean): void => {
  if (!holds) throw new LawViolation(what);
};

/** Compares as data: same fields, same values, whatever their order. */
export const demandEqual = (what: string, actual: unknown, expected: unknown): void => {
  const [got, wanted] = [printed(actual), printed(expected)];
  if (got !== wanted) throw new LawViolation(`${what}: expected ${wanted}, got ${got}`);
};

/**
 * Demands that `call` is refused with one of `classes`, as a `ContainerdError` whose text ends with that of the class,
 * and answers the error. Without `classes` any error will do.
 */
export const demandRefused = async (
  what: string,
  call: Promise<unknown>,
  ...classes: readonly ErrorClass[]
): Promise<Error> => {
  let error: unknown;
  try {
    await call;
  } catch (thrown) {
    error = thrown;
  }
  if (!(error instanceof Error)) throw new LawViolation(`${what}: expected a refusal, but it was accepted`);
  if (classes.length === 0) return error;
  const wanted = classes.join(' or ');
  if (!(error instanceof ContainerdError) || !classes.includes(error.code)) {
    const got = error instanceof ContainerdError ? error.code : error.name;
    throw new LawViolation(`${what}: expected ${wanted}, got ${got} "${error.message}"`);
  }
  demand(`${what}: "${error.message}" does not end with the text of ${error.code}`, textEnds(error));
  return error;
};

const textEnds = ({ code, message }: ContainerdError): boolean =>
  code === 'Unknown' || message.endsWith(ERROR_CLASSES[code].text);
