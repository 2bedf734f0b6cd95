/** A container's root for the programs: an overlay with one lower layer, the programs on PATH, and what it did. */
import {
  createMemoryFileSystem,
  decodeName,
  FsError,
  O_CREAT,
  O_WRONLY,
  ROOT,
  seededRandom,
  steppingClock,
} from '@layerscope/core/fs';
import { createOverlayFileSystem, type OverlayEvent } from '@layerscope/core/overlay';
import { createShell, wasiFormat } from '@layerscope/core/shell';
import { createProcess, memoryDevices, MountNamespace, Superblock, type Process } from '@layerscope/core/vfs';
import { programBytes } from '../programs.ts';

export interface OverlayMachine {
  /** Sees the merged tree as its root. */
  readonly process: Process;
  /** Runs a script; answers status, output and messages. */
  run(script: string, stdin?: string): Promise<readonly [number, string, string]>;
  /** What the overlay did since the last time this was asked: `copy-up PATH BYTES`, `whiteout PATH`, … */
  changes(): readonly string[];
}

const put = (process: Process, path: string, bytes: Uint8Array, mode: number): void => {
  const file = process.open(path, O_CREAT | O_WRONLY, mode);
  process.write(file, bytes);
  process.close(file);
};

const makeParents = (process: Process, path: string): void => {
  for (let at = path.indexOf('/', 1); at > 0; at = path.indexOf('/', at + 1)) {
    try {
      process.mkdir(path.slice(0, at), 0o755);
    } catch (error) {
      if (!(error instanceof FsError) || error.code !== 'EEXIST') throw error;
    }
  }
};

const describeEvent = (event: OverlayEvent): string => {
  if (event.type === 'kernel-log') return event.text;
  return event.type === 'copy-up' ? `copy-up ${event.path} ${event.bytes}` : `${event.type} ${event.path}`;
};

/** `files` are in the lower layer; `programs` too, in /bin. */
export const overlayMachine = async (
  programs: readonly string[] | Readonly<Record<string, Uint8Array>>,
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<OverlayMachine> => {
  const clock = steppingClock(1_763_830_800_000_000_000n);
  const random = seededRandom(1);
  const fs = createMemoryFileSystem({ clock });
  const namespace = new MountNamespace({ fs, source: 'disk' });
  const machine = createProcess({ namespace, caller: ROOT });
  for (const path of ['/lower', '/lower/bin', '/lower/tmp', '/lower/var', '/upper', '/work', '/merged'])
    machine.mkdir(path, 0o755);
  const given = Array.isArray(programs)
    ? await Promise.all(programs.map(async (name: string) => [name, await programBytes(name)] as const))
    : Object.entries(programs as Readonly<Record<string, Uint8Array>>);
  for (const [name, bytes] of given) put(machine, `/lower/bin/${name}`, bytes, 0o755);
  for (const [path, content] of Object.entries(files)) {
    makeParents(machine, `/lower${path}`);
    put(machine, `/lower${path}`, typeof content === 'string' ? new TextEncoder().encode(content) : content, 0o644);
  }
  const tree = (path: string): { fs: typeof fs; root: ReturnType<Process['place']>['inode'] } => ({
    fs,
    root: machine.place(path).inode,
  });
  const events: string[] = [];
  const overlay = createOverlayFileSystem({
    lowers: [tree('/lower')],
    upper: tree('/upper'),
    work: tree('/work'),
    dev: 2,
    random,
    mounter: ROOT,
    onEvent: (event) => void events.push(describeEvent(event)),
  });
  namespace.mount(new Superblock({ fs: overlay, source: 'overlay' }), machine.place('/merged'));
  const process = createProcess({
    namespace,
    caller: { ...ROOT, umask: 0o022 },
    root: machine.place('/merged'),
    devices: memoryDevices(random),
  });
  const shell = createShell({ process, env: { PATH: '/bin', HOME: '/' }, clock, random, formats: [wasiFormat] });
  events.length = 0;
  return {
    process,
    run: async (script, stdin = '') => {
      const { exitCode, stdout, stderr } = await shell.run(script, { stdin });
      return [exitCode, decodeName(stdout), decodeName(stderr)];
    },
    changes: () => events.splice(0),
  };
};
