/**
 * Whose turn it is. Processes of a shell are JavaScript tasks that run one at a time: a task keeps the turn until it has
 * to wait (an empty or full pipe, `wait`, a terminal), has had its share, or is done; then the first in the queue that
 * can go on gets it. Nothing depends on how long anything takes outside, so the same script does the same in the same
 * order every time and everywhere.
 *
 *   cat big │ sort │ head        running  cat ──pipe full──▶ queue
 *                                queue    sort (woken: the pipe has bytes) · head (asleep: its pipe is empty)
 *
 * What happens when nobody can go on is the business of `Idle`: without one, nobody really waits, and it is later at once.
 */
import type { Nanoseconds } from '../../fs/index.ts';
import type { ShellProcess } from './shell-process.ts';

interface Waiting {
  readonly process: ShellProcess;
  readonly ready: () => boolean;
  readonly go: () => void;
  /** When it wakes by itself, for one that sleeps. */
  readonly due?: Nanoseconds;
}

/** Where the time of sleepers comes from. */
export interface Idle {
  /**
   * Nobody can go on for `duration`, or it was used up by working. Settled when as much time has passed, or more: how
   * much, in nanoseconds.
   */
  pass(duration: Nanoseconds): Promise<Nanoseconds>;
  /** Nobody can go on, whatever time it is. Settled when something has changed. */
  stall(): Promise<void>;
}

/** How many times a task may ask before somebody else gets the turn. */
const SHARE = 64;
/** How many shares pass before the host may do something else. */
const SHARES_BETWEEN_PAUSES = 4;
/** How much time passes in a share, for those who sleep meanwhile: a millisecond. */
const SHARE_TIME = 1_000_000n;
/** How many shares somebody who works without a pause gets before time passes for the others of the machine, too. */
const SHARES_A_TURN = 25;
/** How much time a turn without a pause counts as: a tenth of a second. */
const TURN_TIME = 100_000_000n;
/** A hundred years: what `infinity` comes to where nobody really waits. */
const FOR_EVER = 100n * 365n * 86_400n * 1_000_000_000n;

export class Scheduler {
  readonly #queue: Waiting[] = [];
  readonly #pause: (() => Promise<void>) | undefined;
  readonly #idle: Idle | undefined;
  #running = false;
  /** Nobody can go on, and somebody else was told. */
  #resting = false;
  /** Of things outside that are waited for. */
  #outside = 0;
  /** Runs that somebody outside waits for. Without one everything stands still. */
  #runs = 0;
  #used = 0;
  #waits = 0;
  #shares = 0;
  /** Time as sleepers see it: it passes while others work, and jumps when nobody does. */
  #time: Nanoseconds = 0n;
  /** The process that has the turn. */
  current: ShellProcess;

  /** `pause` lets the host do something else; what runs for long calls it now and then. */
  constructor(first: ShellProcess, pause?: () => Promise<void>, idle?: Idle) {
    this.current = first;
    this.#pause = pause;
    this.#idle = idle;
  }

  /** Runs `body` for somebody outside, as `process`. */
  async run<Answer>(process: ShellProcess, body: () => Promise<Answer>): Promise<Answer> {
    this.#runs += 1;
    return this.start(process, async () => {
      try {
        return await body();
      } finally {
        this.#runs -= 1;
      }
    });
  }

  /** Starts a task: it begins when it gets the turn. */
  async start<Answer>(process: ShellProcess, body: () => Promise<Answer>): Promise<Answer> {
    await this.#enqueue(process, () => true);
    try {
      return await body();
    } finally {
      this.#running = false;
      this.#next();
    }
  }

  /** Gives the turn away until `ready`, or until a signal ends the process. Throws `SignalJump`. */
  async wait(ready: () => boolean): Promise<void> {
    await this.#until(ready);
    // Two that hand each other bytes for ever use up no share of their own.
    this.#waits += 1;
    if (this.#waits % SHARE === 0) await this.#countShare();
  }

  async #until(ready: () => boolean): Promise<void> {
    const { current } = this;
    current.obey();
    while (!ready() || current.stopped) {
      this.#running = false;
      await this.#enqueue(current, ready);
      current.obey();
    }
  }

  /** Gives the turn away while time passes, `undefined` = for ever. When all who live sleep, it becomes later. */
  async sleep(duration: Nanoseconds | undefined): Promise<void> {
    if (duration === undefined && this.#idle !== undefined) return this.wait(() => false);
    const due = this.#time + (duration ?? FOR_EVER);
    const { current } = this;
    current.obey();
    while (this.#time < due || current.stopped) {
      this.#running = false;
      await this.#enqueue(current, () => this.#time >= due, due);
      current.obey();
    }
  }

  /** Waits for something that does not depend on any task: a terminal. */
  async outside<Answer>(promise: Promise<Answer>): Promise<Answer> {
    let settled = false;
    this.#outside += 1;
    const settle = (): void => {
      settled = true;
      this.#outside -= 1;
      this.#next();
    };
    promise.then(settle, settle);
    await this.#until(() => settled);
    return promise;
  }

  /** To be called now and then by what may run for long. `undefined`: it may go on at once. */
  share(): Promise<void> | undefined {
    this.#used += 1;
    if (this.#used < SHARE && !this.current.isDisturbed) return undefined;
    this.#used = 0;
    return this.#passOn();
  }

  async #passOn(): Promise<void> {
    await this.#countShare();
    await this.giveWay();
  }

  async #countShare(): Promise<void> {
    this.#shares += 1;
    this.#time += SHARE_TIME;
    if (this.#pause !== undefined && this.#shares % SHARES_BETWEEN_PAUSES === 0) await this.#pause();
    if (this.#idle !== undefined && this.#shares % SHARES_A_TURN === 0) await this.#idle.pass(TURN_TIME);
  }

  /** Lets every other task that can go on have a turn. */
  async giveWay(): Promise<void> {
    const { current } = this;
    current.obey();
    this.#running = false;
    await this.#enqueue(current, () => true);
    current.obey();
  }

  /** Lets others go on for a while: until none can, or `shares` turns were given away. */
  async settle(shares: number): Promise<void> {
    for (let given = 0; given < shares && this.#queue.some(canGoOn); given++) await this.giveWay();
  }

  /** Looks again who can go on: a signal came from outside. */
  wake(): void {
    this.#next();
  }

  async #enqueue(process: ShellProcess, ready: () => boolean, due?: Nanoseconds): Promise<void> {
    await new Promise<void>((go) => {
      this.#queue.push({ process, ready, go, ...(due === undefined ? {} : { due }) });
      this.#next();
    });
    this.current = process;
    this.#used = 0;
  }

  /** How long until the next sleeper wakes. */
  #untilNext(): Nanoseconds | undefined {
    let next: Nanoseconds | undefined;
    for (const { due, process } of this.#queue)
      if (due !== undefined && !process.stopped && (next === undefined || due < next)) next = due;
    return next === undefined ? undefined : next - this.#time;
  }

  /** Waits until it is later, or until something has changed. */
  async #rest(idle: Idle, until: Nanoseconds | undefined): Promise<void> {
    this.#resting = true;
    try {
      if (until === undefined) await idle.stall();
      else this.#time += await idle.pass(until);
    } finally {
      this.#resting = false;
    }
    this.#next();
  }

  #next(): void {
    if (this.#running || this.#resting || this.#runs === 0) return;
    if (!this.#queue.some(canGoOn)) {
      const until = this.#untilNext();
      if (this.#idle === undefined) this.#time += until ?? 0n;
      else if (until !== undefined || this.#outside === 0) return void this.#rest(this.#idle, until);
    }
    const at = this.#queue.findIndex(canGoOn);
    const [next] = at < 0 ? [] : this.#queue.splice(at, 1);
    if (next === undefined) return;
    this.#running = true;
    next.go();
  }
}

const canGoOn = ({ process, ready }: Waiting): boolean => process.isEnding || (!process.stopped && ready());
