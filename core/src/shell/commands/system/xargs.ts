/** `xargs`: arguments from stdin for other programs. */
import { decodeName } from '../../../fs/index.ts';
import { complain, type Command } from '../../command.ts';
import { parseOptions } from '../../options.ts';
import { bytesInput, readAll } from '../../streams.ts';

const UNMATCHED = 'unmatched quote; by default quotes are special to xargs unless you use the -0 option';

/** Words by blanks and newlines; quotes and backslashes protect. `undefined` for a quote that is not closed. */
const splitWords = (text: string): readonly string[] | undefined => {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (/[ \t\n]/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === '\\') word = (word ?? '') + (text[++at] ?? '');
    else if (character === '"' || character === "'") {
      const end = text.indexOf(character, at + 1);
      if (end < 0 || text.slice(at + 1, end).includes('\n')) return undefined;
      word = (word ?? '') + text.slice(at + 1, end);
      at = end;
    } else word = (word ?? '') + character;
  }
  if (word !== undefined) words.push(word);
  return words;
};

/** GNU: a program that fails makes 123, one that is missing 127, one that cannot be run 126. */
const combine = (status: number, result: number): number => {
  if (result === 126 || result === 127) return result;
  return result === 0 ? status : 123;
};

const lines = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

export const xargs: Command = async (invocation) => {
  const options = parseOptions(invocation, {
    short: '0n:I:L:d:rtP:s:x',
    long: { null: '0', 'max-args': 'n', 'no-run-if-empty': 'r', verbose: 't', delimiter: 'd', 'max-procs': 'P' },
    ordered: true,
  });
  const text = decodeName(await readAll(invocation.stdin));
  const argv = options.operands.length === 0 ? ['echo'] : options.operands;
  const placeholder = options.value('I');
  const delimiter = options.has('0') ? '\0' : options.value('d');
  let words: readonly string[] | undefined;
  if (delimiter !== undefined)
    words = text
      .replace(/[\0\n]$/, '')
      .split(delimiter.replace('\\n', '\n').replace('\\0', '\0'))
      .filter((word, index, all) => word !== '' || index < all.length - 1);
  else words = placeholder === undefined ? splitWords(text) : lines(text);
  if (words === undefined) return complain(invocation, UNMATCHED);
  const run = async (args: readonly string[]): Promise<number> => {
    if (options.has('t')) invocation.stderr.write(new TextEncoder().encode(`${args.join(' ')}\n`));
    return invocation.run({ argv: args, stdin: bytesInput(new Uint8Array()) });
  };
  let status = 0;
  if (placeholder !== undefined) {
    for (const word of words) status = combine(status, await run(argv.map((arg) => arg.replaceAll(placeholder, word))));
    return status;
  }
  if (words.length === 0) return options.has('r') ? 0 : combine(0, await run(argv));
  const size = Number(options.value('n', 'L') ?? words.length);
  for (let at = 0; at < words.length; at += size)
    status = combine(status, await run([...argv, ...words.slice(at, at + size)]));
  return status;
};
