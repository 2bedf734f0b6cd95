/** What can go wrong, as plain data: a fault is a command in the log like any other, so that it happens again in a replay. */

/**
 * Where changes are made:
 *
 *   kernel   a call of the kernel by containerd or a snapshotter: mkdir, rename, mount, unmount, …
 *   disk     one change on the machine's disk, made by whoever: create, mkdir, rename, write, setattr, …
 *   store    a transaction of a store of records, about to be durable: commit; its path is the store's name
 */
export type FaultLayer = 'kernel' | 'disk' | 'store';

export interface Fault {
  readonly on: FaultLayer;
  /** Only calls of this name, e.g. `mount`; default all. */
  readonly call?: string;
  /** Only those whose path has this in it. On `disk`, the name within its directory. Default all. */
  readonly path?: string;
  /** The how many-th of these from now, from 1; default the first. */
  readonly number?: number;
  /** `crash`: the power goes, and the node starts again from what was durable. */
  readonly effect: 'ENOSPC' | 'EIO' | 'crash';
  /** Whether the power goes before the change is made (default) or right after. */
  readonly when?: 'before' | 'after';
}

/** A change that is made, or was about to be. */
export interface FaultStep {
  readonly on: FaultLayer;
  readonly call: string;
  readonly path: string;
}

/** A fault that has not happened yet. */
interface Armed {
  readonly fault: Fault;
  /** Matching changes until it happens. */
  readonly left: number;
}

export type ArmedFaults = readonly Armed[];

/** Adds a fault to those that wait. */
export const arm = (armed: ArmedFaults, fault: Fault): ArmedFaults => [...armed, { fault, left: fault.number ?? 1 }];

const matches = ({ fault }: Armed, { on, call, path }: FaultStep): boolean =>
  fault.on === on &&
  (fault.call === undefined || fault.call === call) &&
  (fault.path === undefined || path.includes(fault.path));

/** Counts a change: which faults still wait, and which happens now. */
export const count = (
  armed: ArmedFaults,
  step: FaultStep,
): { readonly armed: ArmedFaults; readonly due: Fault | undefined } => {
  if (armed.length === 0) return { armed, due: undefined };
  let due: Fault | undefined;
  const waiting = armed.flatMap((one) => {
    if (!matches(one, step)) return [one];
    if (one.left > 1 || due !== undefined) return [{ fault: one.fault, left: Math.max(1, one.left - 1) }];
    due = one.fault;
    return [];
  });
  return { armed: waiting, due };
};
