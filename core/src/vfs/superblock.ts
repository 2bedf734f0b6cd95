/** One instance of a file system, shared by all of its mounts. */
import { type FileSystem, fail } from '../fs/index.ts';
import type { Recorded } from '../timeline/index.ts';

export interface SuperblockOptions {
  readonly fs: FileSystem;
  /** First field of /proc/mounts; free text (`overlay`, `/dev/sda1`). */
  readonly source: string;
  /** What /proc/mounts prints after the mount's own options, e.g. `lowerdir=/a:/b,index=off`. */
  readonly options?: string;
  /** The file system itself is read-only, whatever its mounts say. */
  readonly readOnly?: boolean;
  /** Nobody can remount it writable (an overlay without upper layer): EROFS. */
  readonly fixedReadOnly?: boolean;
  /** How many stacking file systems lie in this one (overlay over plain = 1); Linux allows 2. */
  readonly stackDepth?: number;
  /** Called once, when the last mount is gone and nobody holds it open. */
  readonly onRelease?: () => void;
}

interface SuperblockState {
  readonly readOnly: boolean;
  readonly mounts: number;
}

/** Made unmounted; the mounts count themselves in, and `drop` themselves. */
export class Superblock implements Recorded<SuperblockState> {
  noted = 0;
  readonly fs: FileSystem;
  readonly source: string;
  readonly options: string;
  readonly stackDepth: number;
  #readOnly: boolean;
  /** Mounts that exist, lazily detached ones with users included. */
  mounts = 0;
  readonly #fixedReadOnly: boolean;
  readonly #onRelease: (() => void) | undefined;

  constructor(options: SuperblockOptions) {
    this.fs = options.fs;
    this.source = options.source;
    this.options = options.options ?? '';
    this.#readOnly = options.readOnly ?? options.fixedReadOnly ?? false;
    this.#fixedReadOnly = options.fixedReadOnly ?? false;
    this.stackDepth = options.stackDepth ?? 0;
    this.#onRelease = options.onRelease;
  }

  get readOnly(): boolean {
    return this.#readOnly;
  }

  /** Remounting; EROFS when it cannot be made writable. */
  setReadOnly(readOnly: boolean): void {
    if (this.#fixedReadOnly && !readOnly) fail('EROFS');
    this.#readOnly = readOnly;
  }

  drop(): void {
    this.mounts -= 1;
    if (this.mounts === 0) this.#onRelease?.();
  }

  save(): SuperblockState {
    return { readOnly: this.#readOnly, mounts: this.mounts };
  }

  restore({ readOnly, mounts }: SuperblockState): void {
    this.#readOnly = readOnly;
    this.mounts = mounts;
  }
}
