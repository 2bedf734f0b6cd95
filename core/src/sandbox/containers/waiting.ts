/**
 * Who waits for a command: until it is done, or until they have had enough (^C). When that was is part of the command,
 * so that a replay ends at the same moment.
 */
import type { Nanoseconds } from '../../fs/index.ts';

/** Asked before time passes that a command waits for, `undefined` = for ever. Answers `false` to wait no more. */
export type Patience = (duration: Nanoseconds | undefined) => Promise<boolean>;

/** How often time passes in a command whose end nobody waits for in earnest: a program may go on for ever. */
const MOST_WAITS = 10_000;

export class Waiting {
  #interrupt: Nanoseconds | undefined;
  #patience: Patience | undefined;
  #waited: Nanoseconds = 0n;
  #waits = 0;
  /** How much time the command had waited for when it was interrupted. */
  interruptedAfter: Nanoseconds | undefined;

  /** A command begins. */
  begin(interrupt: number | undefined, patience: Patience | undefined): void {
    this.#interrupt = interrupt === undefined ? undefined : BigInt(interrupt);
    this.#patience = patience;
    this.#waited = 0n;
    this.#waits = 0;
    this.interruptedAfter = undefined;
  }

  /** Whether the command waits for `duration` to pass. */
  async for(duration: Nanoseconds | undefined): Promise<boolean> {
    this.#waits += 1;
    const goesOn = await this.#goesOn(duration);
    if (goesOn) this.#waited += duration ?? 0n;
    else this.interruptedAfter ??= this.#waited;
    return goesOn;
  }

  async #goesOn(duration: Nanoseconds | undefined): Promise<boolean> {
    if (this.interruptedAfter !== undefined) return false;
    if (this.#interrupt !== undefined) return duration !== undefined && this.#waited < this.#interrupt;
    if (this.#patience !== undefined) return this.#patience(duration);
    return duration !== undefined && this.#waits <= MOST_WAITS;
  }
}
