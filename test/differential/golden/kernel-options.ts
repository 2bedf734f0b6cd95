import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, readSync, rmdirSync, constants } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsError } from '@layerscope/core/fs';
import { MNT_DETACH, mount, unmount } from '../../../host-adapter/src/linux/index.ts';
import { OPTION_SETS, type OptionAnswer, type OptionSet, shownOptions } from '../../unit/overlay/mount-option-sets.ts';

/** Others may mount overlays meanwhile, and the log is one. */
const OF_OPTIONS = /^overlay.*(conflicting options|non-upper mount)/;

/** What the kernel logs from now on about options that do not go together. */
class KernelLog {
  readonly #fd = openSync('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK);
  readonly #buffer = Buffer.alloc(8192);

  next(): readonly string[] {
    const lines: string[] = [];
    for (;;) {
      try {
        const record = this.#buffer.toString('utf8', 0, readSync(this.#fd, this.#buffer));
        const text = record.slice(record.indexOf(';') + 1).split('\n', 1)[0] ?? '';
        if (OF_OPTIONS.test(text)) lines.push(text);
      } catch (error) {
        // EPIPE: the next record was overwritten meanwhile.
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return lines;
        if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
      }
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** What this machine's kernel answers to every set of options. */
export const kernelOptionAnswers = (): readonly OptionAnswer[] => {
  const root = mkdtempSync(join(tmpdir(), 'layerscope-options-'));
  const log = new KernelLog();
  mount('layerscope', root, 'tmpfs', 0, 'mode=0755');
  try {
    for (const dir of ['l0', 'l1', 'm']) mkdirSync(join(root, dir));
    log.next();
    return OPTION_SETS.map((set, at) => ask(root, String(at), set, log));
  } finally {
    unmount(root, MNT_DETACH);
    rmdirSync(root);
    log.close();
  }
};

const ask = (root: string, name: string, { hasUpper, words }: OptionSet, log: KernelLog): OptionAnswer => {
  const [upper, work, merged] = [join(root, `u${name}`), join(root, `w${name}`), join(root, 'm')];
  mkdirSync(upper);
  mkdirSync(work);
  const layers = [`lowerdir=${root}/l0:${root}/l1`, ...(hasUpper ? [`upperdir=${upper}`, `workdir=${work}`] : [])];
  let answer: string;
  try {
    mount('overlay', merged, 'overlay', 0, [...layers, ...words].join(','));
    const row = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .find((line) => line.split(' ')[1] === merged);
    answer = `ok ${shownOptions(row?.split(' ')[3] ?? '')}`;
    unmount(merged);
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    answer = error.code;
  }
  return [answer, ...log.next()].join('\n');
};

/** The answers as the golden file has them: each different one once, then one number a set. */
export const recordOptions = (): string => {
  const answers = kernelOptionAnswers();
  const texts = [...new Set(answers)];
  const numbers = answers.map((answer) => texts.indexOf(answer));
  const lines = texts.map((text) => JSON.stringify(text)).join(',\n');
  return `{"texts":[\n${lines}\n],"sets":${JSON.stringify(numbers)}}\n`;
};
