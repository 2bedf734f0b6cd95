/**
 * Something small whose whole state is one value, which may share structure with it: a saved state is never written to.
 * `restore` leaves the object itself in place, because others hold it.
 */
export interface Restorable<State = unknown> {
  save(): State;
  restore(state: State): void;
  /** Whether it is as it was saved: such a state need not be kept. Never, unless it says so. */
  isAt?(state: State): boolean;
}

/** A `Restorable` that says when it is about to change. Who makes one in a step sets `noted` to that step. */
export interface Recorded<State = unknown> extends Restorable<State> {
  /** The step in which it was noted last, kept by the recorder. */
  noted: number;
}

/** A change that can be taken back and made again, any number of times, in the order of the changes around it. */
export interface Delta {
  undo(): void;
  redo(): void;
  /** Asked once, when its step ends: it came to nothing and need not be kept. */
  isVoid?(): boolean;
}

/** What holders of state tell of their changes. Without one they keep no history, and pay nothing for it. */
export interface Recorder {
  /**
   * The step being recorded; no two have the same number. What is new in a step needs no note of what becomes of it
   * in the same step: nothing older can see it.
   */
  readonly step: number;
  /** To be called before `holder` changes: what it is now is noted, unless it was in this step. */
  touch(holder: Recorded): void;
  /** From now on `holder` is noted in every step: it cannot say when it changes, as a clock that everybody reads. */
  keep(holder: Restorable): void;
  /** A change that was made just now and that is too big to be a saved state. */
  note(delta: Delta): void;
}
