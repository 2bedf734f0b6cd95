/**
 * Whose turn it is. Processes of a shell are JavaScript tasks that run one at a time: a task keeps the turn until it has
 * to wait (an empty or full pipe, `wait`, a terminal), has had its share, or is done; then the first in the queue that
 * can go on gets it. Nothing depends on how long anything takes outside, so the same script does the same in the same
 * order every time and everywhere.
 *
 *   cat big │ sort │ head        running  cat ──pipe full──▶ queue
 *                                queue    sort (woken: the pipe has bytes) · head (asleep: its pipe is empty)
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

/** How many times a task may ask before somebody else gets the turn. */
const SHARE = 64;
/** How many shares pass before the host may do something else. */
const SHARES_BETWEEN_PAUSES = 4;
/** How much time passes in a share, for those who sleep meanwhile: a millisecond. */
const SHARE_TIME = 1_000_000n;

export class Scheduler {
  readonly #queue: Waiting[] = [];
  readonly #pause: (() => Promise<void>) | undefined;
  #running = false;
  /** Runs that somebody outside waits for. Without one everything stands still. */
  #runs = 0;
  #used = 0;
  #shares = 0;
  /** Time as sleepers see it: it passes while others work, and jumps when nobody does. */
  #time: Nanoseconds = 0n;
  /** The process that has the turn. */
  current: ShellProcess;

  /** `pause` lets the host do something else; what runs for long calls it now and then. */
  constructor(first: ShellProcess, pause?: () => Promise<void>) {
    this.current = first;
    this.#pause = pause;
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
    const { current } = this;
    current.obey();
    while (!ready() || current.stopped) {
      this.#running = false;
      await this.#enqueue(current, ready);
      current.obey();
    }
  }

  /**
   * Gives the turn away while time passes. Nobody really waits: when all who live sleep, it is later at once, and the
   * first whose time has come goes on.
   */
  async sleep(duration: Nanoseconds): Promise<void> {
    const due = this.#time + duration;
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
    const settle = (): void => {
      settled = true;
      this.#next();
    };
    promise.then(settle, settle);
    await this.wait(() => settled);
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
    this.#shares += 1;
    this.#time += SHARE_TIME;
    if (this.#pause !== undefined && this.#shares % SHARES_BETWEEN_PAUSES === 0) await this.#pause();
    await this.giveWay();
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

  /** To the moment the next sleeper wakes. */
  #passTime(): void {
    let next: Nanoseconds | undefined;
    for (const { due, process } of this.#queue)
      if (due !== undefined && !process.stopped && (next === undefined || due < next)) next = due;
    if (next !== undefined && next > this.#time) this.#time = next;
  }

  #next(): void {
    if (this.#running || this.#runs === 0) return;
    if (!this.#queue.some(canGoOn)) this.#passTime();
    const at = this.#queue.findIndex(canGoOn);
    const [next] = at < 0 ? [] : this.#queue.splice(at, 1);
    if (next === undefined) return;
    this.#running = true;
    next.go();
  }
}

const canGoOn = ({ process, ready }: Waiting): boolean => process.isEnding || (!process.stopped && ready());
