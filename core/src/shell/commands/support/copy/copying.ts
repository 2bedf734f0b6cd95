/** What a copy is to do, and how its failures read: shared by all that copies. */
import { errorText } from '../../../command.ts';

export interface Copying {
  readonly recursive: boolean;
  /** Which symlinks are followed: all, those on the command line, none. */
  readonly follow: 'always' | 'operands' | 'never';
  readonly mode: boolean;
  readonly ownership: boolean;
  readonly timestamps: boolean;
  readonly xattrs: boolean;
  readonly links: boolean;
  /** -f: a destination that cannot be opened is removed and made anew. */
  readonly force: boolean;
  readonly removeDestination: boolean;
  readonly noClobber: boolean;
  readonly update: boolean;
  readonly verbose: boolean;
  /** The words of -v: `'a' -> 'b'`, or for `mv` `copied 'a' -> 'b'`. */
  readonly moving: boolean;
  /** `mv` tries rename(2) again for each name below. */
  readonly renames: boolean;
  /** -l and -s: make links instead of copies. */
  readonly instead: 'link' | 'symlink' | undefined;
  readonly oneFileSystem: boolean;
  /** Destinations by device and inode number of what was copied there. */
  readonly made: Map<string, string>;
}

/** Its message is what `cp` prints after its name. */
export class CopyError extends Error {}

/** Runs a call; its failure becomes `cannot WHAT 'name': reason`. */
export const attempt = <Answer>(what: string, call: () => Answer): Answer => {
  try {
    return call();
  } catch (error) {
    throw new CopyError(`${what}: ${errorText(error)}`);
  }
};
