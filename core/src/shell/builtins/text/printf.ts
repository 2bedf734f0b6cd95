/** `printf`: the format is used again until the arguments are used up. */
import { decodeName, encodeName } from '../../../fs/index.ts';
import { ShellError } from '../../language/errors.ts';
import { report, type ShellState } from '../../language/state.ts';
import { escapeBytes } from './escapes.ts';
import { write } from '../output.ts';

const DIRECTIVE = /%([-+ #0]*)(\*|\d*)(?:\.(\*|\d*))?([a-zA-Z%])/y;

interface Arguments {
  next(): string | undefined;
  readonly used: boolean;
}

const integerOf = (state: ShellState, text: string, complain: () => void): bigint => {
  if (/^["']/.test(text)) return BigInt([...text][1]?.codePointAt(0) ?? 0);
  const match = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)/.exec(text);
  if (text !== '' && (match === null || match[0].length !== text.length)) {
    report(state, `printf: ${text}: ${match === null ? 'expected numeric value' : 'not completely converted'}`);
    complain();
  }
  const digits = match?.[2] ?? '0';
  const size = /^0[0-7]/.test(digits) ? BigInt(`0o${digits.slice(1)}`) : BigInt(digits);
  return match?.[1] === '-' ? -size : size;
};

const pad = (text: string, flags: string, width: number, numeric: boolean): string => {
  if (flags.includes('-')) return text.padEnd(width);
  if (!numeric || !flags.includes('0')) return text.padStart(width);
  const sign = /^[-+ ]|^0x/i.exec(text)?.[0] ?? '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
};

const number = (value: bigint, conversion: string, flags: string, precision: number | undefined): string => {
  const unsigned = BigInt.asUintN(64, value);
  const sign = value < 0n ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const digits = (text: string): string => text.padStart(precision ?? 1, '0');
  switch (conversion) {
    case 'o':
      return (flags.includes('#') ? '0' : '') + digits(unsigned.toString(8));
    case 'x':
      return (flags.includes('#') ? '0x' : '') + digits(unsigned.toString(16));
    case 'X':
      return (flags.includes('#') ? '0X' : '') + digits(unsigned.toString(16).toUpperCase());
    case 'u':
      return digits(unsigned.toString());
    default:
      return sign + digits((value < 0n ? -value : value).toString());
  }
};

/** C writes at least two digits of an exponent. */
const exponent = (text: string): string => text.replace(/e([+-])(\d)$/, 'e$10$2');

const float = (value: number, conversion: string, flags: string, precision = 6): string => {
  const sign = value >= 0 && flags.includes('+') ? '+' : '';
  const lower = conversion.toLowerCase();
  let text = lower === 'f' ? value.toFixed(precision) : exponent(value.toExponential(precision));
  if (lower === 'g') {
    const power = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
    const digits = Math.max(precision, 1);
    text =
      power < -4 || power >= digits
        ? exponent(value.toExponential(digits - 1).replace(/\.?0+(?=e)/, ''))
        : value
            .toFixed(Math.max(digits - 1 - power, 0))
            .replace(/(\.\d*?)0+$/, '$1')
            .replace(/\.$/, '');
  }
  return sign + (conversion === lower ? text : text.toUpperCase());
};

export const printf = (state: ShellState, args: readonly string[]): number => {
  const [format, ...values] = args[0] === '--' ? args.slice(1) : args;
  if (format === undefined) throw new ShellError('printf: usage: printf format [arg ...]');
  let status = 0;
  let at = 0;
  const failed = (): void => {
    status = 1;
  };
  const parameters: Arguments = {
    next: () => values[at++],
    get used() {
      return at > 0;
    },
  };
  const output: number[] = [];
  const put = (bytes: Uint8Array): void => {
    for (const byte of bytes) output.push(byte);
  };
  for (;;) {
    const before = at;
    if (runFormat(state, format, parameters, put, failed)) break;
    if (at >= values.length || at === before) break;
  }
  return write(state, 'printf', Uint8Array.from(output)) || status;
};

/** One pass over the format; answers whether `\c` ended the output. */
const runFormat = (
  state: ShellState,
  format: string,
  parameters: Arguments,
  put: (bytes: Uint8Array) => void,
  failed: () => void,
): boolean => {
  for (let at = 0; at < format.length;) {
    const percent = format.indexOf('%', at);
    const literal = escapeBytes(format.slice(at, percent < 0 ? undefined : percent), 'printf');
    put(literal.bytes);
    if (literal.stopped) return true;
    if (percent < 0) return false;
    DIRECTIVE.lastIndex = percent;
    const match = DIRECTIVE.exec(format);
    if (match === null) throw new ShellError(`printf: %${format.slice(percent + 1)}: invalid directive`);
    at = DIRECTIVE.lastIndex;
    const [, flags = '', widthText = '', precisionText, conversion = ''] = match;
    if (conversion === '%') {
      put(encodeName('%'));
      continue;
    }
    const size = (text: string): number =>
      Number(text === '*' ? integerOf(state, parameters.next() ?? '', failed) : text || '0');
    const width = size(widthText);
    const precision = precisionText === undefined ? undefined : size(precisionText);
    const value = parameters.next() ?? '';
    if ('diouxX'.includes(conversion)) {
      const text = number(integerOf(state, value, failed), conversion, flags, precision);
      put(encodeName(pad(text, flags, width, precision === undefined)));
    } else if ('feEgGF'.includes(conversion)) {
      put(encodeName(pad(float(Number(value || '0'), conversion, flags, precision), flags, width, true)));
    } else if (conversion === 's') put(encodeName(pad(value.slice(0, precision), flags, width, false)));
    else if (conversion === 'c') put(encodeName(pad([...value][0] ?? '', flags, width, false)));
    else if (conversion === 'b') {
      const { bytes, stopped } = escapeBytes(value.replace(/\\0?([0-7]{1,3})/g, '\\0$1'), 'echo');
      put(encodeName(pad(decodeName(bytes), flags, width, false)));
      if (stopped) return true;
    } else throw new ShellError(`printf: %${conversion}: invalid directive`);
  }
  return false;
};
