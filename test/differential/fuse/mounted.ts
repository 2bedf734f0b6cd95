import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Directories for one overlay, and the programs that run on it. Nothing is left of it after `remove`. */
export class Scratch {
  readonly base: string = mkdtempSync(join(tmpdir(), 'layerscope-mounted-'));
  readonly #program: string;

  constructor(program: string) {
    this.#program = program;
    for (const name of ['lower', 'upper', 'work', 'merged', 'plain']) mkdirSync(this.path(name));
  }

  path(name: string): string {
    return join(this.base, name);
  }

  get layers(): string {
    return `lowerdir=${this.path('lower')},upperdir=${this.path('upper')},workdir=${this.path('work')}`;
  }

  /** Mounts as a daemon, as `layerscope overlay` does by itself. */
  mount(...args: readonly string[]): void {
    execFileSync(process.execPath, [this.#program, ...args]);
  }

  unmount(): void {
    execFileSync('umount', [this.path('merged')]);
  }

  /** What the program says, with its exit status. */
  run(...args: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync(process.execPath, [this.#program, ...args], { encoding: 'utf8' });
    return `${status}: ${stdout}${stderr}`.replaceAll(this.base, '');
  }

  /** Starts it in the foreground and waits until it is mounted. */
  async start(...args: readonly string[]): Promise<ChildProcess> {
    const child = spawn(process.execPath, [this.#program, '-f', ...args], { stdio: 'inherit' });
    for (let tries = 0; !this.isMounted; tries++) {
      if (tries > 500 || child.exitCode !== null) throw new Error('it was not mounted');
      await pause(20);
    }
    return child;
  }

  get isMounted(): boolean {
    return readFileSync('/proc/mounts', 'utf8').includes(` ${this.path('merged')} `);
  }

  /** A shell script, in a directory; fails with what it said. */
  shell(directory: string, script: string): string {
    return execFileSync('sh', ['-euc', script], { cwd: this.path(directory), encoding: 'utf8', stdio: 'pipe' });
  }

  /** Everything that can be seen of a tree: owners, modes, links, sizes, times, contents, attributes. */
  describe(directory: string): readonly string[] {
    return this.shell(
      directory,
      String.raw`find . ! -type d -printf '%P %y %m %U:%G %n %s %T@ %l\n' | sort
find . -type d -printf '%P %y %m %U:%G\n' | sort
find . -type f -print0 | sort -z | xargs -0 sha256sum
find . -type f -links +1 -printf '%i %P\n' | sort | awk '{ if ($1 != last) n++; last = $1; print "group", $2 }'
find . -print0 | sort -z | xargs -0 getfattr -h -d -m 'user|trusted.[a-z]*$' 2>/dev/null`,
    ).split('\n');
  }

  remove(): void {
    spawnSync('umount', ['-l', this.path('merged')], { stdio: 'ignore' });
    rmSync(this.base, { recursive: true, force: true });
  }
}
