import { fail } from '../../fs/index.ts';
import type { KernelLog } from '../kernel-log.ts';

/** OVL_MAX_STACK. */
const MAX_LOWERS = 500;

/** Paths as given, unescaped, top first. */
export interface LayerPaths {
  readonly lowers: readonly string[];
  /** Data-only layers: they give bytes to metacopy files of the lowers. */
  readonly dataLowers: readonly string[];
}

/** EINVAL with a line in the log. */
export const refuseOption = (log: KernelLog, text: string, speaker = 'overlayfs'): never => {
  log.write(`${speaker}: ${text}`);
  return fail('EINVAL', `${speaker}: ${text}`);
};

export const unescapePath = (text: string): string => text.replaceAll(/\\(.)/gs, '$1');

/** Cuts `lowerdir=top:…::data::…` at colons that no backslash keeps; every complaint is Linux's. */
export const splitLowers = (text: string, log: KernelLog): LayerPaths => {
  if (text.startsWith(':')) refuseOption(log, 'cannot append lower layer');
  const words: string[] = [];
  let word = '';
  for (let index = 0; index < text.length; index++) {
    const unit = text[index]!;
    if (unit === '\\' && index + 1 < text.length) word += unit + text[++index]!;
    else if (unit === ':') {
      words.push(word);
      word = '';
    } else word += unit;
  }
  words.push(word);
  if (words.at(-1) === '') refuseOption(log, 'unescaped trailing colons in lowerdir mount option.');
  const lowers: string[] = [];
  const dataLowers: string[] = [];
  // An empty word stands between the two colons before a data-only layer.
  for (let index = 0; index < words.length; index++) {
    if (words[index] !== '') {
      if (dataLowers.length > 0) refuseOption(log, 'regular lower layers cannot follow data lower layers');
      lowers.push(words[index]!);
    } else if (words[++index] === '') {
      refuseOption(
        log,
        "only single ':' or double '::' sequences of unescaped colons in lowerdir mount option allowed.",
      );
    } else dataLowers.push(words[index]!);
  }
  if (lowers.length + dataLowers.length > MAX_LOWERS) tooMany(log);
  return { lowers: lowers.map(unescapePath), dataLowers: dataLowers.map(unescapePath) };
};

const tooMany = (log: KernelLog, speaker?: string): never =>
  refuseOption(log, `too many lower directories, limit is ${MAX_LOWERS}`, speaker);

/** `lowerdir+=` and `datadir+=`: one layer each, without escapes. They neither follow `lowerdir=` nor each other upwards. */
export class AddedLayers {
  readonly #log: KernelLog;
  readonly #lowers: string[] = [];
  readonly #dataLowers: string[] = [];
  #isReplaced = false;

  constructor(log: KernelLog) {
    this.#log = log;
  }

  add(key: 'lowerdir+' | 'datadir+', path: string): void {
    if (this.#isReplaced) refuseOption(this.#log, 'lowerdir+ and datadir+ cannot follow lowerdir', 'overlay');
    if (key === 'datadir+') this.#dataLowers.push(path);
    else if (this.#dataLowers.length > 0) {
      refuseOption(this.#log, 'regular lower layers cannot follow data layers', 'overlay');
    } else this.#lowers.push(path);
    if (this.#lowers.length + this.#dataLowers.length > MAX_LOWERS) tooMany(this.#log, 'overlay');
  }

  /** `lowerdir=` takes the place of all that was added before; with no value it just clears. */
  replace(text: string): void {
    this.#lowers.length = 0;
    this.#dataLowers.length = 0;
    this.#isReplaced = text !== '';
  }

  get paths(): LayerPaths {
    return { lowers: this.#lowers, dataLowers: this.#dataLowers };
  }
}
