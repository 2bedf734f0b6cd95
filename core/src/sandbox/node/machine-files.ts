/** Files on the machine's disk, as commands name them. */
import { FsError, O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY, ROOT } from '../../fs/index.ts';
import type { SimulatedKernel } from '../../kernel/index.ts';
import type { BlobSource } from './command.ts';

interface MachineFiles {
  readonly kernel: SimulatedKernel;
  readonly blobs: BlobSource;
}

const CHUNK = 256 * 1024;

async function* fileChunks(kernel: SimulatedKernel, path: string): AsyncGenerator<Uint8Array, void> {
  const process = kernel.spawn({ caller: ROOT });
  try {
    const fd = process.open(path, O_RDONLY);
    for (;;) {
      const chunk = new Uint8Array(CHUNK);
      const length = process.read(fd, chunk);
      if (length === 0) return;
      yield chunk.subarray(0, length);
    }
  } finally {
    process.exit();
  }
}

/** A file of the machine; where it has none, the archive that `blobs` has under the name. Throws as Go's `os.Open`. */
export const openArchive = ({ kernel, blobs }: MachineFiles, path: string): AsyncIterable<Uint8Array> => {
  const process = kernel.spawn({ caller: ROOT });
  try {
    process.stat(path);
    return fileChunks(kernel, path);
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    const archive = blobs(path);
    if (archive === undefined) throw new Error(`open ${path}: no such file or directory`, { cause: error });
    return archive;
  } finally {
    process.exit();
  }
};

/** Makes or replaces a file of the machine. Throws `FsError`. */
export const writeMachineFile = async (
  { kernel }: Pick<MachineFiles, 'kernel'>,
  path: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> => {
  const process = kernel.spawn({ caller: ROOT });
  try {
    const fd = process.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644);
    for await (const chunk of chunks)
      for (let done = 0; done < chunk.length;) done += process.write(fd, chunk.subarray(done));
  } finally {
    process.exit();
  }
};
