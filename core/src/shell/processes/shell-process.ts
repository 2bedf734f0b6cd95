/** A process of a shell as others see it: a row of the process table, to which signals are sent. */
import type { Caller } from '../../fs/index.ts';
import type { Process } from '../../vfs/index.ts';
import { SignalJump } from '../language/errors.ts';
import { CONTINUE, endsProcess, KILL, STOPS } from './signals.ts';

export interface ProcessRow {
  readonly pid: number;
  readonly ppid: number;
  readonly args: readonly string[];
  readonly state: 'running' | 'stopped';
  readonly caller: Caller;
  /** Numbers of its open descriptors, as its shell has them. */
  readonly descriptors: readonly number[];
}

export class ShellProcess {
  readonly pid: number;
  readonly ppid: number;
  readonly process: Process;
  /** Changes when it runs another program in its own place. */
  args: readonly string[];
  stopped = false;
  /** The signal that ended it, once one has. */
  endedBy: number | undefined = undefined;
  /** Signals with an action of their own (`trap`); they are left for the shell to see. */
  readonly handled: Set<number> = new Set();
  readonly #pending: number[] = [];

  constructor(pid: number, ppid: number, process: Process, args: readonly string[]) {
    this.pid = pid;
    this.ppid = ppid;
    this.process = process;
    this.args = args;
  }

  /** A signal waits, whether it ends the process or has an action. */
  get isDisturbed(): boolean {
    return this.#pending.length > 0;
  }

  /** A signal waits that ends the process, so that waiting for anything else makes no sense. */
  get isEnding(): boolean {
    return this.#ending() !== undefined;
  }

  #ending(): number | undefined {
    return this.#pending.find((each) => !this.handled.has(each) || each === KILL);
  }

  /** Sends a signal. It takes effect when the process has its next turn, or waits. */
  signal(number: number): void {
    if (STOPS.has(number)) this.stopped = true;
    else if (number === CONTINUE) this.stopped = false;
    else if (this.handled.has(number) || endsProcess(number)) this.#pending.push(number);
  }

  /** A signal that has an action, taken out; the process is to run the action. */
  takeHandled(): number | undefined {
    const at = this.#pending.findIndex((number) => this.handled.has(number) && number !== KILL);
    return at < 0 ? undefined : this.#pending.splice(at, 1)[0];
  }

  /** Forgets what was sent to it before now. */
  forgetSignals(): void {
    this.#pending.length = 0;
    this.stopped = false;
  }

  /** Throws `SignalJump` when a signal ended the process. */
  obey(): void {
    const number = this.#ending();
    if (number === undefined) return;
    this.#pending.length = 0;
    throw new SignalJump(number);
  }
}
