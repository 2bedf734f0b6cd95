import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { containerdConfig } from '../../../../host-adapter/src/cli/node/config-command.ts';
import { conformanceOf } from '../../../../host-adapter/src/cli/serve/conformance.ts';
import { importModule } from '../../../../host-adapter/src/cli/serve/import-module.ts';
import { openMachine } from '../../../../host-adapter/src/cli/serve/machine.ts';
import { snapshotterSource } from '../../../../host-adapter/src/cli/serve/snapshotter-source.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'layerscope-source-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

describe("containerd's configuration", () => {
  const options = { name: 'layerscope', address: '/run/a "b"/sock', root: '/var/lib/layerscope' };

  it('in version 2 names type and address, in strings that TOML reads', () => {
    expect(containerdConfig({ ...options, configVersion: '2', capability: ['rebase'] })).toBe(
      '[proxy_plugins."layerscope"]\n  type = "snapshot"\n  address = "/run/a \\"b\\"/sock"\n',
    );
  });

  it('in version 3 names root and capabilities, too, and lets images be unpacked', () => {
    expect(
      containerdConfig({ ...options, configVersion: '3' }, 'x64')
        .split('\n')
        .slice(-7),
    ).toEqual([
      '[[plugins."io.containerd.transfer.v1.local".unpack_config]]',
      '  platform = "linux/amd64"',
      '  snapshotter = "layerscope"',
      '[[plugins."io.containerd.transfer.v1.local".unpack_config]]',
      '  platform = "linux/amd64"',
      '  snapshotter = "overlayfs"',
      '',
    ]);
    expect(containerdConfig({ ...options, configVersion: '3', capability: ['rebase'] })).toContain(
      '  capabilities = ["rebase"]\n  [proxy_plugins."layerscope".exports]\n    root = "/var/lib/layerscope"\n',
    );
    expect(containerdConfig({ ...options, configVersion: '3' })).not.toContain('capabilities');
  });
});

describe("a user's file", () => {
  it('may be TypeScript that imports its own files', async () => {
    file('part.ts', `export enum Kind { A = 'a' }\nexport const part = (kind: Kind): string => kind;`);
    const module = await importModule(
      file('whole.ts', `import { Kind, part } from './part.ts';\nexport const value: string = part(Kind.A);`),
    );
    expect(module).toMatchObject({ value: 'a' });
  });

  it('says where it cannot be read', async () => {
    const path = file('broken.ts', 'const a: number = 1;\nexport const x: number = ;');
    await expect(importModule(path)).rejects.toThrow(/broken\.ts:2:25/);
  });

  it('says that it is not there, and what it throws', async () => {
    await expect(importModule(join(folder, 'none.ts'))).rejects.toThrow(`there is no file ${join(folder, 'none.ts')}`);
    const top = file('top.ts', '\n\nthrow new Error("at once");\nexport {};');
    await expect(importModule(top)).rejects.toThrow(/fails when it is loaded:\nError: at once\n.*top\.ts:3:7/);
    const late = file('late.ts', 'export const createSnapshotter = (): never => { throw new Error("too late"); };');
    await expect(conformanceOf(await snapshotterSource(late), 'simulated')).rejects.toThrow(
      /createSnapshotter of .*late\.ts fails:\nError: too late\n.*late\.ts:1/,
    );
  });

  it('says what it lacks', async () => {
    await expect(snapshotterSource(file('empty.ts', 'export {};'))).rejects.toThrow(
      'does not export a function createSnapshotter',
    );
    const half = await snapshotterSource(
      file('half.js', 'export const createSnapshotter = () => ({ stat() {}, close() {} });'),
    );
    const { kernel, openStore } = await openMachine('simulated');
    await expect(half.create({ root: '/r', kernel, store: await openStore('/r') })).rejects.toThrow(
      'has no update, usage, mounts, prepare, view, commit, remove, walk',
    );
    await expect(snapshotterSource('overlay')).rejects.toThrow('there is no snapshotter overlay');
  });

  it('that wraps one of ours has its laws counted', async () => {
    const source = await snapshotterSource('native');
    const forgetful = {
      ...source,
      create: async (ground: Parameters<typeof source.create>[0]) => {
        const inner = await source.create(ground);
        return { ...inner, usage: async () => ({ inodes: 0, size: 0 }) };
      },
    };
    const [good, bad] = [await conformanceOf(source, 'simulated'), await conformanceOf(forgetful, 'simulated')];
    expect(good.broken).toBe(0);
    expect(bad.broken).toBeGreaterThan(0);
    expect(bad.held).toBeGreaterThan(100);
  });
});
