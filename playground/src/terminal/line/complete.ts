/** Tab: what a word could become. */
import { quoted } from '../../ui/command-text.ts';

export interface Candidates {
  /** Programs that can be called. */
  readonly programs: readonly string[];
  /** Words of `ctr`, one level below those that were typed. */
  readonly ctr: (typed: readonly string[]) => readonly string[];
  /** What a directory holds; directories with a slash. */
  readonly list: (directory: string) => Promise<readonly string[]>;
}

export interface Completion {
  /** What to put in at the cursor; `''` = nothing is sure. */
  readonly insert: string;
  /** What it could be, when it is not one thing only. */
  readonly choices: readonly string[];
}

const commonStart = (words: readonly string[]): string => {
  const [first = ''] = words;
  let length = first.length;
  for (const word of words) while (!word.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length);
};

const NOTHING: Completion = { insert: '', choices: [] };

const among = (typed: string, all: readonly string[]): Completion => {
  const choices = [...new Set(all)].filter((word) => word.startsWith(typed)).toSorted();
  const [only] = choices;
  if (only === undefined) return NOTHING;
  if (choices.length > 1) return { insert: commonStart(choices).slice(typed.length), choices };
  return { insert: `${quoted(only).slice(quoted(typed).length)}${only.endsWith('/') ? '' : ' '}`, choices: [] };
};

/** `cwd` is where relative paths begin. Only what stands before the cursor counts. */
export const complete = async (text: string, cwd: string, { programs, ctr, list }: Candidates): Promise<Completion> => {
  const command = text.slice(Math.max(...[';', '|', '&', '('].map((sign) => text.lastIndexOf(sign))) + 1).trimStart();
  const words = command.split(/\s+/);
  const typed = words.at(-1) ?? '';
  const isFirst = words.length === 1;
  if (isFirst && !typed.includes('/')) return among(typed, programs);
  if (words[0] === 'ctr') {
    const found = among(typed, ctr(words.slice(1, -1).filter((word) => !word.startsWith('-'))));
    if (found.insert !== '' || found.choices.length > 0) return found;
  }
  const slash = typed.lastIndexOf('/') + 1;
  const [folder, name] = [typed.slice(0, slash), typed.slice(slash)];
  const directory = folder.startsWith('/') ? folder : `${cwd === '/' ? '' : cwd}/${folder}`;
  const names = await list(directory === '/' ? '/' : directory.replace(/\/+$/, ''));
  // What begins with a dot is offered to those who typed the dot.
  return among(
    name,
    names.filter((each) => name.startsWith('.') || !each.startsWith('.')),
  );
};
