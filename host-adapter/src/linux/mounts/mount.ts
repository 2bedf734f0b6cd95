import { call, cString } from '../libc.ts';

/** mount(2) cuts longer option strings without a word. */
const OPTIONS_MAX = 4095;

export const MS_RDONLY = 1;
export const MS_NOSUID = 2;
export const MS_NODEV = 4;
export const MNT_DETACH = 2;

/** mount(2). `options` is the part after `-o` that the file system itself reads; throws RangeError when it would be cut. */
export const mount = (source: string, target: string, type: string, flags: number, options: string): void => {
  const data = cString(options);
  if (data.length - 1 > OPTIONS_MAX) {
    throw new RangeError(`mount options of ${data.length - 1} bytes: mount(2) takes ${OPTIONS_MAX} and cuts the rest`);
  }
  call('mount', cString(source), cString(target), cString(type), flags, data);
};

/** umount2(2). */
export const unmount = (target: string, flags = 0): void => {
  call('umount', cString(target), flags);
};
