/**
 * Where a state has been, and the way back: a tree of moments, with the changes between each one and its parent.
 *
 *            ┌─ c ── d        moveTo(e) from d: take back d, c; make e
 *   a ── b ──┤
 *            └─ e ── f        a branch that was left stays: it is how one gets to its moments again
 *
 * A moment costs what changed in it, however large the state is; going to another costs what changed on the way.
 */
import type { Delta, Recorded, Recorder, Restorable } from './restorable.ts';

/** A state that was marked. Only the timeline that marked it can go there. */
export interface Moment {
  /** The one before it; `undefined` for the first. */
  readonly parent: Moment | undefined;
  /** Marks since the first moment. */
  readonly depth: number;
}

export interface Timeline extends Recorder {
  /** The moment whose state this is, but for what was recorded since. */
  readonly now: Moment;
  /** Ends what was recorded so far: a new moment after `now`. Nothing may be half done. */
  mark(): Moment;
  /** Takes back what was recorded since the last mark, then goes to the state of `moment`, on whichever branch it is. */
  moveTo(moment: Moment): void;
}

class Step implements Moment {
  readonly parent: Step | undefined;
  readonly depth: number;
  /** From the parent's state to this one's. */
  readonly deltas: readonly Delta[];

  constructor(parent: Step | undefined, deltas: readonly Delta[]) {
    this.parent = parent;
    this.depth = parent === undefined ? 0 : parent.depth + 1;
    this.deltas = deltas;
  }

  undo(): void {
    undoAll(this.deltas);
  }

  redo(): void {
    for (const delta of this.deltas) delta.redo();
  }
}

const undoAll = (deltas: readonly Delta[]): void => {
  for (let at = deltas.length - 1; at >= 0; at--) deltas[at]?.undo();
};

/** The state of a holder before and, once it was needed, after a step. */
class SavedState implements Delta {
  readonly #holder: Restorable;
  readonly #before: unknown;
  #after: unknown;
  #hasAfter = false;

  constructor(holder: Restorable) {
    this.#holder = holder;
    this.#before = holder.save();
  }

  undo(): void {
    if (!this.#hasAfter) {
      this.#after = this.#holder.save();
      this.#hasAfter = true;
    }
    this.#holder.restore(this.#before);
  }

  redo(): void {
    this.#holder.restore(this.#after);
  }

  isVoid(): boolean {
    return this.#holder.isAt?.(this.#before) === true;
  }
}

/** A timeline whose first moment is the state now. */
export const createTimeline = (): Timeline => {
  const kept: Restorable[] = [];
  let now = new Step(undefined, []);
  let deltas: Delta[] = [];
  let step = 0;

  const begin = (): void => {
    step += 1;
    deltas = kept.map((holder) => new SavedState(holder));
  };
  begin();

  return {
    get now() {
      return now;
    },
    get step() {
      return step;
    },
    touch: (holder: Recorded) => {
      if (holder.noted === step) return;
      holder.noted = step;
      deltas.push(new SavedState(holder));
    },
    keep: (holder) => {
      if (kept.includes(holder)) return;
      kept.push(holder);
      deltas.push(new SavedState(holder));
    },
    note: (delta) => void deltas.push(delta),
    mark: () => {
      now = new Step(
        now,
        deltas.filter((delta) => delta.isVoid?.() !== true),
      );
      begin();
      return now;
    },
    moveTo: (moment) => {
      undoAll(deltas);
      const target = ofThis(moment);
      const forward: Step[] = [];
      let from = now;
      let to = target;
      while (from !== to) {
        if (to.depth > from.depth) {
          forward.push(to);
          to = to.parent ?? elsewhere();
        } else {
          from.undo();
          now = from = from.parent ?? elsewhere();
        }
      }
      for (const next of forward.toReversed()) next.redo();
      now = target;
      begin();
    },
  };
};

const elsewhere = (): never => {
  throw new TypeError('a moment of another timeline');
};

const ofThis = (moment: Moment): Step => (moment instanceof Step ? moment : elsewhere());
