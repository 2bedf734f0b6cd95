import { constants } from 'node:fs';
import {
  O_APPEND,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOATIME,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_TMPFILE,
  O_TRUNC,
  O_WRONLY,
} from '@layerscope/core/fs';
import { describe, expect, it } from 'vitest';
import { architecture, architectureOf } from '../../../../host-adapter/src/linux/architecture.ts';

const SAME = [
  ['O_CREAT', O_CREAT, constants.O_CREAT],
  ['O_EXCL', O_EXCL, constants.O_EXCL],
  ['O_TRUNC', O_TRUNC, constants.O_TRUNC],
  ['O_APPEND', O_APPEND, constants.O_APPEND],
  ['O_NONBLOCK', O_NONBLOCK, constants.O_NONBLOCK],
  ['O_DIRECTORY', O_DIRECTORY, constants.O_DIRECTORY],
  ['O_NOFOLLOW', O_NOFOLLOW, constants.O_NOFOLLOW],
  ['O_NOATIME', O_NOATIME, constants.O_NOATIME],
] as const;

describe('the flags of open(2)', () => {
  it.skipIf(process.platform !== 'linux').each(SAME)('%s is what this machine calls it', (_name, ours, machines) => {
    expect(architecture.openFlags(ours)).toBe(machines);
    expect(architecture.coreFlags(machines)).toBe(ours);
  });

  it('are those of the simulation on x86-64 and riscv64', () => {
    for (const processor of ['x64', 'riscv64']) {
      expect(architectureOf(processor).openFlags(O_TMPFILE | O_NOFOLLOW)).toBe(O_TMPFILE | O_NOFOLLOW);
    }
  });

  it('are exchanged in fours on arm64, there and back', () => {
    const { openFlags, coreFlags } = architectureOf('arm64');
    expect(openFlags(O_DIRECTORY)).toBe(0o40000);
    expect(openFlags(O_NOFOLLOW | O_WRONLY)).toBe(0o100001);
    expect(openFlags(O_TMPFILE)).toBe(0o20040000);
    // What the kernel adds to the flags that FUSE tells: O_LARGEFILE.
    expect(coreFlags(0o400000)).toBe(0o100000);
    for (let bit = 0; bit < 24; bit++) expect(coreFlags(openFlags(1 << bit))).toBe(1 << bit);
  });
});

describe('the number of getcwd', () => {
  it.each([
    ['x64', 79],
    ['arm64', 17],
    ['riscv64', 17],
  ])('on %s', (processor, number) => expect(architectureOf(processor).getcwd).toBe(number));
});
