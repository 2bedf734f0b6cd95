/** `read` and `getopts`. */
import { decodeName, encodeName } from '../../fs/index.ts';
import { ShellError } from '../language/errors.ts';
import { assign, lookup, report, streamAt, type ShellState } from '../language/state.ts';
import type { Stream } from '../streams.ts';

/** One line, byte by byte, so that what follows is left for the next reader of the same description. */
const readLine = async (
  stream: Stream,
  raw: boolean,
): Promise<{ readonly text: string; readonly escaped: ReadonlySet<number>; readonly ended: boolean }> => {
  const bytes: number[] = [];
  const escaped = new Set<number>();
  const byte = new Uint8Array(1);
  let escaping = false;
  for (;;) {
    if ((await stream.read(byte)) === 0) return { text: decodeName(Uint8Array.from(bytes)), escaped, ended: true };
    const value = byte[0] ?? 0;
    if (escaping) {
      escaping = false;
      if (value === 0x0a) continue;
      escaped.add(bytes.length);
      bytes.push(value);
    } else if (value === 0x5c && !raw) escaping = true;
    else if (value === 0x0a) return { text: decodeName(Uint8Array.from(bytes)), escaped, ended: false };
    else if (value !== 0) bytes.push(value);
  }
};

/** Splits at IFS into as many fields as there are names; the last one keeps the rest. */
const splitLine = (
  text: string,
  separators: string,
  count: number,
  escaped: ReadonlySet<number>,
): readonly string[] => {
  const isSeparator = (at: number): boolean => !escaped.has(at) && separators.includes(text[at] ?? '\0');
  const isWhite = (at: number): boolean => isSeparator(at) && ' \t\n'.includes(text[at] ?? '\0');
  const fields: string[] = [];
  let at = 0;
  const skipWhite = (): void => {
    while (at < text.length && isWhite(at)) at++;
  };
  skipWhite();
  while (at < text.length && fields.length < count - 1) {
    const start = at;
    while (at < text.length && !isSeparator(at)) at++;
    fields.push(text.slice(start, at));
    skipWhite();
    if (at < text.length && isSeparator(at) && !isWhite(at)) {
      at++;
      skipWhite();
    }
  }
  let end = text.length;
  while (end > at && isWhite(end - 1)) end--;
  fields.push(text.slice(at, end));
  return fields;
};

export const read = async (state: ShellState, args: readonly string[]): Promise<number> => {
  const names = [...args];
  let raw = false;
  while (names[0]?.startsWith('-') === true && names[0] !== '-') {
    const option = names.shift() ?? '';
    if (option === '--') break;
    if (option === '-p') report(state, names.shift() ?? '');
    else if (option === '-r') raw = true;
    else throw new ShellError(`read: Illegal option ${option}`);
  }
  if (names.length === 0) throw new ShellError('read: arg count');
  const { text, escaped, ended } = await readLine(streamAt(state, 0), raw);
  const fields = splitLine(text, lookup(state, 'IFS') ?? ' \t\n', names.length, escaped);
  for (const [index, name] of names.entries()) assign(state, name, fields[index] ?? '');
  return ended ? 1 : 0;
};

export const getopts = (state: ShellState, args: readonly string[]): number => {
  const [letters = '', name = '', ...given] = args;
  const words = given.length > 0 ? given : state.positional;
  let index = Number(lookup(state, 'OPTIND') ?? '1');
  let offset = state.optionOffset || 1;
  const finish = (option: string, value: string | undefined, status: number): number => {
    assign(state, 'OPTIND', String(index));
    state.optionOffset = offset;
    assign(state, name, option);
    if (value === undefined) state.variables.delete('OPTARG');
    else assign(state, 'OPTARG', value);
    return status;
  };
  const word = words[index - 1];
  if (word === undefined || !/^-./.test(word)) return finish('?', undefined, 1);
  if (word === '--') {
    index++;
    return finish('?', undefined, 1);
  }
  const letter = word[offset] ?? '';
  const atEnd = offset + 1 >= word.length;
  const position = letter === ':' ? -1 : letters.indexOf(letter);
  const silent = letters.startsWith(':');
  const advance = (): void => {
    if (atEnd) index++;
    offset = atEnd ? 1 : offset + 1;
  };
  if (position < 0) {
    advance();
    if (!silent) streamAt(state, 2).write(encodeName(`Illegal option -${letter}\n`));
    return finish('?', silent ? letter : undefined, 0);
  }
  if (letters[position + 1] !== ':') {
    advance();
    return finish(letter, undefined, 0);
  }
  const value = atEnd ? words[index] : word.slice(offset + 1);
  index += atEnd ? 2 : 1;
  offset = 1;
  if (value !== undefined) return finish(letter, value, 0);
  if (!silent) streamAt(state, 2).write(encodeName(`No arg for -${letter} option\n`));
  return finish(silent ? ':' : '?', silent ? letter : undefined, 0);
};
