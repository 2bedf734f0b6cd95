import { CAP_SYS_ADMIN, fail, hasCapability } from '../../fs/index.ts';
import type { SimulatedKernel } from '../../kernel/index.ts';
import type { MountControl } from '../../shell/index.ts';
import { pathOf, type Process } from '../../vfs/index.ts';

/**
 * mount(8) inside a container. Paths start at the container's root; its working directory and links are followed, and
 * mount(2) needs CAP_SYS_ADMIN, which only a privileged container has.
 */
export const mountControl = (kernel: SimulatedKernel, process: Process, rootfs: string): MountControl => {
  const machineRoot = { mount: process.namespace.root, inode: process.namespace.root.root };
  const onMachine = (path: string): string => pathOf(process.place(path), machineRoot);
  const permitted = (): void => {
    if (!hasCapability(process.caller, CAP_SYS_ADMIN)) fail('EPERM');
  };
  /** The options of overlay that name directories. */
  const translated = (option: string): string => {
    const at = option.indexOf('=');
    const key = option.slice(0, at);
    if (!['lowerdir', 'upperdir', 'workdir'].includes(key)) return option;
    return `${key}=${option
      .slice(at + 1)
      .split(':')
      .map(onMachine)
      .join(':')}`;
  };
  return {
    mount: async (type, source, target, options) => {
      permitted();
      const isBind = options.includes('bind') || options.includes('rbind');
      const mount = { type, source: isBind ? onMachine(source) : source, options: options.map(translated) };
      await kernel.mount([mount], onMachine(target));
    },
    unmount: async (target) => {
      permitted();
      await kernel.unmount(onMachine(target));
    },
    list: () =>
      kernel.mounts().flatMap((row) => {
        if (row.target === rootfs) return [{ ...row, target: '/' }];
        return row.target.startsWith(`${rootfs}/`) ? [{ ...row, target: row.target.slice(rootfs.length) }] : [];
      }),
  };
};
