import { Command } from 'commander';
import {
  OverlayOptionError,
  type OverlayRequest,
  parseMountOptions,
  remountOverlay,
  serveOverlay,
} from '../../overlay-mount/index.ts';
import { isDaemon, reportMounted, startDaemon } from './overlay-daemon.ts';

interface OverlayCommandOptions {
  readonly o?: readonly string[];
  readonly memory?: boolean;
  readonly foreground?: boolean;
  readonly debug?: boolean;
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** fuse-overlayfs's command line, and that of a `mount -t fuse.layerscope-overlay` program. */
export const overlayCommand = (setExitCode: (code: number) => void): Command =>
  new Command('overlay')
    .description("mount an overlay of real directories, without the kernel's overlayfs and without root")
    .usage('-o lowerdir=DIR[:DIR…][,upperdir=DIR,workdir=DIR][,option…] MOUNTPOINT')
    .argument('<paths...>', 'the directory to mount on; mount(8) gives a source before it')
    .option('-o <options>', 'mount options, as for mount -t overlay', collect)
    .option('--memory', 'keep changes in memory: they are gone when it is unmounted')
    .option('-f, --foreground', 'stay in the foreground; Ctrl-C unmounts')
    .option('-d, --debug', 'show every request of the kernel, in the foreground')
    .option('-n, --no-mtab', 'accepted for mount(8)')
    .option('-s, --sloppy', 'accepted for mount(8)')
    .addHelpText(
      'after',
      `
Examples:
  layerscope overlay -o lowerdir=/image,upperdir=/changes,workdir=/scratch /mnt
  layerscope overlay --memory -o lowerdir=top:middle:bottom /mnt
  unshare -Urm layerscope overlay -f -o lowerdir=l,upperdir=u,workdir=w m     (an ordinary user)

Unmount with  umount /mnt  (fusermount3 -u /mnt without root).`,
    )
    .action(async (paths: readonly string[], options: OverlayCommandOptions) => {
      const { mountpoint, source } = placesOf(paths);
      const parsed = parseMountOptions(options.o ?? [], options.memory);
      const request: OverlayRequest =
        parsed.source === undefined && source !== undefined ? { ...parsed, source } : parsed;
      const debug = options.debug === true;
      if (request.remount) await remountOverlay(request, mountpoint);
      else if (options.foreground === true || debug || isDaemon()) await serve(request, mountpoint, debug);
      else setExitCode(await startDaemon());
    });

const placesOf = (paths: readonly string[]): { readonly mountpoint: string; readonly source: string | undefined } => {
  if (paths.length > 2) {
    throw new OverlayOptionError(`too many directories: ${paths.join(' ')}`, 'layers are named by -o lowerdir=…');
  }
  const mountpoint = paths.at(-1) ?? '';
  return { mountpoint, source: paths.length === 2 ? paths[0] : undefined };
};

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Until it is unmounted, by others or by a signal. */
const serve = async (request: OverlayRequest, mountpoint: string, debug: boolean): Promise<void> => {
  // Modes are made by whoever asks; this process's own umask must not take anything away from them.
  process.umask(0);
  const mount = await serveOverlay(request, mountpoint, debug);
  // Where the command was called from can be unmounted.
  process.chdir('/');
  const stop = (): void => {
    // Whoever still uses it gets ENOTCONN from now on, as from any file system whose server goes.
    mount.unmount().catch(() => mount.unmount({ lazy: true }).catch(() => {}));
  };
  for (const signal of SIGNALS) process.once(signal, stop);
  reportMounted();
  await mount.ended;
  for (const signal of SIGNALS) process.off(signal, stop);
};
