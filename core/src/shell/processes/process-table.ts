/** The processes of a container's shells, by number. */
import type { Process } from '../../vfs/index.ts';
import { ShellProcess, type ProcessRow } from './shell-process.ts';

/** The first process of a container. */
export const FIRST_PID = 1;

export class ProcessTable {
  readonly #processes = new Map<number, ShellProcess>();
  readonly #descriptors = new Map<number, () => readonly number[]>();
  #last = FIRST_PID - 1;

  /** A new process with the next number. */
  start(ppid: number, process: Process, args: readonly string[], descriptors: () => readonly number[]): ShellProcess {
    this.#last += 1;
    const started = new ShellProcess(this.#last, ppid, process, args);
    this.#processes.set(started.pid, started);
    this.#descriptors.set(started.pid, descriptors);
    return started;
  }

  end({ pid }: ShellProcess): void {
    this.#processes.delete(pid);
    this.#descriptors.delete(pid);
  }

  get(pid: number): ShellProcess | undefined {
    return this.#processes.get(pid);
  }

  /** Everything that lives, oldest first. */
  rows(): readonly ProcessRow[] {
    return [...this.#processes.values()].map(({ pid, ppid, args, stopped, process: { caller } }) => ({
      pid,
      ppid,
      args,
      state: stopped ? 'stopped' : 'running',
      caller,
      descriptors: this.#descriptors.get(pid)?.() ?? [],
    }));
  }

  all(): readonly ShellProcess[] {
    return [...this.#processes.values()];
  }

  /** The number the last process got; with `restore` a shell can be taken back to where it was. */
  save(): number {
    return this.#last;
  }

  /** Takes back the numbers given since; processes that were started since are forgotten. */
  restore(last: number): void {
    this.#last = last;
    for (const process of this.all()) if (process.pid > last) this.end(process);
  }
}
