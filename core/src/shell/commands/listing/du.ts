/** `du`: the blocks below a path; a file with several names counts once. */
import { isDirectory } from '../../../fs/index.ts';
import { complain, errorText, print, quote, type Command } from '../../command.ts';
import { joinPath, listDirectory } from '../../directory.ts';
import { parseOptions, usage } from '../../options.ts';
import { humanSize } from '../support/sizes.ts';

export const du: Command = (invocation) => {
  const options = parseOptions(invocation, {
    short: 'abchklmsd:xS0L',
    long: {
      all: 'a',
      bytes: 'b',
      total: 'c',
      'human-readable': 'h',
      'count-links': 'l',
      summarize: 's',
      'max-depth': 'd',
      'one-file-system': 'x',
      'separate-dirs': 'S',
      'apparent-size': 'apparent-size',
      inodes: 'inodes',
    },
  });
  const { process } = invocation;
  const depthText = options.value('d');
  if (depthText !== undefined && !/^\d+$/.test(depthText))
    throw usage(invocation, `invalid maximum depth ${quote(depthText)}`);
  const limit = options.has('s') ? 0 : Number(depthText ?? Number.POSITIVE_INFINITY);
  const apparent = options.has('b', 'apparent-size');
  const unit = options.has('b') ? 1 : options.has('m') ? 1_048_576 : 1024;
  const seen = new Set<string>();
  let status = 0;
  const size = (bytes: number): string => {
    if (options.has('inodes')) return String(bytes);
    return options.has('h') ? humanSize(bytes) : String(Math.ceil(bytes / unit));
  };
  const line = (bytes: number, path: string): void =>
    print(invocation, `${size(bytes)}\t${path}${options.has('0') ? '\0' : '\n'}`);

  /** Bytes below a path; `undefined` when it was counted before. */
  const measure = (path: string, depth: number, device: number | undefined): number | undefined => {
    const stat = process.stat(path, options.has('L'));
    const key = `${stat.dev}:${stat.ino}`;
    const isTree = isDirectory(stat.mode);
    if (device !== undefined && stat.dev !== device && options.has('x')) return undefined;
    if ((isTree || stat.nlink > 1) && !options.has('l')) {
      if (seen.has(key)) return undefined;
      seen.add(key);
    }
    let total = options.has('inodes') ? 1 : apparent ? stat.size : stat.blocks * 512;
    if (isTree) {
      let names: readonly string[] = [];
      try {
        names = listDirectory(process, path).map(({ name }) => name);
      } catch (error) {
        status = complain(invocation, `cannot read directory ${quote(path)}: ${errorText(error)}`);
      }
      for (const name of names) {
        const child = joinPath(path, name);
        const isChildTree = isDirectory(process.stat(child, false).mode);
        const below = measure(child, depth + 1, stat.dev);
        if (below !== undefined && !(options.has('S') && isChildTree)) total += below;
      }
    }
    if (depth <= limit && (isTree || options.has('a') || depth === 0)) line(total, path);
    return total;
  };

  let sum = 0;
  for (const operand of options.operands.length === 0 ? ['.'] : options.operands) {
    try {
      sum += measure(operand, 0, undefined) ?? 0;
    } catch (error) {
      status = complain(invocation, `cannot access ${quote(operand)}: ${errorText(error)}`);
    }
  }
  if (options.has('c')) line(sum, 'total');
  return status;
};
