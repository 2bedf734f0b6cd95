/** A shell on an empty machine in memory, for the tests of this folder. */
import { createMemoryFileSystem, decodeName, ROOT, seededRandom, steppingClock } from '@layerscope/core/fs';
import { createShell, type Shell, type ShellOptions } from '@layerscope/core/shell';
import { createProcess, memoryDevices, MountNamespace, type Process } from '@layerscope/core/vfs';

export interface Machine {
  readonly process: Process;
  readonly shell: Shell;
  /** Runs a script and answers what it printed, said and returned. */
  run(script: string | readonly string[], stdin?: string): Promise<readonly [number, string, string]>;
}

export const START = 1_763_830_800_000_000_000n;

export const createMachine = async (options: Partial<ShellOptions> = {}, seed = 1): Promise<Machine> => {
  const clock = steppingClock(START);
  const random = seededRandom(seed);
  const namespace = new MountNamespace({ fs: createMemoryFileSystem({ clock }), source: 'disk' });
  const process = createProcess({ namespace, caller: { ...ROOT, umask: 0o022 }, devices: memoryDevices(random) });
  const shell = createShell({ process, env: { PATH: '/usr/bin:/bin', HOME: '/' }, clock, random, ...options });
  return {
    process,
    shell,
    run: async (script, stdin = '') => {
      const result = await shell.run(script, { stdin });
      return [result.exitCode, decodeName(result.stdout), decodeName(result.stderr)];
    },
  };
};

/** The beginning of a Linux executable for x86-64. */
export const ELF: Uint8Array = Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, ...Array<number>(11).fill(0), 0x3e, 0);
