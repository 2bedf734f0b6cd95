/**
 * just-bash as the parser. Its interpreter is not used: it has no descriptors, a redirection that fails (EROFS, EACCES)
 * ends the whole run and loses its output, and clock and chance are ambient.
 *
 * The tree is taken out through the public transform hook, which sees it after the parser and before the interpreter;
 * an empty script is handed back, so that nothing runs.
 */
import { justBash, type JustBash } from '../just-bash.ts';
import { ShellError } from './errors.ts';
import type { Script, Statement } from './syntax.ts';

type Hook = (text: string) => Promise<Script>;

const hooked = ({ bash }: JustBash): Hook => {
  let seen: Script | undefined;
  bash.registerTransformPlugin({
    name: 'layerscope-parser',
    transform: ({ ast }) => {
      seen = ast;
      return { ast: { ...ast, statements: [] } };
    },
  });
  return async (text) => {
    seen = undefined;
    const refused = await bash.exec(text, { rawScript: true });
    const script: Script | undefined = seen;
    if (script !== undefined) return script;
    if (refused.exitCode === 0) return { type: 'Script', statements: [] };
    throw syntaxError(refused.stderr);
  };
};

let hook: Promise<Hook> | undefined;
let turn: Promise<unknown> = Promise.resolve();

/** Parses a script. Throws `ShellError` with status 2 on a syntax error. */
export const parseScript = (text: string): Promise<Script> => {
  // The hook hears of one script at a time.
  const parsed = turn.then(async () => {
    hook ??= justBash().then(hooked);
    return (await hook)(text);
  });
  turn = parsed.catch(() => undefined);
  return parsed;
};

const TOKENS: Record<string, string> = { RBRACE: '}', RPAREN: ')', LBRACE: '{', LPAREN: '(' };

/** The commonest complaints of the parser, as dash makes them. */
const inDashWords = (reason: string): string => {
  const expected = /^Expected (\w+), got EOF$/.exec(reason)?.[1];
  if (expected !== undefined)
    return `end of file unexpected (expecting "${TOKENS[expected] ?? expected.toLowerCase()}")`;
  if (/looking for matching [`'](?:"|')'$/.test(reason)) return 'Unterminated quoted string';
  const token = /unexpected token [`'](.*)'$/.exec(reason)?.[1];
  return token === undefined ? reason : `"${token}" unexpected`;
};

/** `bash: syntax error: Parse error at 1:8: …` and `bash: line 3: …` name the line; the rest is the reason. */
const syntaxError = (message: string): ShellError => {
  const match = /(?:Parse error at (\d+):\d+|line (\d+)): ([^]*?)\n?$/.exec(message);
  const line = Number(match?.[1] ?? match?.[2] ?? 1);
  const reason = inDashWords(match?.[3] ?? message.trim());
  return new ShellError(`Syntax error: ${reason}`, 2, Math.max(line, 1));
};

/** The parser postpones some errors to the statement they stand in: `foo )`. */
export const deferredError = (statement: Statement): ShellError | undefined =>
  statement.deferredError === undefined
    ? undefined
    : new ShellError(`Syntax error: ${JSON.stringify(statement.deferredError.token)} unexpected`, 2, statement.line);
