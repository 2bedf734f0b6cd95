/**
 * `ctr` for a node: containerd's own client, command by command, with its output, messages and exit codes.
 *
 *   ['-n', 'test', 'snapshots', '--snapshotter', 'native', 'ls']
 *     global flags ─┘     │              └ flags of the group      └ command
 *                         └ group
 */
import { FsError, errnoText } from '../fs/index.ts';
import { ContainerdError, ERROR_CLASSES } from '../snapshots/index.ts';
import type { CtrFront } from '../sandbox/index.ts';
import { ImageError } from '../images/index.ts';
import { contentText } from './print/content-text.ts';
import { COMMANDS } from './commands/index.ts';
import type { CtrCommand, Flag } from './line/command.ts';
import { helpText } from './line/help.ts';
import { UsageError, parseFlags, type FlagValues } from './line/parse.ts';
import { createSession, printed, resultOf } from './session.ts';

const GLOBAL_FLAGS: readonly Flag[] = [
  { names: ['debug'], type: 'bool', usage: 'enable debug output in logs' },
  {
    names: ['address', 'a'],
    type: 'string',
    usage: "address for containerd's GRPC server",
    default: '/run/containerd/containerd.sock',
    environment: 'CONTAINERD_ADDRESS',
  },
  { names: ['timeout'], type: 'duration', usage: 'total timeout for ctr commands', default: '0s' },
  { names: ['connect-timeout'], type: 'duration', usage: 'timeout for connecting to containerd', default: '0s' },
  {
    names: ['namespace', 'n'],
    type: 'string',
    usage: 'namespace to use with commands',
    default: 'default',
    environment: 'CONTAINERD_NAMESPACE',
  },
];

const HELP_FLAG: Flag = { names: ['help', 'h'], type: 'bool', usage: 'show help' };

/** The whole program as one command. */
export const CTR: CtrCommand = {
  names: ['ctr'],
  usage: 'client for a containerd node',
  flags: GLOBAL_FLAGS,
  commands: COMMANDS,
};

/** The text after `ctr: `. A failure without class arrives over gRPC as one of class Unknown. */
const messageOf = (error: unknown): string => {
  if (error instanceof FsError) return errnoText(error.code).toLowerCase();
  if (error instanceof ImageError) return contentText(error);
  if (error instanceof ContainerdError && error.code === 'Unknown') {
    const { text } = ERROR_CLASSES.Unknown;
    return error.message.endsWith(`: ${text}`) ? error.message : `${error.message}: ${text}`;
  }
  return error instanceof Error ? error.message : String(error);
};

/** Exit code of a command that is not there. */
const NO_COMMAND = 3;

/** Runs `ctr` with these arguments on a node. Pass it to `createSandbox({ ctr })`. */
export const ctr: CtrFront = async (node, args, io = {}) => {
  const out = printed(io.stdout);
  const err = printed(io.stderr);
  const levels: FlagValues[] = [];
  const defaults = new Map<string, string>();
  let command = CTR;
  let path = 'ctr';
  let line = args;
  for (;;) {
    const flags = command.flags ?? [];
    for (const flag of flags) if (flag.default !== undefined) defaults.set(flag.names[0], flag.default);
    const help = helpText(path, command);
    let values: FlagValues;
    try {
      values = parseFlags([...flags, HELP_FLAG], line, command.commands !== undefined || command.endsFlags === true);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      out.write(`Incorrect Usage: ${error.message}\n\n${help}`);
      err.write(`ctr: ${error.message}\n`);
      return resultOf(1, out, err);
    }
    levels.unshift(values);
    const [name, ...rest] = values.operands;
    if (values.given.has('help') || (command.run === undefined && (name === undefined || name === 'help'))) {
      out.write(help);
      return resultOf(0, out, err);
    }
    const missing = flags.find(({ names: [first], required }) => required === true && !values.given.has(first));
    if (missing !== undefined) {
      out.write(help);
      err.write(`ctr: Required flag "${missing.names[0]}" not set\n`);
      return resultOf(1, out, err);
    }
    const { run } = command;
    if (run !== undefined) {
      const namespace = levels.at(-1)?.given.get('namespace')?.at(-1) ?? 'default';
      const { operands } = values;
      const session = createSession({ node, io, namespace, flags: levels, defaults, operands, help, out, err });
      try {
        return resultOf((await run(session)) ?? 0, out, err);
      } catch (error) {
        err.write(`ctr: ${messageOf(error)}\n`);
        return resultOf(1, out, err);
      }
    }
    const next = command.commands?.find(({ names }) => names.includes(name ?? ''));
    if (next === undefined) {
      err.write(`No help topic for '${name}'\n`);
      return resultOf(NO_COMMAND, out, err);
    }
    command = next;
    path = `${path} ${next.names[0]}`;
    line = rest;
  }
};
