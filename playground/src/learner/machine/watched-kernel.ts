/** A kernel that tells of every call on it, the ones that only look included. */
import type { Disk, Kernel, Mount } from '@layerscope/core/kernel';
import type { KernelCall } from '../job.ts';

const octal = (mode: number): string => `0${mode.toString(8)}`;

/** As fstab writes it. */
export const mountLine = ({ type, source, target = '', options }: Mount): string =>
  `${type} ${source}${target === '' ? '' : ` ${target}`} ${options.join(',')}`;

/** `onCall` hears of a call when it is answered; `before` may look at the disk while it still is as it was. */
export const watchedKernel = <K extends Kernel>(
  kernel: K,
  onCall: (call: KernelCall) => void,
  before: (call: string, args: readonly string[]) => Promise<void> = async () => {},
): K => {
  const watch = async <T>(call: string, args: readonly string[], body: () => Promise<T>): Promise<T> => {
    await before(call, args);
    try {
      const answer = await body();
      onCall({ call, args });
      return answer;
    } catch (error) {
      onCall({ call, args, error: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  };
  const { disk } = kernel;
  const watched: Disk = {
    mkdir: (path, mode) => watch('mkdir', [path, octal(mode)], () => disk.mkdir(path, mode)),
    makeTemporary: (prefix) => watch('makeTemporary', [prefix], () => disk.makeTemporary(prefix)),
    rename: (from, to) => watch('rename', [from, to], () => disk.rename(from, to)),
    removeAll: (path) => watch('removeAll', [path], () => disk.removeAll(path)),
    chmod: (path, mode) => watch('chmod', [path, octal(mode)], () => disk.chmod(path, mode)),
    lchown: (path, uid, gid) => watch('lchown', [path, `${uid}:${gid}`], () => disk.lchown(path, uid, gid)),
    lstat: (path) => watch('lstat', [path], () => disk.lstat(path)),
    readdir: (path) => watch('readdir', [path], () => disk.readdir(path)),
    usage: (path) => watch('usage', [path], () => disk.usage(path)),
    copyTree: (from, to) => watch('copyTree', [from, to], () => disk.copyTree(from, to)),
    tree: (path) => watch('tree', [path], () => disk.tree(path)),
  };
  return {
    ...kernel,
    disk: watched,
    supports: (type, option) => watch('supports', [type, option], () => kernel.supports(type, option)),
    mount: (mounts, target) => watch('mount', [target, ...mounts.map(mountLine)], () => kernel.mount(mounts, target)),
    unmount: (target) => watch('unmount', [target], () => kernel.unmount(target)),
  };
};
