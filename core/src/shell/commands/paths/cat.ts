/** `cat` and `tee`: bytes as they are. */
import {
  decodeName,
  encodeName,
  isDirectory,
  O_APPEND,
  O_CREAT,
  O_RDONLY,
  O_TRUNC,
  O_WRONLY,
} from '../../../fs/index.ts';
import { complain, errorText, type Command } from '../../command.ts';
import { openPath } from '../../open-path.ts';
import { parseOptions } from '../../options.ts';
import { readAll, type Stream } from '../../streams.ts';

const CHUNK = 65_536;

/** Copies to the end, a chunk at a time. */
const pump = async (from: Stream, into: readonly Stream[], turn: () => Promise<void>): Promise<void> => {
  const chunk = new Uint8Array(CHUNK);
  for (;;) {
    const answer = from.read(chunk);
    const length = typeof answer === 'number' ? answer : await answer;
    if (length === 0) return;
    for (const stream of into) stream.write(chunk.subarray(0, length));
    await turn();
  }
};

export const cat: Command = async (invocation) => {
  const options = parseOptions(invocation, {
    short: 'AbeEnstTuv',
    long: {
      number: 'n',
      'number-nonblank': 'b',
      'show-all': 'A',
      'show-ends': 'E',
      'show-tabs': 'T',
      'squeeze-blank': 's',
      'show-nonprinting': 'v',
    },
  });
  const plain = options.given.every(([name]) => name === 'u');
  let status = 0;
  let line = 1;
  let blank = false;
  const decorate = (text: string): string => {
    const lines = text.split('\n');
    const open = lines.at(-1) !== '';
    if (!open) lines.pop();
    let result = '';
    for (const [index, content] of lines.entries()) {
      const isEmpty = content === '';
      if (options.has('s') && isEmpty && blank) continue;
      blank = isEmpty;
      const numbered = options.has('b') ? !isEmpty : options.has('n');
      const shown = options.has('T', 't', 'A') ? content.replaceAll('\t', '^I') : content;
      const mark = options.has('E', 'e', 'A') ? '$' : '';
      const ended = index < lines.length - 1 || !open;
      result += `${numbered ? `${String(line++).padStart(6)}\t` : ''}${shown}${ended ? `${mark}\n` : ''}`;
    }
    return result;
  };
  for (const path of options.operands.length === 0 ? ['-'] : options.operands) {
    try {
      if (path !== '-' && isDirectory(invocation.process.stat(path).mode)) {
        status = complain(invocation, `${path}: Is a directory`);
        continue;
      }
    } catch (error) {
      if (!path.startsWith('/dev/')) {
        status = complain(invocation, `${path}: ${errorText(error)}`);
        continue;
      }
    }
    let file: Stream;
    try {
      file = path === '-' ? invocation.stdin.retain() : openPath(invocation.process, path, O_RDONLY);
    } catch (error) {
      status = complain(invocation, `${path}: ${errorText(error)}`);
      continue;
    }
    try {
      if (plain) await pump(file, [invocation.stdout], invocation.turn);
      else invocation.stdout.write(encodeName(decorate(decodeName(await readAll(file)))));
    } catch (error) {
      status = complain(invocation, `write error: ${errorText(error)}`);
    } finally {
      file.release();
    }
  }
  return status;
};

export const tee: Command = async (invocation) => {
  const options = parseOptions(invocation, { short: 'aip', long: { append: 'a' } });
  const flags = O_WRONLY | O_CREAT | (options.has('a') ? O_APPEND : O_TRUNC);
  const files: Stream[] = [];
  let status = 0;
  for (const path of options.operands) {
    try {
      files.push(openPath(invocation.process, path, flags));
    } catch (error) {
      status = complain(invocation, `${path}: ${errorText(error)}`);
    }
  }
  try {
    await pump(invocation.stdin, [invocation.stdout, ...files], invocation.turn);
  } finally {
    for (const file of files) file.release();
  }
  return status;
};
