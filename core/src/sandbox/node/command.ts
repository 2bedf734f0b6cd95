/**
 * Everything a user does to a node, as plain data: it can be written to a log, replayed, sent to a worker, put into a
 * scenario. A node runs commands one after another in the order they were given.
 */

import type { RunOptions } from '../../shell/index.ts';
import type { Patience } from '../containers/waiting.ts';

/** What a program that may run for long is given. */
export interface Waited {
  readonly stdin?: string;
  /**
   * ^C comes when the command has waited for this many nanoseconds of the machine's time. A client of a task leaves it
   * running then; a script ends. Where nothing else would ever end a command, ^C comes by itself.
   */
  readonly interrupt?: number;
}

/** A command, JSON all through. */
export type NodeCommand =
  /** `ctr` with these arguments, e.g. `['-n', 'test', 'snapshots', 'ls']`. */
  | ({ readonly type: 'ctr'; readonly args: readonly string[] } & Waited)
  /** Runs a program in the running task of a container, e.g. `['cat', '/etc/motd']`. Default namespace `default`. */
  | ({
      readonly type: 'exec';
      readonly container: string;
      readonly args: readonly string[];
      readonly namespace?: string;
    } & Waited)
  /** Runs a shell script on the machine itself, as root, e.g. `mount -t overlay …`. Its directory and variables stay. */
  | ({ readonly type: 'shell'; readonly script: string } & Waited)
  /** Imports and unpacks the images of an archive that `blobs` opens. Prints their names. */
  | {
      readonly type: 'import';
      readonly blob: string;
      readonly namespace?: string;
      /** The snapshotter to unpack with; default the namespace's, else the node's. */
      readonly snapshotter?: string;
      /** `false` = into the content store only. */
      readonly unpack?: boolean;
    }
  /** Collects garbage now, as a client that waits for it makes containerd do. */
  | { readonly type: 'gc' }
  /** Lets time pass, and what is due happen (the garbage collector's schedule). A whole number up to 2^53. */
  | { readonly type: 'advance'; readonly nanoseconds: number };

/** What a command leaves on its standard streams. A failed command is an exit code and a message, never a throw. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  /** It was interrupted when it had waited for this many nanoseconds: `interrupt` of the same command in a replay. */
  readonly interrupted?: number;
}

/**
 * Whoever is at the other end of a command while it runs: where output goes as it comes, where input comes from when the
 * command has none of its own (a terminal), who may interrupt it, and how long somebody waits for it; see
 * `Waited.interrupt`.
 */
export type CommandStreams = Pick<RunOptions, 'stdin' | 'stdout' | 'stderr' | 'onStart'> & {
  readonly patience?: Patience;
};

/** Archives outside the node, by the name a command gives. `undefined` when there is none. */
export type BlobSource = (name: string) => AsyncIterable<Uint8Array> | undefined;

/** A result of text. */
export const commandResult = (exitCode: number, stdout = '', stderr = ''): CommandResult => {
  const encoder = new TextEncoder();
  return { exitCode, stdout: encoder.encode(stdout), stderr: encoder.encode(stderr) };
};
