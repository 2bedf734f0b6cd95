/** What Linux's parameter parser (fs_context) says about the data of mount(2), the same for every file system. */
import { fail } from '../../fs/index.ts';
import type { KernelLog } from '../kernel-log.ts';

/** A `key=value` or a bare `key`. */
export interface Parameter {
  readonly key: string;
  readonly value: string | undefined;
}

/**
 * Cuts mount data at commas; a backslash keeps the character after it from cutting and stays in place, as overlayfs
 * wants it. Empty words are skipped.
 */
export const parseParameters = (data: string): readonly Parameter[] => {
  const words = data.includes('\\') ? splitEscaped(data) : data.split(',');
  return words
    .filter((text) => text !== '')
    .map((text) => {
      const equals = text.indexOf('=');
      return equals === -1
        ? { key: text, value: undefined }
        : { key: text.slice(0, equals), value: text.slice(equals + 1) };
    });
};

const splitEscaped = (data: string): readonly string[] => {
  const words: string[] = [];
  let word = '';
  for (let index = 0; index < data.length; index++) {
    const unit = data[index]!;
    if (unit === ',') {
      words.push(word);
      word = '';
    } else if (unit === '\\' && index + 1 < data.length) word += unit + data[++index]!;
    else word += unit;
  }
  words.push(word);
  return words;
};

/** The three complaints of the parameter parser, each EINVAL with its line in the log. */
export class ParameterErrors {
  readonly #type: string;
  readonly #log: KernelLog;

  constructor(type: string, log: KernelLog) {
    this.#type = type;
    this.#log = log;
  }

  unknown(key: string): never {
    return this.#refuse(`Unknown parameter '${key}'`);
  }

  badValue(key: string): never {
    return this.#refuse(`Bad value for '${key}'`);
  }

  unexpectedValue(key: string): never {
    return this.#refuse(`Unexpected value for '${key}'`);
  }

  #refuse(text: string): never {
    this.#log.write(`${this.#type}: ${text}`);
    return fail('EINVAL', `${this.#type}: ${text}`);
  }
}

/** `value` must be one of `choices`. */
export const oneOf = <Choice extends string>(
  { key, value }: Parameter,
  choices: readonly Choice[],
  errors: ParameterErrors,
): Choice => choices.find((choice) => choice === value) ?? errors.badValue(key);
