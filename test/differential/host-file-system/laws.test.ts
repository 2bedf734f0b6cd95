import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe } from 'vitest';
import { createHostFileSystem, type HostFileSystem } from '../../../host-adapter/src/host-file-system/index.ts';
import { MNT_DETACH, mount, unmount } from '../../../host-adapter/src/linux/index.ts';
import { requires } from '../../requirements.ts';
import { fileSystemLaws, type LawOptions } from '../../unit/fs/file-system-laws.ts';

/** A tmpfs of its own for each file system under test, so that its limits are the kernel's. */
const mounts: { readonly directory: string; readonly fs: HostFileSystem }[] = [];

const onTmpfs = (options: LawOptions = {}): HostFileSystem => {
  const directory = mkdtempSync(join(tmpdir(), 'layerscope-laws-'));
  const limits = [
    ...(options.capacity === undefined ? [] : [`size=${options.capacity}`]),
    ...(options.inodes === undefined ? [] : [`nr_inodes=${options.inodes}`]),
  ];
  mount('layerscope', directory, 'tmpfs', 0, ['mode=0755', ...limits].join(','));
  const fs = createHostFileSystem(directory);
  mounts.push({ directory, fs });
  return fs;
};

afterEach(() => {
  for (const { directory, fs } of mounts.splice(0)) {
    fs.close();
    unmount(directory, MNT_DETACH);
    rmSync(directory, { recursive: true });
  }
});

describe.skipIf(!requires('linux', 'root'))('a real directory', () => {
  fileSystemLaws(onTmpfs, { sparse: true, shares: false, native: true });
});
