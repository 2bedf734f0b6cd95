/**
 * A check list of the pjdfstest kind, made as a comparison: on a file system of the host, on Linux's overlay over it and on
 * ours over it, everything that can be observed is the same.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import { type BuiltPrograms, buildPrograms } from './built-program.ts';

const CHECKS = ['permissions', 'directories', 'lengths', 'kinds', 'links', 'bytes', 'times', 'attributes'] as const;

describe.skipIf(!requires('root', 'overlay-mount', 'fuse')).each(['tmpfs', 'the disk'])('on %s', (store) => {
  let programs: BuiltPrograms | undefined;
  const base = mkdtempSync(join(tmpdir(), 'layerscope-posix-'));
  const mounts: string[] = [];

  beforeAll(async () => {
    const { mount } = await import('../../../host-adapter/src/linux/index.ts');
    programs = await buildPrograms();
    chmodSync(base, 0o755);
    if (store === 'tmpfs') {
      mount('layerscope', base, 'tmpfs', 0, 'mode=0755');
      mounts.push(base);
    }
    mkdirSync(join(base, 'plain'));
    for (const side of ['kernel', 'ours']) {
      const at = (name: string): string => join(base, side, name);
      for (const name of ['lower', 'upper', 'work', 'merged']) mkdirSync(at(name), { recursive: true });
      const options = `lowerdir=${at('lower')},upperdir=${at('upper')},workdir=${at('work')}`;
      if (side === 'kernel') mount('overlay', at('merged'), 'overlay', 0, options);
      else execFileSync(process.execPath, [programs.overlay, '-o', options, at('merged')]);
      mounts.push(at('merged'));
    }
  });

  afterAll(async () => {
    const { MNT_DETACH, unmount } = await import('../../../host-adapter/src/linux/index.ts');
    for (const path of mounts.toReversed()) unmount(path, MNT_DETACH);
    rmSync(base, { recursive: true, force: true });
    programs?.remove();
  });

  // Permissions are a matter of the kernel and of ours, not of the store: once is enough for so many.
  it.each(store === 'tmpfs' ? CHECKS : CHECKS.filter((name) => name !== 'permissions'))(
    '%s are those of the file system underneath',
    async (name) => {
      const { World } = await import('./posix/checks.ts');
      const checks = {
        ...(await import('./posix/permissions.ts')),
        ...(await import('./posix/names.ts')),
        ...(await import('./posix/bytes.ts')),
      };
      const observe = (root: string): readonly string[] => {
        const dir = join(root, name);
        mkdirSync(dir);
        chmodSync(dir, 0o777);
        const world = new World(dir);
        checks[name](world);
        return world.lines;
      };
      const umask = process.umask(0);
      try {
        const plain = observe(join(base, 'plain'));
        const kernel = observe(join(base, 'kernel/merged'));
        const ours = observe(join(base, 'ours/merged'));
        expect(plain.length).toBeGreaterThan(10);
        // Where Linux's overlay differs from what it lies on, ours is to differ likewise.
        expect(differences(kernel, ours)).toEqual([]);
        expect(differences(plain, ours)).toEqual(differences(plain, kernel));
      } finally {
        process.umask(umask);
      }
    },
  );
});

const differences = (left: readonly string[], right: readonly string[]): readonly string[] =>
  left.flatMap((line, index) => (line === right[index] ? [] : [`${line} | ${right[index]}`]));
