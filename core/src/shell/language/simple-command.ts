/** Simple commands: assignments, redirections, and the search for what the first word names. */
import { FsError } from '../../fs/index.ts';
import { BUILTINS, DECLARING, SPECIAL } from '../builtins/index.ts';
import { expandString, expandWord } from '../expansion/index.ts';
import { runProgram } from '../programs/index.ts';
import { ExitJump, RedirectionError, ReturnJump, ShellError } from './errors.ts';
import { runCommand, trace } from './execute.ts';
import { around, redirect } from './redirection.ts';
import { assign, environmentOf, lookup, report, type ShellState, type Variable } from './state.ts';
import type { Assignment, FunctionDefinition, SimpleCommand, Word } from './syntax.ts';

const isDeclaration = (word: Word): boolean => {
  const [first] = word.parts;
  return first?.type === 'Literal' && /^[A-Za-z_]\w*=/.test(first.value);
};

/** The command's words. After `export`, `readonly` and `local`, `name=value` is expanded as an assignment: not split. */
const expandCommand = async (state: ShellState, command: SimpleCommand): Promise<readonly string[]> => {
  const words: string[] = command.name === null ? [] : [...(await expandWord(state, command.name))];
  const declares = DECLARING.has(words[0] ?? '');
  for (const word of command.args) {
    if (declares && isDeclaration(word)) words.push(await expandString(state, word));
    else words.push(...(await expandWord(state, word)));
  }
  return words;
};

const valueOf = async (state: ShellState, { name, value, append, array }: Assignment): Promise<string> => {
  if (array !== null || name.includes('[')) throw new ShellError('Syntax error: "(" unexpected');
  const text = value === null ? '' : await expandString(state, value);
  return append ? (lookup(state, name) ?? '') + text : text;
};

const assignAll = async (state: ShellState, assignments: readonly Assignment[], exported?: boolean): Promise<void> => {
  for (const assignment of assignments) {
    const value = await valueOf(state, assignment);
    trace(state, [`${assignment.name}=${value}`]);
    assign(state, assignment.name, value, exported === undefined ? {} : { exported });
  }
};

/** Assignments before a command hold while it runs. */
const withAssignments = async (
  state: ShellState,
  assignments: readonly Assignment[],
  body: () => Promise<number>,
): Promise<number> => {
  if (assignments.length === 0) return body();
  const before = assignments.map(({ name }): [string, Variable | undefined] => [name, state.variables.get(name)]);
  try {
    await assignAll(state, assignments, true);
    return await body();
  } finally {
    for (const [name, old] of before) restore(state, name, old);
  }
};

const restore = (state: ShellState, name: string, old: Variable | undefined): void => {
  if (old === undefined) state.variables.delete(name);
  else state.variables.set(name, old);
};

/** A real shell runs out of stack at some depth; this one says so before the page or process does. */
const MAX_CALLS = 1000;

/** A function: its own positional parameters and `local` variables. */
const callFunction = async (
  state: ShellState,
  { body, redirections }: FunctionDefinition,
  args: readonly string[],
): Promise<number> => {
  const { positional, loops } = state;
  if (state.locals.length >= MAX_CALLS) throw new ShellError(`Maximum function recursion depth (${MAX_CALLS}) reached`);
  const locals = new Map<string, Variable | undefined>();
  state.locals.push(locals);
  state.positional = args;
  state.loops = 0;
  state.returns++;
  try {
    return await around(state, redirections, () => runCommand(state, body));
  } catch (error) {
    if (error instanceof ReturnJump) return error.status;
    throw error;
  } finally {
    state.returns--;
    state.locals.pop();
    state.positional = positional;
    state.loops = loops;
    for (const [name, old] of locals) restore(state, name, old);
  }
};

/** `exec`: redirections stay; with a command, the shell ends with it. */
const runExec = async (state: ShellState, command: SimpleCommand, args: readonly string[]): Promise<number> => {
  for (const redirection of command.redirections) await redirect(state, redirection);
  if (args.length === 0) return 0;
  await assignAll(state, command.assignments, true);
  throw new ExitJump(await runProgram(state, args, environmentOf(state)));
};

const dispatch = async (state: ShellState, command: SimpleCommand, words: readonly string[]): Promise<number> => {
  const [name = '', ...args] = words;
  const { assignments, redirections } = command;
  const special = SPECIAL[name];
  if (name === 'exec') {
    await assignAll(state, assignments);
    return runExec(state, command, args);
  }
  if (special !== undefined) {
    await assignAll(state, assignments);
    return around(state, redirections, async () => special(state, args));
  }
  const definition = state.functions.get(name);
  if (definition !== undefined)
    return around(state, redirections, () =>
      withAssignments(state, assignments, () => callFunction(state, definition, args)),
    );
  const builtin = BUILTINS[name];
  return around(state, redirections, () =>
    withAssignments(state, assignments, async () =>
      builtin === undefined ? runProgram(state, words, environmentOf(state)) : builtin(state, args),
    ),
  );
};

/** Runs a simple command; errors of special built-ins and of expansion end the shell (POSIX 2.8.1). */
export const runSimpleCommand = async (state: ShellState, command: SimpleCommand): Promise<number> => {
  state.substituted = false;
  const words = await expandCommand(state, command);
  const name = words[0] ?? '';
  try {
    if (words.length === 0) {
      await assignAll(state, command.assignments);
      const status = state.substituted ? state.status : 0;
      return await around(state, command.redirections, async () => status);
    }
    trace(state, words);
    return await dispatch(state, command, words);
  } catch (error) {
    if (error instanceof RedirectionError && SPECIAL[name] === undefined && name !== 'exec') {
      report(state, error.message);
      return 2;
    }
    if (error instanceof FsError) {
      report(state, `${name}: ${error.message.replace(/^\w+: /, '')}`);
      return 1;
    }
    throw error;
  }
};
