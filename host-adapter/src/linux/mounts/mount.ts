import { call, cString } from '../libc.ts';

/** mount(2) cuts longer option strings without a word. */
const OPTIONS_MAX = 4095;

export const MS_RDONLY = 1;
export const MS_REMOUNT = 32;
export const MNT_DETACH = 2;

/** Without `no`; `atime` and its like say how access times are kept, which is relatime unless another is asked for. */
const FLAGS: ReadonlyMap<string, number> = new Map([
  ['suid', 1 << 1],
  ['dev', 1 << 2],
  ['exec', 1 << 3],
  ['atime', 1 << 10],
  ['diratime', 1 << 11],
]);
const MS_STRICTATIME = 1 << 24;

/** The flags of mount(2) for words of mount(8), later ones over earlier ones: `nosuid`, `dev`, `noatime`, …. */
export const flagsOf = (words: readonly string[]): number => {
  let flags = 0;
  for (const word of words) {
    const isOff = word.startsWith('no');
    const flag = FLAGS.get(isOff ? word.slice(2) : word) ?? 0;
    flags = isOff ? flags | flag : flags & ~flag;
    if (word.endsWith('strictatime')) flags = isOff ? flags & ~MS_STRICTATIME : flags | MS_STRICTATIME;
  }
  return flags;
};

/** mount(2). `options` is the part after `-o` that the file system itself reads; throws RangeError when it would be cut. */
export const mount = (source: string, target: string, type: string, flags: number, options: string): void => {
  const data = cString(options);
  if (data.length - 1 > OPTIONS_MAX) {
    throw new RangeError(`mount options of ${data.length - 1} bytes: mount(2) takes ${OPTIONS_MAX} and cuts the rest`);
  }
  const from = cString(source);
  call('mount', from, cString(target), source === type ? from : cString(type), flags, data);
};

/** umount2(2). */
export const unmount = (target: string, flags = 0): void => {
  call('umount', cString(target), flags);
};
