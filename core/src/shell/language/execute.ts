/** Lists, pipelines and compound commands. Each function answers the exit status. */
import { encodeName } from '../../fs/index.ts';
import { createPipe, signalName } from '../processes/index.ts';
import { evaluateArithmetic, expandPattern, expandString, expandWord, matches } from '../expansion/index.ts';
import { evaluateCondition } from '../builtins/conditions/condition.ts';
import { bytesStream, type Stream } from '../streams.ts';
import { ExitJump, LoopJump } from './errors.ts';
import { untilExit } from './exit.ts';
import { deferredError } from './parser.ts';
import { withRedirections } from './redirection.ts';
import { runSimpleCommand } from './simple-command.ts';
import { assign, drainOutput, inSubshell, startSubshell, streamAt, type Job, type ShellState } from './state.ts';
import type { CommandNode, CompoundCommand, Pipeline, Script, Statement } from './syntax.ts';

export const runScript = (state: ShellState, script: Script): Promise<number> => runList(state, script.statements);

/** `a; b; c`. An empty list leaves the status as it is. */
export const runList = async (state: ShellState, statements: readonly Statement[]): Promise<number> => {
  for (const statement of statements) {
    const error = deferredError(statement);
    if (error !== undefined) throw error;
    await takeTurn(state);
    if (statement.background) await runInBackground(state, statement);
    else await runAndOr(state, statement);
  }
  return state.status;
};

/** Between two commands: others get their share, signals end the shell or run the action of a trap. */
const takeTurn = async (state: ShellState): Promise<void> => {
  const { machine, entry } = state;
  await machine.scheduler.share();
  for (let signal = entry.takeHandled(); signal !== undefined; signal = entry.takeHandled()) {
    const { status } = state;
    await runScript(state, await machine.parse(state.traps.get(signalName(signal) ?? '') ?? ''));
    state.status = status;
  }
};

/** `a && b || c`, and what `set -e` makes of its failure. */
const runAndOr = async (state: ShellState, { pipelines, operators }: Statement): Promise<void> => {
  for (const [index, pipeline] of pipelines.entries()) {
    const operator = operators[index - 1];
    if ((operator === '&&' && state.status !== 0) || (operator === '||' && state.status === 0)) continue;
    const isLast = index === pipelines.length - 1;
    if (isLast && !pipeline.negated) {
      await runPipeline(state, pipeline);
      if (state.status !== 0 && state.options.has('e') && state.conditions === 0) throw new ExitJump(state.status);
    } else await inCondition(state, () => runPipeline(state, pipeline));
  }
};

/** Runs what is asked for its status only: `set -e` does not act on it. */
const inCondition = async <Answer>(state: ShellState, body: () => Promise<Answer>): Promise<Answer> => {
  state.conditions++;
  try {
    return await body();
  } finally {
    state.conditions--;
  }
};

/** The words of a command as far as they are plain, for the process table. */
const wordsOf = (command: CommandNode | undefined): readonly string[] => {
  if (command?.type !== 'SimpleCommand' || command.name === null) return ['sh'];
  return [command.name, ...command.args].map(({ parts }) =>
    parts.map((part) => (part.type === 'Literal' ? part.value : '…')).join(''),
  );
};

/** Nothing but a program to run, whose process the subshell becomes. */
const isProgram = (command: CommandNode | undefined): boolean => command?.type === 'SimpleCommand';

const NO_BYTES = new Uint8Array(0);

/** `a &`: a process beside this one, with nothing to read. It has the first turn, and gives it up when it must wait. */
const runInBackground = async (state: ShellState, statement: Statement): Promise<void> => {
  const { scheduler } = state.machine;
  const [first] = statement.pipelines;
  const alone = statement.pipelines.length === 1 && first?.commands.length === 1;
  const nothing = bytesStream(NO_BYTES);
  let job: Job | undefined;
  const body = async (child: ShellState): Promise<number> => {
    let status = CRASHED;
    try {
      status = await untilExit(child, async () => {
        await runAndOr(child, statement);
        return child.status;
      });
      return status;
    } finally {
      // Before the turn goes on: who waits for the job is to see that it has ended.
      if (job !== undefined) job.status = status;
    }
  };
  const inPlace = alone && isProgram(first.commands[0]);
  const { entry, ended } = startSubshell(state, new Map(state.streams).set(0, nothing), body, { inPlace });
  nothing.release();
  entry.args = wordsOf(first?.commands[0]);
  job = { number: nextNumber(state), process: entry, status: undefined };
  state.jobs.set(entry.pid, job);
  ended.catch(() => {});
  state.background = entry.pid;
  await scheduler.giveWay();
  state.status = 0;
};

/** A fault of ours in a job; there is nobody it could be thrown to. */
const CRASHED = 70;

const nextNumber = ({ jobs }: ShellState): number => Math.max(0, ...[...jobs.values()].map(({ number }) => number)) + 1;

/** `a | b`: each side in a subshell, all of them at once; a side waits for bytes, or for room. */
const runPipeline = async (state: ShellState, { commands, negated, pipeStderr }: Pipeline): Promise<void> => {
  const [only] = commands;
  if (commands.length === 1 && only !== undefined) state.status = await runCommand(state, only);
  else state.status = await runStages(state, commands, pipeStderr);
  if (negated) state.status = state.status === 0 ? 1 : 0;
};

const runStages = async (
  state: ShellState,
  commands: readonly CommandNode[],
  pipeStderr: Pipeline['pipeStderr'],
): Promise<number> => {
  const { scheduler } = state.machine;
  const stages: Promise<number>[] = [];
  let upstream: Stream = streamAt(state, 0).retain();
  for (const [index, command] of commands.entries()) {
    const pipe = index === commands.length - 1 ? undefined : createPipe(scheduler);
    const streams = new Map(state.streams).set(0, upstream);
    if (pipe !== undefined) streams.set(1, pipe.writer);
    if (pipe !== undefined && pipeStderr?.[index] === true) streams.set(2, pipe.writer);
    const stage = startSubshell(state, streams, (child) => untilExit(child, () => runCommand(child, command)), {
      inPlace: isProgram(command),
    });
    stage.entry.args = wordsOf(command);
    stages.push(stage.ended);
    upstream.release();
    pipe?.writer.release();
    upstream = pipe?.reader ?? upstream;
  }
  const statuses = await scheduler.outside(Promise.all(stages));
  return statuses.at(-1) ?? 0;
};

/** Runs one command and leaves its status in `$?`. */
export const runCommand = async (state: ShellState, command: CommandNode): Promise<number> => {
  state.line = command.line ?? state.line;
  if (command.type === 'SimpleCommand') state.status = await runSimpleCommand(state, command);
  else if (command.type === 'FunctionDef') {
    state.functions.set(command.name, command);
    state.status = 0;
  } else state.status = await withRedirections(state, command.redirections, () => runCompound(state, command));
  await drainOutput(state);
  return state.status;
};

const runCompound = async (state: ShellState, command: CompoundCommand): Promise<number> => {
  switch (command.type) {
    case 'Group':
      return runList(state, command.body);
    case 'Subshell':
      return inSubshell(state, state.streams, (child) => untilExit(child, () => runList(child, command.body)));
    case 'If':
      for (const clause of command.clauses)
        if ((await inCondition(state, () => runList(state, clause.condition))) === 0)
          return runBody(state, clause.body);
      return command.elseBody === null ? 0 : runBody(state, command.elseBody);
    case 'While':
    case 'Until': {
      const goesOn = async (): Promise<boolean> =>
        ((await inCondition(state, () => runList(state, command.condition))) === 0) === (command.type === 'While');
      return runLoop(state, command.body, goesOn);
    }
    case 'For':
      return runFor(state, command);
    case 'CStyleFor':
      return runCountingFor(state, command);
    case 'Case':
      return runCase(state, command);
    case 'ArithmeticCommand':
      return (await evaluateArithmetic(state, command.expression)) === 0n ? 1 : 0;
    case 'ConditionalCommand':
      return (await evaluateCondition(state, command.expression)) ? 0 : 1;
  }
};

/** A branch that was taken: without commands its status is 0. */
const runBody = (state: ShellState, body: readonly Statement[]): Promise<number> => {
  if (body.length === 0) state.status = 0;
  return runList(state, body);
};

/** Runs the body as long as `next` says so; `break` and `continue` end here when they mean this loop. */
const runLoop = async (
  state: ShellState,
  body: readonly Statement[],
  next: () => Promise<boolean>,
): Promise<number> => {
  let status = 0;
  state.loops++;
  try {
    for (;;) {
      try {
        if (!(await next())) return status;
        status = await runList(state, body);
      } catch (error) {
        if (!(error instanceof LoopJump)) throw error;
        if (error.levels > 1 && state.loops > 1) throw new LoopJump(error.kind, error.levels - 1);
        if (error.kind === 'break') return 0;
      }
    }
  } finally {
    state.loops--;
  }
};

const runFor = async (state: ShellState, command: Extract<CompoundCommand, { type: 'For' }>): Promise<number> => {
  const values: string[] = command.words === null ? [...state.positional] : [];
  for (const word of command.words ?? []) values.push(...(await expandWord(state, word)));
  let at = 0;
  return runLoop(state, command.body, async () => {
    const value = values[at++];
    if (value === undefined) return false;
    assign(state, command.variable, value);
    return true;
  });
};

const runCountingFor = async (
  state: ShellState,
  command: Extract<CompoundCommand, { type: 'CStyleFor' }>,
): Promise<number> => {
  if (command.init !== null) await evaluateArithmetic(state, command.init);
  let first = true;
  return runLoop(state, command.body, async () => {
    if (!first && command.update !== null) await evaluateArithmetic(state, command.update);
    first = false;
    return command.condition === null || (await evaluateArithmetic(state, command.condition)) !== 0n;
  });
};

const runCase = async (state: ShellState, command: Extract<CompoundCommand, { type: 'Case' }>): Promise<number> => {
  const text = await expandString(state, command.word);
  let falls = false;
  for (const item of command.items) {
    let taken = falls;
    for (const pattern of item.patterns) taken ||= matches(await expandPattern(state, pattern), text);
    if (!taken) continue;
    await runBody(state, item.body);
    if (item.terminator === ';;') return state.status;
    falls = item.terminator === ';&';
  }
  return falls ? state.status : 0;
};

/** `set -x`: the command as it is run, after `$PS4`. */
export const trace = (state: ShellState, words: readonly string[]): void => {
  if (state.options.has('x')) streamAt(state, 2).write(encodeName(`+ ${words.join(' ')}\n`));
};
