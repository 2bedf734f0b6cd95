import { Log, type Recorder } from '../timeline/index.ts';

/** The machine's log (dmesg): what mounting and file systems have to say beyond an errno. */
export interface KernelLog {
  /** All lines so far, oldest first, e.g. `overlayfs: missing 'lowerdir'`. */
  readonly lines: readonly string[];
  write(line: string): void;
}

export const createKernelLog = (onLine?: (line: string) => void, recorder?: Recorder): KernelLog => {
  const lines = new Log<string>(recorder);
  return {
    lines: lines.items,
    write: (line) => {
      lines.push(line);
      onLine?.(line);
    },
  };
};
