/** `layerscope metadata` and `layerscope doctor`, from the command line to what they print. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOverlayfsSnapshotter } from '@layerscope/core/snapshotters';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../../../host-adapter/src/cli/main.ts';
import { createLinuxKernel } from '../../../../host-adapter/src/kernel/index.ts';
import { openMetaStore } from '../../../../host-adapter/src/metadata/index.ts';
import { claimRoot, requireMetadata } from '../../../../host-adapter/src/recovery/index.ts';
import { requires } from '../../../requirements.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'layerscope-doctor-'))));
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

interface Printed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const layerscope = async (...args: readonly string[]): Promise<Printed> => {
  const printed = { out: '', err: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((printed.out += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((printed.err += String(text)), true));
  const code = await main(args);
  vi.restoreAllMocks();
  return { code, ...printed };
};

const filledRoot = async (name = 'root') => {
  const root = join(folder, name);
  mkdirSync(root);
  const store = await openMetaStore(join(root, 'metadata.mdb'));
  const snapshotter = await createOverlayfsSnapshotter({ root, kernel: createLinuxKernel(), store });
  await snapshotter.prepare('extract', '');
  await snapshotter.commit('sha256:base', 'extract');
  await snapshotter.prepare('container', 'sha256:base');
  return { root, snapshotter };
};

describe.skipIf(!requires('linux', 'root'))('layerscope metadata', () => {
  it('lists and exports beside a running service', async () => {
    const { root, snapshotter } = await filledRoot();
    const shown = await layerscope('metadata', 'show', '--root', root);
    expect(shown.out).toMatch(/^ID +KIND +KEY +PARENT/);
    expect(shown.out).toMatch(/\n2 +Active +container +sha256:base/);
    const { out } = await layerscope('metadata', 'export', '--root', root);
    expect(JSON.parse(out)).toMatchObject({ format: 'layerscope snapshots 1', lastId: 2 });
    const refused = await layerscope('metadata', 'import', '--root', root, join(folder, 'none'));
    expect(refused.code).toBe(1);
    await snapshotter.close();
  });

  it('imports into an empty root, and into another only when told so', async () => {
    const { root, snapshotter } = await filledRoot();
    await snapshotter.close();
    const file = join(folder, 'snapshots.json');
    writeFileSync(file, (await layerscope('metadata', 'export', '--root', root)).out);
    const other = join(folder, 'other');
    mkdirSync(other);
    expect(await layerscope('metadata', 'import', '--root', other, file)).toMatchObject({
      code: 0,
      err: `2 snapshots recorded in ${other}\n`,
    });
    expect((await layerscope('metadata', 'export', '--root', other)).out).toBe(readFileSync(file, 'utf8'));
    const again = await layerscope('metadata', 'import', '--root', other, file);
    expect([again.code, again.err]).toEqual([
      1,
      expect.stringContaining('records 2 snapshots already\n  → Say --replace'),
    ]);
    expect((await layerscope('metadata', 'import', '--replace', '--root', other, file)).code).toBe(0);
    writeFileSync(file, '{}');
    expect((await layerscope('metadata', 'import', '--root', other, file)).err).toContain('"format" is not');
    writeFileSync(file, 'no bolt');
    const bolt = await layerscope('metadata', 'show', '--bolt', file);
    expect([bolt.code, bolt.err]).toEqual([1, expect.stringContaining(`${file}: this is no readable metadata.db`)]);
  });
});

describe.skipIf(!requires('linux', 'root'))('layerscope doctor', () => {
  it('maps ids to keys and directories, and only looks unless told to repair', async () => {
    const { root, snapshotter } = await filledRoot();
    const sound = await layerscope('doctor', '--root', root);
    expect([sound.code, sound.out]).toEqual([0, expect.stringContaining('Nothing is wrong.')]);
    expect(sound.out).toMatch(/\n2 +Active +container +sha256:base +snapshots\/2 +\d/);

    mkdirSync(join(root, 'snapshots', '99', 'fs'), { recursive: true });
    const found = await layerscope('doctor', '--root', root);
    expect([found.code, found.out]).toEqual([1, expect.stringContaining('--fix would remove it with what is in it')]);
    expect(existsSync(join(root, 'snapshots', '99'))).toBe(true);

    expect(found.out).toMatch(/\n1 can be repaired: every start of the service does it/);

    const busy = await layerscope('doctor', '--fix', '--root', root);
    expect([busy.code, busy.err]).toEqual([1, expect.stringContaining(`in use by process ${process.pid}`)]);
    await snapshotter.close();

    const fixed = await layerscope('doctor', '--fix', '--root', root);
    expect([fixed.code, fixed.out]).toEqual([0, expect.stringContaining('snapshots/99: repaired')]);
    expect(existsSync(join(root, 'snapshots', '99'))).toBe(false);
    expect(fixed.out).not.toContain('only you can mend');
    expect(JSON.parse((await layerscope('doctor', '--json', '--root', root)).out)).toMatchObject({
      design: 'overlayfs',
      findings: [],
      snapshots: [{ key: 'container', directory: 'snapshots/2', mounted: false }, { key: 'sha256:base' }],
    });
  });

  it('takes no root for another design than it is of', async () => {
    const { root, snapshotter } = await filledRoot();
    await snapshotter.close();
    const store = await openMetaStore(join(root, 'metadata.mdb'));
    await claimRoot(root, 'overlayfs', store);
    await expect(claimRoot(root, 'btrfs', store)).rejects.toThrow(`${root} holds snapshots of overlayfs, not of btrfs`);
    await store.close();
    const wrong = await layerscope('doctor', '--fix', '--snapshotter', 'btrfs', '--root', root);
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('→ Pass --snapshotter overlayfs')]);
    expect(existsSync(join(root, 'snapshots', '2', 'fs'))).toBe(true);
    expect((await layerscope('doctor', '--root', root)).out).toContain('Nothing is wrong.');
  });

  it('takes directories without metadata for lost, not for orphans', async () => {
    const { root, snapshotter } = await filledRoot();
    await snapshotter.close();
    expect(() => requireMetadata(root, join(root, 'metadata.mdb'))).not.toThrow();
    expect(() => requireMetadata(root, join(root, 'gone.mdb'))).toThrow('holds 2 directories of snapshots, but');
    expect(() => requireMetadata(join(folder, 'new'), join(root, 'gone.mdb'))).not.toThrow();
  });

  it('says so when there is nothing to look at', async () => {
    expect(await layerscope('doctor', '--root', folder)).toMatchObject({
      code: 1,
      err: expect.stringContaining('there is no'),
    });
  });
});
