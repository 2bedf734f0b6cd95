/** `truncate`. */
import { FsError, O_CREAT, O_NONBLOCK, O_WRONLY } from '../../../fs/index.ts';
import { complain, errorText, quote, type Command } from '../../command.ts';
import { parseOptions, usage, UsageError } from '../../options.ts';
import { parseSize } from '../support/sizes.ts';

const resize = (mode: string, size: number, current: number): number => {
  switch (mode) {
    case '+':
      return current + size;
    case '-':
      return Math.max(current - size, 0);
    case '<':
      return Math.min(current, size);
    case '>':
      return Math.max(current, size);
    case '/':
      return current - (current % size);
    case '%':
      return Math.ceil(current / size) * size;
    default:
      return size;
  }
};

export const truncate: Command = (invocation) => {
  const options = parseOptions(invocation, {
    short: 'cr:s:o',
    long: { 'no-create': 'c', reference: 'r', size: 's', 'io-blocks': 'o' },
  });
  const { process } = invocation;
  const [sizeText, reference] = [options.value('s'), options.value('r')];
  if (sizeText === undefined && reference === undefined)
    throw usage(invocation, `you must specify either ${quote('--size')} or ${quote('--reference')}`);
  const match = /^([-+<>/%]?)\s*(.*)$/.exec(sizeText ?? '');
  const size = parseSize(match?.[2] ?? '');
  if (sizeText !== undefined && size === undefined)
    throw new UsageError(`${invocation.name}: Invalid number: ${quote(match?.[2] ?? '')}\n`);
  if (options.operands.length === 0) throw usage(invocation, 'missing file operand');
  let status = 0;
  for (const path of options.operands) {
    try {
      const flags = O_WRONLY | O_NONBLOCK | (options.has('c') ? 0 : O_CREAT);
      const file = process.open(path, flags, 0o666);
      try {
        const base = reference === undefined ? process.fstat(file).size : process.stat(reference).size;
        process.ftruncate(file, size === undefined ? base : resize(match?.[1] ?? '', size, base));
      } finally {
        process.close(file);
      }
    } catch (error) {
      if (error instanceof FsError && error.code === 'ENOENT' && options.has('c')) continue;
      status = complain(invocation, `cannot open ${quote(path)} for writing: ${errorText(error)}`);
    }
  }
  return status;
};
