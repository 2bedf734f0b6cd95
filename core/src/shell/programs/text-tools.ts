/**
 * just-bash's text tools (grep, sed, awk, sort, …) as programs of this shell. They are called directly, not through
 * just-bash's interpreter: their output keeps its bytes, and stdin is read only by a tool that asks for it, so that
 * `while read line; do grep "$line" file; done < list` keeps its list.
 */
import type { Command as Tool } from 'just-bash/browser';
import { decodeName, encodeName, fail } from '../../fs/index.ts';
import type { Command, Invocation } from '../command.ts';
import { justBash, type Library } from '../just-bash.ts';
import { bytesInput, collector, MOST_INPUT, readAll, type Input } from '../streams.ts';
import { toolFileSystem } from './tool-file-system.ts';

type Context = Parameters<Tool['execute']>[1];
type Result = Awaited<ReturnType<Tool['execute']>>;
type ByteString = Context['stdin'];

/** Tools that tell the truth here because they only see bytes and names. */
const NAMES = (
  'awk base64 basename column comm cut diff dirname egrep expand expr fgrep file fold grep join jq md5sum nl ' +
  'paste rev rg sed seq sha1sum sha256sum sort split strings tac tail tr tree unexpand uniq wc'
).split(' ');

const byteString = (bytes: Uint8Array): ByteString => {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text as unknown as ByteString;
};

/** Bytes of a string that holds one byte a character. */
export const bytesOf = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);

/** Reads to the end without waiting; `undefined` when the input makes its reader wait (a terminal). */
const readNow = (input: Input): Uint8Array | undefined => {
  const output = collector();
  let total = 0;
  for (;;) {
    const chunk = new Uint8Array(65_536);
    const length = input.read(chunk);
    if (typeof length !== 'number') return undefined;
    if (length === 0) return output.bytes();
    if ((total += length) > MOST_INPUT) fail('ENOMEM');
    output.write(chunk.subarray(0, length));
  }
};

/** What a tool has read, as far as it says how its output is to be taken. */
interface Reading {
  /** Some of it was not UTF-8: just-bash then takes every byte for a character. */
  binary: boolean;
}

/** Stdin that has to be waited for: whether the tool asked for it, and what came. */
interface Stdin {
  wanted: boolean;
  readonly bytes?: Uint8Array;
}

const noticing =
  (reading: Reading) =>
  (bytes: Uint8Array): Uint8Array => {
    reading.binary ||= /[\udc80-\udcff]/.test(decodeName(bytes).replaceAll(/[\ud800-\udbff][\udc00-\udfff]/g, ''));
    return bytes;
  };

const contextFor = async (
  library: Library,
  tool: Tool,
  invocation: Invocation,
  notice: (bytes: Uint8Array) => Uint8Array,
  given: Stdin,
): Promise<Context> => {
  const { process, environment, stdin, clock } = invocation;
  const context = library.createCommandContext({
    fs: toolFileSystem(process, clock, { notice, replacing: tool.name === 'sed' ? invocation.random : undefined }),
    cwd: process.getcwd(),
    env: new Map(environment),
    exportedEnv: Object.fromEntries(environment),
    exec: (script, options) => runScript(invocation, script, options?.stdin),
  });
  let seen: ByteString | undefined;
  Object.defineProperty(context, 'stdin', {
    get: () => {
      if (given.bytes === undefined && stdin.waits === true) given.wanted = true;
      else seen ??= byteString(notice(given.bytes ?? readNow(stdin) ?? new Uint8Array()));
      return seen ?? byteString(new Uint8Array());
    },
  });
  return context;
};

/** awk's `system()` and the like. */
const runScript = async (invocation: Invocation, script: string, stdin: string | undefined): Promise<Result> => {
  const output = collector();
  const exitCode = await invocation.run({
    argv: ['sh', '-c', script],
    stdin: stdin === undefined ? invocation.stdin : bytesInput(encodeName(stdin)),
    stdout: output,
  });
  return { stdout: decodeName(output.bytes()), stderr: '', exitCode };
};

/** just-bash's tr knows no octal escapes: `tr '\\0' '\\n'` would do nothing. */
const ARGUMENTS: Readonly<Record<string, (args: readonly string[]) => readonly string[]>> = {
  tr: (args) =>
    args.map((arg) =>
      arg.replaceAll(/\\([0-7]{1,3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8) & 0xff)),
    ),
};

/** The messages of a tool begin with its name; just-bash's shell is not there to have one. */
const runTool =
  (name: string): Command =>
  async (invocation) => {
    const { library, tools } = await justBash();
    const tool = tools.get(name);
    if (tool === undefined) throw new Error(`just-bash has no ${name}`);
    const reading: Reading = { binary: false };
    const args = ARGUMENTS[tool.name]?.(invocation.args) ?? invocation.args;
    const execute = async (given: Stdin): Promise<Result> =>
      tool.execute([...args], await contextFor(library, tool, invocation, noticing(reading), given));
    await invocation.stdin.gather?.();
    const first: Stdin = { wanted: false };
    let result = await execute(first);
    // A tool has no way to wait: what it did without its input is forgotten, and done again once that is there.
    if (first.wanted) result = await execute({ wanted: false, bytes: await readAll(invocation.stdin) });
    const { stdout, stdoutKind, stdoutEncoding } = result;
    const isBytes =
      stdoutKind === 'bytes' || stdoutEncoding === 'binary' || (reading.binary && /^[\0-\xff]*$/.test(stdout));
    invocation.stdout.write(isBytes ? bytesOf(stdout) : encodeName(stdout));
    invocation.stderr.write(encodeName(result.stderr));
    return result.exitCode;
  };

/** The text tools by name, as programs of this shell. */
export const TEXT_TOOLS: ReadonlyMap<string, Command> = new Map(NAMES.map((name) => [name, runTool(name)]));
