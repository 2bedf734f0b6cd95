/** `od`: bytes as octal, hexadecimal, decimal or characters. */
import { O_RDONLY } from '../../../fs/index.ts';
import { complain, errorText, print, quote, type Command } from '../../command.ts';
import { openPath } from '../../open-path.ts';
import { parseOptions, UsageError } from '../../options.ts';
import { readAll } from '../../streams.ts';
import { parseSize } from '../support/sizes.ts';

interface Format {
  /** Bytes a unit. */
  readonly size: number;
  readonly width: number;
  show(value: bigint, byte: number): string;
}

const ESCAPES: Record<number, string> = {
  0: '\\0',
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
};

const character: Format = {
  size: 1,
  width: 3,
  show: (_value, byte) =>
    ESCAPES[byte] ?? (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : byte.toString(8).padStart(3, '0')),
};

const NAMES =
  'nul soh stx etx eot enq ack bel bs ht nl vt ff cr so si dle dc1 dc2 dc3 dc4 nak syn etb can em sub esc fs gs rs us sp'.split(
    ' ',
  );

const named: Format = {
  size: 1,
  width: 3,
  show: (_value, byte) => {
    const low = byte & 0x7f;
    return low === 0x7f ? 'del' : (NAMES[low] ?? String.fromCharCode(low));
  },
};

/** Digits that the largest unit of a size takes. */
const OCTAL_WIDTH: Record<number, number> = { 1: 3, 2: 6, 4: 11, 8: 22 };
const DECIMAL_WIDTH: Record<number, number> = { 1: 3, 2: 5, 4: 10, 8: 20 };

const integer = (kind: string, size: number): Format => {
  if (kind === 'x') return { size, width: size * 2, show: (value) => value.toString(16).padStart(size * 2, '0') };
  const octal = OCTAL_WIDTH[size] ?? 3;
  if (kind === 'o') return { size, width: octal, show: (value) => value.toString(8).padStart(octal, '0') };
  const width = DECIMAL_WIDTH[size] ?? 3;
  if (kind === 'u') return { size, width, show: String };
  return { size, width: width + 1, show: (value) => String(BigInt.asIntN(size * 8, value)) };
};

const SIZES: Record<string, number> = { C: 1, S: 2, I: 4, L: 8, '': 4 };

const readFormat = (text: string): Format | undefined => {
  if (text === 'c') return character;
  if (text === 'a') return named;
  const match = /^([xoud])(\d*|[CSIL])z?$/.exec(text);
  if (match === null) return undefined;
  const size = SIZES[match[2] ?? ''] ?? Number(match[2]);
  return [1, 2, 4, 8].includes(size) ? integer(match[1] ?? 'o', size) : undefined;
};

const SHORT: Record<string, string> = { a: 'a', b: 'o1', c: 'c', d: 'u2', i: 'd4', l: 'd8', o: 'o2', s: 'd2', x: 'x2' };
const LINE = 16;

/** Little-endian, as on the machines that images are made for. */
const unitAt = (bytes: Uint8Array, at: number, size: number): bigint => {
  let value = 0n;
  for (let index = size - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes[at + index] ?? 0);
  return value;
};

const line = (bytes: Uint8Array, format: Format, cell: number): string => {
  let text = '';
  for (let at = 0; at < bytes.length; at += format.size)
    text += format.show(unitAt(bytes, at, format.size), bytes[at] ?? 0).padStart(cell * format.size);
  return text;
};

export const od: Command = async (invocation) => {
  const options = parseOptions(invocation, {
    short: 'A:j:N:t:vw:abcdilosx',
    long: { 'address-radix': 'A', 'skip-bytes': 'j', 'read-bytes': 'N', format: 't', 'output-duplicates': 'v' },
  });
  const wanted = options.given.flatMap(([name, value]) => {
    const short = SHORT[name];
    return name === 't'
      ? (value.match(/[ac]|[xoud](?:\d+|[CSIL])?z?/g) ?? [value])
      : short === undefined
        ? []
        : [short];
  });
  const formats = (wanted.length === 0 ? ['o2'] : wanted).map((text) => {
    const format = readFormat(text);
    if (format === undefined)
      throw new UsageError(`${invocation.name}: invalid type string ${quote(options.value('t') ?? text)}\n`);
    return format;
  });
  const chunks: Uint8Array[] = [];
  let status = 0;
  for (const path of options.operands.length === 0 ? ['-'] : options.operands) {
    try {
      const file = path === '-' ? invocation.stdin.retain() : openPath(invocation.process, path, O_RDONLY);
      chunks.push(await readAll(file));
      file.release();
    } catch (error) {
      status = complain(invocation, `${path}: ${errorText(error)}`);
    }
  }
  const skip = parseSize(options.value('j') ?? '0') ?? 0;
  const limit = parseSize(options.value('N') ?? '') ?? Number.POSITIVE_INFINITY;
  const all = Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
  const bytes = all.subarray(skip, Math.min(all.length, skip + limit));
  const radix = options.value('A') ?? 'o';
  const address = (at: number): string => {
    if (radix === 'n') return '';
    return radix === 'x' ? at.toString(16).padStart(6, '0') : at.toString(radix === 'd' ? 10 : 8).padStart(7, '0');
  };
  // Every format gets the room of the widest one, a byte.
  const cell = Math.max(...formats.map(({ width, size }) => Math.ceil((width + 1) / size)));
  let previous = '';
  let starred = false;
  for (let at = 0; at < bytes.length; at += LINE) {
    const row = bytes.subarray(at, at + LINE);
    const lines = formats.map((format) => line(row, format, cell));
    const same = row.length === LINE && lines.join() === previous && !options.has('v');
    previous = lines.join();
    if (same) {
      if (!starred) print(invocation, '*\n');
      starred = true;
      continue;
    }
    starred = false;
    const margin = ' '.repeat(address(0).length);
    print(invocation, lines.map((text, index) => `${index === 0 ? address(skip + at) : margin}${text}\n`).join(''));
  }
  if (radix !== 'n') print(invocation, `${address(skip + bytes.length)}\n`);
  return status;
};
