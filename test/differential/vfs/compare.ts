/** One sequence on both sides, to the first difference. */
import { readFileSync } from 'node:fs';
import type { Protections } from '@layerscope/core/vfs';
import { attempt, dump, execute, touchesFifo } from './execute.ts';
import type { Operation } from './generate.ts';
import { type RealMachine, simulatedSide } from './sides.ts';

export interface Difference {
  /** Index of the operation; the number of operations when only the trees at the end differ. */
  readonly at: number;
  readonly operation: Operation | undefined;
  readonly linux: string;
  readonly simulated: string;
}

const sysctl = (name: string): number => Number(readFileSync(`/proc/sys/fs/${name}`, 'utf8'));

const protections: Protections = {
  hardlinks: sysctl('protected_hardlinks') > 0,
  symlinks: sysctl('protected_symlinks') > 0,
  regular: sysctl('protected_regular'),
  fifos: sysctl('protected_fifos'),
};

export const compare = (
  machine: RealMachine,
  sequence: number,
  operations: readonly Operation[],
): Difference | undefined => {
  const real = machine.side(sequence);
  const simulated = simulatedSide(machine.base, sequence, protections);
  try {
    for (const [at, operation] of operations.entries()) {
      if (operation.call === 'open' && touchesFifo(simulated, operation)) continue;
      const linux = execute(real, operation);
      const here = execute(simulated, operation);
      if (linux !== here) return { at, operation, linux, simulated: here };
    }
    const linux = dump(real).join('\n');
    const here = dump(simulated).join('\n');
    return linux === here ? undefined : { at: operations.length, operation: undefined, linux, simulated: here };
  } finally {
    real.act(false, (calls) => {
      for (const fd of [...real.slots, real.home]) if (fd !== undefined) attempt(() => String(calls.close(fd)));
    });
  }
};

const shape = (answer: string): string => (/^E[A-Z]+$/.test(answer) ? answer : 'value');

/** What kind of difference it is, so that shrinking does not wander off to another one. */
const kindOf = (difference: Difference | undefined): string => {
  if (difference === undefined) return '';
  return `${difference.operation?.call} ${shape(difference.linux)} ${shape(difference.simulated)}`;
};

/** The fewest operations that still show the difference. */
export const shrink = (
  machine: RealMachine,
  operations: readonly Operation[],
  found: Difference,
  nextSequence: () => number,
): { readonly operations: readonly Operation[]; readonly difference: Difference } => {
  let kept = operations.slice(0, found.at + 1);
  let difference = found;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < kept.length;) {
      const fewer = kept.filter((_, index) => index < from || index >= from + size);
      const still = compare(machine, nextSequence(), fewer);
      if (still !== undefined && kindOf(still) === kindOf(found)) {
        kept = fewer.slice(0, still.at + 1);
        difference = still;
      } else from += size;
    }
  }
  return { operations: kept, difference };
};
