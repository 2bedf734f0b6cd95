import type { Wanted } from '../overlay/generate.ts';

export const USAGE = `npm run fuzz -- [--ops N] [--seed S] [--sequence N] [--options NAME[=VALUE],…] [--keep-going]

  --ops N        how many operations (100000)
  --seed S       of the first sequence; the next has the next (1)
  --sequence N   operations in a sequence (100)
  --keep-going   do not end at the first divergence
  --options …    what is the same in every sequence; each of the others is as chance has it:
                 redirect_dir=on|off|nofollow  metacopy=on|off  index=on|off  nfs_export=on  xino=on|auto|off
                 userxattr[=off]  data-only[=off]  acl[=off]  users[=off]  filesystems=1|2`;

export class FuzzArgumentError extends Error {}

export interface FuzzArguments {
  readonly operations: number;
  readonly seed: number;
  readonly sequence: number;
  readonly wanted: Wanted;
  readonly keepGoing: boolean;
}

const VALUES: { readonly [option: string]: { readonly [value: string]: Wanted } } = {
  redirect_dir: { on: { redirectDir: 'on' }, off: { redirectDir: 'off' }, nofollow: { redirectDir: 'nofollow' } },
  metacopy: { on: { metacopy: true }, off: { metacopy: false } },
  index: { on: { index: 'on' }, off: { index: 'off' } },
  nfs_export: { on: { index: 'nfs' } },
  xino: { on: { xino: 'on' }, auto: { xino: 'auto' }, off: { xino: 'off' } },
  userxattr: { on: { userxattr: true }, off: { userxattr: false } },
  'data-only': { on: { dataOnly: true }, off: { dataOnly: false } },
  acl: { on: { acl: true }, off: { acl: false } },
  users: { on: { users: true }, off: { users: false } },
  filesystems: { '1': { separateFs: false }, '2': { separateFs: true } },
};

/** Throws `FuzzArgumentError` for what it does not know, or what no mount takes. */
export const parseFuzzArguments = (words: readonly string[]): FuzzArguments => {
  const numbers = { operations: 100_000, seed: 1, sequence: 100 };
  let wanted: Wanted = {};
  let keepGoing = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const value = (): string => words[++at] ?? refuse(`${word} needs a value`);
    if (word === '--ops') numbers.operations = positive(word, value());
    else if (word === '--seed') numbers.seed = positive(word, value());
    else if (word === '--sequence') numbers.sequence = positive(word, value());
    else if (word === '--options') wanted = value().split(',').reduce(addOption, wanted);
    else if (word === '--keep-going') keepGoing = true;
    else refuse(`what is ${word}?`);
  }
  checkTogether(wanted);
  return { ...numbers, wanted, keepGoing };
};

const refuse = (message: string): never => {
  throw new FuzzArgumentError(message);
};

const positive = (name: string, text: string): number =>
  /^[1-9]\d*$/.test(text) ? Number(text) : refuse(`${name} ${text}: it takes a positive number`);

const addOption = (wanted: Wanted, word: string): Wanted => {
  const [name = '', value = 'on'] = word.split('=');
  const values = VALUES[name] ?? refuse(`${name} is no option of the fuzzer`);
  return { ...wanted, ...(values[value] ?? refuse(`${word}: it can be ${Object.keys(values).join(', ')}`)) };
};

const checkTogether = ({ metacopy, redirectDir, userxattr, index }: Wanted): void => {
  if (metacopy === true && (redirectDir ?? 'on') !== 'on') refuse('metacopy=on needs redirect_dir=on');
  if (metacopy === true && userxattr === true) refuse('metacopy=on and userxattr exclude each other');
  if (metacopy === true && index === 'nfs') refuse('metacopy=on and nfs_export=on exclude each other');
  if (userxattr === true && redirectDir === 'on') refuse('userxattr and redirect_dir=on exclude each other');
};
