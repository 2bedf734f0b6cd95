/** `wait`, `jobs` and `kill`, with dash's messages. */
import { encodeName } from '../../fs/index.ts';
import { report, streamAt, type Job, type ShellState } from '../language/state.ts';
import { endingText, SIGNAL_NAMES, signalName, signalNumber, signalStatus, TERMINATE } from '../processes/index.ts';
import { failWith, write } from './output.ts';

const NO_JOB = 127;
const USAGE = 'Usage: kill [-s sigspec | -signum | -sigspec] [pid | job]... or\nkill -l [exitstatus]';

/** `%2`, or a process number. */
const findJob = (state: ShellState, operand: string): Job | undefined => {
  if (!operand.startsWith('%')) return state.jobs.get(Number(operand));
  const jobs = [...state.jobs.values()];
  return /^%[%+]?$/.test(operand) ? jobs.at(-1) : jobs.find(({ number }) => number === Number(operand.slice(1)));
};

/** Waits for one job; says how it ended when a signal did it that nobody expects. */
const waitFor = async (state: ShellState, job: Job): Promise<number> => {
  await state.machine.scheduler.wait(() => job.status !== undefined);
  const status = job.status ?? 0;
  state.jobs.delete(job.process.pid);
  const text = endingText(job.process.endedBy);
  if (text !== undefined) streamAt(state, 2).write(encodeName(`${text}\n`));
  return status;
};

export const wait = async (state: ShellState, args: readonly string[]): Promise<number> => {
  if (args.length === 0) {
    const { jobs, machine } = state;
    await machine.scheduler.wait(() => [...jobs.values()].every(({ status }) => status !== undefined));
    jobs.clear();
    return 0;
  }
  let status = 0;
  for (const operand of args) {
    if (!/^%?\d+$|^%[%+]?$/.test(operand)) return failWith(state, `wait: Illegal number: ${operand}`, 2);
    const job = findJob(state, operand);
    status = job === undefined ? NO_JOB : await waitFor(state, job);
  }
  return status;
};

const describeJob = ({ number, process: { args, stopped }, status }: Job, mark: string): string => {
  const state = status === undefined ? (stopped ? 'Stopped' : 'Running') : status === 0 ? 'Done' : `Done(${status})`;
  return `[${number}] ${mark} ${state.padEnd(26)} ${args.join(' ')}\n`;
};

/** Newest first. What has ended is told of once. */
export const jobs = (state: ShellState, args: readonly string[]): number => {
  const all = [...state.jobs.values()].toReversed();
  const lines = all.map((job, index) =>
    args.includes('-p') ? `${job.process.pid}\n` : describeJob(job, ['+', '-'][index] ?? ' '),
  );
  for (const { process, status } of all) if (status !== undefined) state.jobs.delete(process.pid);
  return write(state, 'jobs', lines.join(''));
};

const listSignals = (state: ShellState, status: string | undefined): number => {
  if (status === undefined) return write(state, 'kill', ['0', ...SIGNAL_NAMES].map((name) => `${name}\n`).join(''));
  const number = Number(status) > signalStatus(0) ? Number(status) - signalStatus(0) : Number(status);
  const name = signalName(number);
  return name === undefined
    ? failWith(state, `kill: invalid signal number or exit status: ${status}`, 2)
    : write(state, 'kill', `${name}\n`);
};

/** Signal 0 only asks whether the process is there. */
const signalOf = (text: string): number | undefined => (text === '0' ? 0 : signalNumber(text));

export const kill = async (state: ShellState, args: readonly string[]): Promise<number> => {
  const operands = [...args];
  let signal = TERMINATE;
  const [first = ''] = operands;
  if (first === '-l') return listSignals(state, operands[1]);
  if (first === '-s' || first === '-n') {
    const named = signalOf(operands[1] ?? '');
    if (named === undefined) return failWith(state, `kill: invalid signal number or name: ${operands[1] ?? ''}`, 2);
    signal = named;
    operands.splice(0, 2);
  } else if (first === '--') operands.shift();
  else if (/^-./.test(first)) {
    const named = signalOf(first.slice(1));
    if (named === undefined) return failWith(state, `kill: Illegal option -${first[1] ?? ''}`, 2);
    signal = named;
    operands.shift();
  }
  if (operands.length === 0) return failWith(state, `kill: ${USAGE}`, 2);
  let status = 0;
  for (const operand of operands) {
    if (!/^-?\d+$|^%/.test(operand)) return failWith(state, `kill: Illegal number: ${operand}`, 2);
    const job = findJob(state, operand);
    if (operand.startsWith('%') && job === undefined) return failWith(state, `kill: No such job: ${operand}`, 2);
    const process =
      job?.status === undefined ? (job?.process ?? state.machine.processes.get(Math.abs(Number(operand)))) : undefined;
    if (process === undefined) {
      report(state, 'kill: No such process\n');
      status = 1;
    } else if (signal !== 0) process.signal(signal);
  }
  // A signal to oneself is there before the next command.
  await state.machine.scheduler.giveWay();
  return status;
};
