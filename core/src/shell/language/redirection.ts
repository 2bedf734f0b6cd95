/** `<`, `>`, `>>`, `<>`, `>|`, `<&`, `>&`, `<<` and bash's `&>` and `<<<`, over real descriptions. */
import {
  encodeName,
  errnoText,
  FsError,
  isRegular,
  O_APPEND,
  O_CREAT,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
} from '../../fs/index.ts';
import { expandHereDocument, expandString } from '../expansion/index.ts';
import { openPath, statOrNothing } from '../open-path.ts';
import { bytesStream, type Stream } from '../streams.ts';
import { RedirectionError } from './errors.ts';
import { report, type ShellState } from './state.ts';
import type { Redirection } from './syntax.ts';

const FLAGS: Record<string, number> = {
  '<': O_RDONLY,
  '<>': O_RDWR | O_CREAT,
  '>': O_WRONLY | O_CREAT | O_TRUNC,
  '>|': O_WRONLY | O_CREAT | O_TRUNC,
  '&>': O_WRONLY | O_CREAT | O_TRUNC,
  '>>': O_WRONLY | O_CREAT | O_APPEND,
  '&>>': O_WRONLY | O_CREAT | O_APPEND,
};

/** dash has its own words for ENOENT and ENOTDIR, by whether a file was to be made. */
const reason = (error: FsError, creating: boolean): string =>
  error.code === 'ENOENT' || error.code === 'ENOTDIR'
    ? creating
      ? 'Directory nonexistent'
      : 'No such file'
    : errnoText(error.code);

const openTarget = (state: ShellState, operator: string, target: string): Stream => {
  const flags = FLAGS[operator] ?? O_RDONLY;
  const creating = (flags & O_CREAT) !== 0;
  const { process } = state;
  if (operator === '>' && state.options.has('C') && isRegular(statOrNothing(process, target)?.mode ?? 0))
    throw new RedirectionError(`cannot create ${target}: File exists`);
  try {
    return openPath(process, target, flags);
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    throw new RedirectionError(`cannot ${creating ? 'create' : 'open'} ${target}: ${reason(error, creating)}`);
  }
};

const waiting = (text: string): Stream => bytesStream(encodeName(text));

/** Puts a stream under a descriptor, or closes it; gives back what was there. */
const install = (state: ShellState, fd: number, stream: Stream | undefined): void => {
  const old = state.streams.get(fd);
  if (stream === undefined) state.streams.delete(fd);
  else state.streams.set(fd, stream);
  old?.release();
};

const duplicate = (state: ShellState, source: string): Stream | undefined => {
  if (source === '-') return undefined;
  if (!/^\d+$/.test(source)) throw new RedirectionError('Syntax error: Bad fd number');
  const stream = state.streams.get(Number(source));
  if (stream === undefined) throw new RedirectionError(`${source}: Bad file descriptor`);
  return stream.retain();
};

/** Performs one redirection for good. Throws `RedirectionError`. */
export const redirect = async (state: ShellState, { operator, fd, target }: Redirection): Promise<void> => {
  const usual = operator.startsWith('<') ? 0 : 1;
  if (target.type === 'HereDoc') {
    const { content, stripTabs } = target;
    const body = await expandHereDocument(state, content);
    install(state, fd ?? usual, waiting(stripTabs ? body.replace(/^\t+/gm, '') : body));
    return;
  }
  const text = await expandString(state, target);
  if (operator === '<<<') install(state, fd ?? usual, waiting(`${text}\n`));
  else if (operator === '>&' || operator === '<&') install(state, fd ?? usual, duplicate(state, text));
  else {
    const stream = openTarget(state, operator, text);
    install(state, fd ?? usual, stream);
    if (operator.startsWith('&')) install(state, 2, stream.retain());
  }
};

/** Performs redirections around `body` and puts the old descriptors back. Throws `RedirectionError`. */
export const around = async <Answer>(
  state: ShellState,
  redirections: readonly Redirection[],
  body: () => Promise<Answer>,
): Promise<Answer> => {
  if (redirections.length === 0) return body();
  const before = new Map([...state.streams].map(([fd, stream]) => [fd, stream.retain()]));
  try {
    for (const redirection of redirections) await redirect(state, redirection);
    return await body();
  } finally {
    for (const stream of state.streams.values()) stream.release();
    state.streams.clear();
    for (const [fd, stream] of before) state.streams.set(fd, stream);
  }
};

/** The same for a compound command, where a redirection that fails is its status 2 and the script goes on. */
export const withRedirections = async (
  state: ShellState,
  redirections: readonly Redirection[],
  body: () => Promise<number>,
): Promise<number> => {
  try {
    return await around(state, redirections, body);
  } catch (error) {
    if (!(error instanceof RedirectionError)) throw error;
    report(state, error.message);
    return 2;
  }
};
