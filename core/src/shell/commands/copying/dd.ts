/** `dd`, as far as it copies blocks: if, of, bs, ibs, obs, count, skip, seek, conv and the flags append and direct. */
import {
  FsError,
  O_APPEND,
  O_CREAT,
  O_RDONLY,
  O_TRUNC,
  O_WRONLY,
  O_EXCL,
  errnoText,
  encodeName,
} from '../../../fs/index.ts';
import { complain, errorText, quote, type Command, type Invocation } from '../../command.ts';
import { openPath } from '../../open-path.ts';
import { UsageError } from '../../options.ts';
import type { Stream } from '../../streams.ts';
import { parseSize } from '../support/sizes.ts';

const NAMES = ['if', 'of', 'bs', 'ibs', 'obs', 'count', 'skip', 'seek', 'conv', 'status', 'iflag', 'oflag'];
const NUMBERS = new Set(['bs', 'ibs', 'obs', 'count', 'skip', 'seek']);

type Operands = ReadonlyMap<string, string>;

const readOperands = (invocation: Invocation): Operands => {
  const operands = new Map<string, string>();
  for (const arg of invocation.args) {
    const equals = arg.indexOf('=');
    const name = arg.slice(0, equals);
    if (equals < 0 || !NAMES.includes(name))
      throw new UsageError(
        `${invocation.name}: unrecognized operand ${quote(arg)}\nTry '${invocation.name} --help' for more information.\n`,
      );
    const value = arg.slice(equals + 1);
    if (NUMBERS.has(name) && parseSize(value) === undefined)
      throw new UsageError(`${invocation.name}: invalid number: ${quote(value)}\n`);
    operands.set(name, value);
  }
  return operands;
};

/** A record: as many bytes as one read of that size gives. */
const readRecord = async (stream: Stream, size: number): Promise<Uint8Array> => {
  const record = new Uint8Array(size);
  const length = await stream.read(record);
  return record.subarray(0, length);
};

const openOperand = (invocation: Invocation, path: string, flags: number): Stream => {
  try {
    return openPath(invocation.process, path, flags);
  } catch (error) {
    throw new UsageError(`${invocation.name}: failed to open ${quote(path)}: ${errorText(error)}\n`);
  }
};

/** Skips input, by seeking where the input is a file. */
const skipInput = async ({ process }: Invocation, input: Stream, bytes: number): Promise<void> => {
  if (input.file !== undefined) {
    process.lseek(input.file, bytes, 'cur');
    return;
  }
  for (let left = bytes; left > 0;) {
    const { length } = await readRecord(input, Math.min(left, 65_536));
    if (length === 0) return;
    left -= length;
  }
};

const summary = (full: readonly [number, number], out: readonly [number, number]): string =>
  `${full[0]}+${full[1]} records in\n${out[0]}+${out[1]} records out\n`;

/** The speed in the last line is that of a simulated machine: no time passes. */
const speed = (bytes: number): string => {
  const parenthesis = bytes >= 1000 ? ` (${decimal(bytes)}${bytes >= 1024 ? `, ${binary(bytes)}` : ''})` : '';
  return `${bytes} byte${bytes === 1 ? '' : 's'}${parenthesis} copied, 0 s, Infinity B/s\n`;
};

const scaled = (bytes: number, base: number, units: readonly string[]): string => {
  let power = 0;
  let size = bytes;
  while (size >= base && power < units.length - 1) {
    size /= base;
    power++;
  }
  return `${size < 10 ? Number(size.toFixed(1)) : Math.round(size)} ${units[power]}`;
};
const decimal = (bytes: number): string => scaled(bytes, 1000, ['B', 'kB', 'MB', 'GB', 'TB']);
const binary = (bytes: number): string => scaled(bytes, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB']);

const DEFAULT_BLOCK = 512;

export const dd: Command = async (invocation) => {
  const operands = readOperands(invocation);
  const { process } = invocation;
  const size = (name: string): number => parseSize(operands.get('bs') ?? operands.get(name) ?? '') ?? DEFAULT_BLOCK;
  const [ibs, obs] = [size('ibs'), size('obs')];
  if (ibs === 0 || obs === 0) return complain(invocation, `invalid number: ${quote('0')}`);
  const conversions = new Set((operands.get('conv') ?? '').split(','));
  const count = operands.has('count') ? (parseSize(operands.get('count') ?? '') ?? 0) : Number.POSITIVE_INFINITY;
  const [skip, seek] = [parseSize(operands.get('skip') ?? '0') ?? 0, parseSize(operands.get('seek') ?? '0') ?? 0];
  const [source, target] = [operands.get('if'), operands.get('of')];
  const input = source === undefined ? invocation.stdin.retain() : openOperand(invocation, source, O_RDONLY);
  const keeps = conversions.has('notrunc') || (operands.get('oflag') ?? '').split(',').includes('append');
  const flags =
    O_WRONLY |
    (conversions.has('nocreat') ? 0 : O_CREAT) |
    (conversions.has('excl') ? O_EXCL : 0) |
    (keeps || seek > 0 ? 0 : O_TRUNC) |
    ((operands.get('oflag') ?? '').split(',').includes('append') ? O_APPEND : 0);
  let status = 0;
  let [full, partial, out, outPartial, bytes] = [0, 0, 0, 0, 0];
  const output = target === undefined ? invocation.stdout.retain() : openOperand(invocation, target, flags);
  try {
    if (skip > 0) await skipInput(invocation, input, skip * ibs);
    if (seek > 0 && output.file !== undefined) {
      if (!keeps) process.ftruncate(output.file, seek * obs);
      process.lseek(output.file, seek * obs, 'cur');
    }
    while (full + partial < count) {
      const record = await readRecord(input, ibs);
      if (record.length === 0) break;
      if (record.length === ibs) full++;
      else partial++;
      for (let at = 0; at < record.length; at += obs) {
        const block = record.subarray(at, at + obs);
        output.write(block);
        if (block.length === obs) out++;
        else outPartial++;
        bytes += block.length;
      }
      await invocation.turn();
    }
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    const writing = error.code === 'ENOSPC' || error.code === 'EROFS' || error.code === 'EFBIG';
    const what = writing
      ? `error writing ${quote(target ?? 'standard output')}`
      : `error reading ${quote(source ?? 'standard input')}`;
    status = complain(invocation, `${what}: ${errnoText(error.code)}`);
  } finally {
    input.release();
    output.release();
  }
  const quiet = operands.get('status');
  if (quiet !== 'none') {
    const text = summary([full, partial], [out, outPartial]) + (quiet === 'noxfer' ? '' : speed(bytes));
    invocation.stderr.write(encodeName(text));
  }
  return status;
};
