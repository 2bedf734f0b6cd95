/** `SOURCE... DESTINATION` as cp, mv and ln read it: into a directory, or onto a name. */
import { isDirectory } from '../../../fs/index.ts';
import { complain, errorText, quote, type Invocation } from '../../command.ts';
import { baseName, joinPath, stripSlashes } from '../../directory.ts';
import { usage, type Options } from '../../options.ts';
import { statOrNothing } from '../../open-path.ts';

export interface Destination {
  readonly sources: readonly string[];
  /** The name for one source. */
  nameFor(source: string): string;
}

/** The directory a path leads to, if it does. `follow` is off for `ln -n`. */
const isDirectoryAt = (invocation: Invocation, path: string, follow: boolean): boolean =>
  isDirectory(statOrNothing(invocation.process, path, follow)?.mode ?? 0);

const targetError = (invocation: Invocation, directory: string, word: string): number => {
  try {
    invocation.process.stat(directory);
    return complain(invocation, `${word} ${quote(directory)}: Not a directory`);
  } catch (error) {
    return complain(invocation, `${word} ${quote(directory)}: ${errorText(error)}`);
  }
};

const into = (directory: string, sources: readonly string[]): Destination => ({
  sources,
  nameFor: (source) => joinPath(directory, baseName(stripSlashes(source))),
});

/**
 * Reads the operands by -t, -T and what is at the last one. Answers an exit status when it cannot; throws `UsageError`
 * when operands are missing.
 */
export const readDestination = (
  invocation: Invocation,
  options: Options,
  { follow = true }: { readonly follow?: boolean } = {},
): Destination | number => {
  const { operands } = options;
  const [first, second] = operands;
  if (first === undefined) throw usage(invocation, 'missing file operand');
  const named = options.value('t');
  if (named !== undefined) {
    if (options.has('T'))
      throw usage(invocation, 'cannot combine --target-directory (-t) and --no-target-directory (-T)');
    if (!isDirectoryAt(invocation, named, true)) return targetError(invocation, named, 'target directory');
    return into(named, operands);
  }
  if (second === undefined) throw usage(invocation, `missing destination file operand after ${quote(first)}`);
  const last = operands.at(-1) ?? '';
  if (options.has('T')) {
    if (operands.length > 2) throw usage(invocation, `extra operand ${quote(operands[2] ?? '')}`);
    return { sources: [first], nameFor: () => second };
  }
  if (isDirectoryAt(invocation, last, follow)) return into(last, operands.slice(0, -1));
  if (operands.length > 2) return targetError(invocation, last, 'target');
  return { sources: [first], nameFor: () => second };
};
