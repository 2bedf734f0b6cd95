/** The expression of `find`: operators, and the tests and actions in `find-tests.ts`. */
import type { Stat } from '../../../fs/index.ts';
import type { Invocation } from '../../command.ts';
import { UsageError } from '../../options.ts';
import { ACTIONS, PRIMARIES, type Action } from './find-tests.ts';

/** One file the walk has come to. */
export interface Entry {
  readonly invocation: Invocation;
  readonly path: string;
  /** The operand it is below. */
  readonly root: string;
  readonly depth: number;
  readonly stat: Stat;
  readonly name: string;
  /** What the expression wants of the walk. */
  readonly state: { pruned: boolean; quit: boolean; status: number };
}

export type Test = (entry: Entry) => boolean | Promise<boolean>;

export interface WalkOptions {
  minDepth: number;
  maxDepth: number;
  depthFirst: boolean;
  oneFileSystem: boolean;
  readonly rootDevice: { current: number };
}

export interface Expression {
  readonly test: Test;
  readonly options: Readonly<WalkOptions>;
  /** Runs what `-exec … +` has gathered. Answers the status. */
  finish(): Promise<number>;
}

/** Where the parser is, and what primaries take from it. */
export interface Reader {
  readonly invocation: Invocation;
  /** The next word; a usage error when there is none. */
  argument(primary: string): string;
  peek(): string | undefined;
  next(): string | undefined;
  readonly finishers: (() => Promise<number>)[];
}

const refuse = (invocation: Invocation, message: string): never => {
  throw new UsageError(`${invocation.name}: ${message}\n`);
};

/** Throws `UsageError` with find's words. */
export const parseExpression = (invocation: Invocation, words: readonly string[]): Expression => {
  let at = 0;
  let acts = false;
  const options: WalkOptions = {
    minDepth: 0,
    maxDepth: Number.POSITIVE_INFINITY,
    depthFirst: false,
    oneFileSystem: false,
    rootDevice: { current: 0 },
  };
  const reader: Reader = {
    invocation,
    argument: (primary) => words[at++] ?? refuse(invocation, `missing argument to \`${primary}'`),
    peek: () => words[at],
    next: () => words[at++],
    finishers: [],
  };
  const or = (): Test => {
    let left = and();
    while (words[at] === '-o' || words[at] === '-or') {
      at++;
      const [one, other] = [left, and()];
      left = async (entry) => (await one(entry)) || other(entry);
    }
    return left;
  };
  const and = (): Test => {
    let left = not();
    for (;;) {
      if (words[at] === '-a' || words[at] === '-and') at++;
      else if (words[at] === undefined || words[at] === ')' || /^-(?:o|or)$/.test(words[at] ?? '')) return left;
      const [one, other] = [left, not()];
      left = async (entry) => (await one(entry)) && other(entry);
    }
  };
  const not = (): Test => {
    if (words[at] !== '!' && words[at] !== '-not') return primary();
    at++;
    const operand = not();
    return async (entry) => !(await operand(entry));
  };
  const primary = (): Test => {
    const word = words[at++] ?? refuse(invocation, 'expected an expression');
    if (word === '(') {
      const inner = or();
      if (words[at++] !== ')')
        refuse(invocation, "invalid expression; I was expecting to find a ')' somewhere but did not see one.");
      return inner;
    }
    const option = readOption(reader, options, word);
    if (option !== undefined) return option;
    const action: Action | undefined = ACTIONS[word];
    if (action !== undefined) {
      if (word !== '-prune') acts = true;
      if (word === '-delete') options.depthFirst = true;
      return action(reader);
    }
    const test = PRIMARIES[word];
    if (test === undefined) return refuse(invocation, `unknown predicate \`${word}'`);
    return test(reader);
  };
  const parsed = words.length === 0 ? always : or();
  if (at < words.length) refuse(invocation, `paths must precede expression: \`${words[at]}'`);
  const shows = ACTIONS['-print']?.(reader);
  const test: Test = acts || shows === undefined ? parsed : async (entry) => (await parsed(entry)) && shows(entry);
  return {
    test,
    options,
    finish: async () => {
      let status = 0;
      for (const finish of reader.finishers) status |= await finish();
      return status;
    },
  };
};

const always: Test = () => true;

const readOption = (reader: Reader, options: WalkOptions, word: string): Test | undefined => {
  const level = (): number => {
    const text = reader.argument(word);
    if (/^\d+$/.test(text)) return Number(text);
    return refuse(
      reader.invocation,
      `Expected a positive decimal integer argument to ${word}, but got \u2018${text}\u2019`,
    );
  };
  if (word === '-maxdepth') options.maxDepth = level();
  else if (word === '-mindepth') options.minDepth = level();
  else if (word === '-depth' || word === '-d') options.depthFirst = true;
  else if (word === '-xdev' || word === '-mount') options.oneFileSystem = true;
  else return undefined;
  return always;
};
