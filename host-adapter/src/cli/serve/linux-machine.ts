import { readFileSync } from 'node:fs';
import { createLinuxKernel } from '../../kernel/index.ts';
import { openMetaStore } from '../../metadata/index.ts';
import type { Machine } from './machine.ts';

export const linuxMachine = (): Machine => ({
  kernel: createLinuxKernel(),
  openStore: (root) => openMetaStore(`${root}/metadata.mdb`),
  countMounts: (path) =>
    readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .filter((row) => row.includes(`${path}/`)).length,
});
