/** `head`: reads no more than it needs, so that it can look at the beginning of a device without an end. */
import { O_RDONLY } from '../../../fs/index.ts';
import { complain, errorText, print, quote, type Command, type Invocation } from '../../command.ts';
import { openPath } from '../../open-path.ts';
import { parseOptions, UsageError } from '../../options.ts';
import { readAll, type Stream } from '../../streams.ts';
import { parseSize } from '../support/sizes.ts';

const CHUNK = 8192;
const NEWLINE = 0x0a;

/** Where the wanted lines end in these bytes, or how many are still missing. */
const cutLines = (bytes: Uint8Array, lines: number): { readonly end: number; readonly left: number } => {
  let left = lines;
  for (let at = 0; at < bytes.length; at++) if (bytes[at] === NEWLINE && --left === 0) return { end: at + 1, left };
  return { end: bytes.length, left };
};

const copyStart = async (
  { process, stdout, turn }: Invocation,
  file: Stream,
  amount: number,
  unit: 'bytes' | 'lines',
): Promise<void> => {
  const chunk = new Uint8Array(CHUNK);
  for (let left = amount; left > 0;) {
    const wanted = unit === 'bytes' ? Math.min(left, CHUNK) : CHUNK;
    const answer = file.read(chunk.subarray(0, wanted));
    const length = typeof answer === 'number' ? answer : await answer;
    if (length === 0) return;
    const cut = unit === 'bytes' ? { end: length, left: left - length } : cutLines(chunk.subarray(0, length), left);
    stdout.write(chunk.subarray(0, cut.end));
    left = cut.left;
    await turn();
    // What was read too far is given back, so that the next reader of the description finds it.
    if (file.file !== undefined && cut.end < length) process.lseek(file.file, cut.end - length, 'cur');
  }
};

/** `-n -3`: all but the last three, which takes the whole file. */
const copyAllBut = async (
  { stdout }: Invocation,
  file: Stream,
  amount: number,
  unit: 'bytes' | 'lines',
): Promise<void> => {
  const bytes = await readAll(file);
  let end = bytes.length;
  if (unit === 'bytes') end = Math.max(end - amount, 0);
  else for (let left = amount; left > 0 && end > 0; left--) end = bytes.lastIndexOf(NEWLINE, end - 2) + 1;
  stdout.write(bytes.subarray(0, end));
};

export const head: Command = async (invocation) => {
  const args = invocation.args.map((arg) => arg.replace(/^-(\d+)$/, '-n$1'));
  const options = parseOptions(
    { ...invocation, args },
    { short: 'c:n:qvz', long: { bytes: 'c', lines: 'n', quiet: 'q', silent: 'q', verbose: 'v' } },
  );
  const unit = options.last('c', 'n') === 'c' ? 'bytes' : 'lines';
  const text = options.value('c', 'n') ?? '10';
  const amount = parseSize(text.replace(/^[-+]/, ''));
  if (amount === undefined) throw new UsageError(`${invocation.name}: invalid number of ${unit}: ${quote(text)}\n`);
  const operands = options.operands.length === 0 ? ['-'] : options.operands;
  const titled = options.has('v') || (operands.length > 1 && !options.has('q'));
  let status = 0;
  let first = true;
  for (const path of operands) {
    let file: Stream;
    try {
      file = path === '-' ? invocation.stdin.retain() : openPath(invocation.process, path, O_RDONLY);
    } catch (error) {
      status = complain(invocation, `cannot open ${quote(path)} for reading: ${errorText(error)}`);
      continue;
    }
    try {
      if (titled) print(invocation, `${first ? '' : '\n'}==> ${path === '-' ? 'standard input' : path} <==\n`);
      first = false;
      if (text.startsWith('-')) await copyAllBut(invocation, file, amount, unit);
      else await copyStart(invocation, file, amount, unit);
    } catch (error) {
      status = complain(invocation, `error reading ${quote(path)}: ${errorText(error)}`);
    } finally {
      file.release();
    }
  }
  return status;
};
