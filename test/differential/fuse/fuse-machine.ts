import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Errno, type ErrnoName, fail } from '@layerscope/core/fs';
import { KernelMachine, lowersOf, optionsOf } from '../overlay/kernel-machine.ts';
import { LOWER, MERGED, UPPER, WORK } from '../overlay/machine.ts';
import type { Scene } from '../overlay/scene.ts';

const CODES = Object.keys(Errno) as readonly ErrnoName[];

/** A running `scene-server.ts`. */
export class SceneServer {
  readonly #folder = mkdtempSync(join(tmpdir(), 'layerscope-fuse-'));
  readonly #requests = join(this.#folder, 'requests');
  readonly #answers = join(this.#folder, 'answers');
  readonly #process: ChildProcess;

  constructor(program: string) {
    spawnSync('mkfifo', [this.#requests, this.#answers]);
    this.#process = spawn(process.execPath, [program, this.#requests, this.#answers], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }

  /** Throws the errno with which the overlay is refused. */
  mount(options: string, mountpoint: string, passthrough: boolean): void {
    this.#write(JSON.stringify({ options, mountpoint, passthrough }));
    const answer = readFileSync(this.#answers, 'utf8').trim();
    const code = CODES.find((name) => name === answer);
    if (code !== undefined) fail(code);
    if (answer !== 'ok') throw new Error(`${mountpoint}: ${answer}`);
  }

  close(): void {
    this.#process.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #write(text: string): void {
    const fd = openSync(this.#requests, 'w');
    writeSync(fd, text);
    closeSync(fd);
  }
}

/** Our overlay over real layers, mounted through FUSE. Everything but the mount is as in `KernelMachine`. */
export class FuseMachine extends KernelMachine {
  readonly #server: SceneServer;
  readonly #passthrough: boolean;

  constructor(scene: Scene, server: SceneServer, passthrough: boolean) {
    super(scene);
    this.#server = server;
    this.#passthrough = passthrough;
  }

  override mountOverlay(scene: Scene): void {
    const lowers = lowersOf(scene, this.base + LOWER);
    const layers = `lowerdir=${lowers},upperdir=${this.base}${UPPER},workdir=${this.base}${WORK}`;
    // The kernel's default is off, ours is auto: a FUSE mount has one st_dev.
    this.#server.mount(`xino=off,${layers},${optionsOf(scene)}`, this.base + MERGED, this.#passthrough);
  }
}
