import { fail } from '@layerscope/core/fs';
import { createMemoryMetaStore, isClass } from '@layerscope/core/snapshots';
import type { MetaStore, Snapshotter } from '@layerscope/core/snapshots';
import { createOverlayfsSnapshotter } from '@layerscope/core/snapshotters';
import type { OverlayfsOptions } from '@layerscope/core/snapshotters';
import { describe, expect, it } from 'vitest';
import { newKernel, withDisk } from './machine.ts';

const ROOT = '/var/lib/overlayfs';
const DIRECTORY = `${ROOT}/snapshots`;
const UPPERDIR = 'containerd.io/snapshot/overlay.upperdir';
const UIDS = 'containerd.io/snapshot/uidmapping';
const GIDS = 'containerd.io/snapshot/gidmapping';

const make = (options: Partial<OverlayfsOptions> = {}): Promise<Snapshotter> =>
  createOverlayfsSnapshotter({ root: ROOT, kernel: newKernel(), ...options });

const chain = async (snapshotter: Snapshotter, ...names: readonly string[]): Promise<void> => {
  let parent = '';
  for (const name of names) {
    await snapshotter.prepare(`${name}-key`, parent);
    await snapshotter.commit(name, `${name}-key`);
    parent = name;
  }
};

const optionsWith = async (options: Partial<OverlayfsOptions>): Promise<readonly string[]> => {
  const snapshotter = await make(options);
  await chain(snapshotter, 'one', 'two');
  const [mount] = await snapshotter.view('view', 'two');
  return (mount?.options ?? []).slice(1);
};

const text = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'accepted',
    (error: Error) => error.message,
  );

/** A store whose next transaction is lost after its body ran, as when the machine stops before the commit. */
const losing = (store: MetaStore, lost: () => boolean): MetaStore => ({
  ...store,
  write: (body) =>
    store.write(async (tx) => {
      const value = await body(tx);
      if (lost()) throw new Error('crash');
      return value;
    }),
});

/** A promise and what fulfils it. */
const gate = (): { readonly opened: Promise<void>; open(): void } => {
  const waiting: (() => void)[] = [];
  const opened = new Promise<void>((resolve) => waiting.push(resolve));
  return { opened, open: () => waiting.forEach((resolve) => resolve()) };
};

describe('mounts', () => {
  it('are those of containerd 2.x, option for option', async () => {
    const snapshotter = await make();
    await chain(snapshotter, 'one', 'two');
    expect(await snapshotter.prepare('active', 'two')).toEqual([
      {
        type: 'overlay',
        source: 'overlay',
        options: [
          `workdir=${DIRECTORY}/3/work`,
          `upperdir=${DIRECTORY}/3/fs`,
          `lowerdir=${DIRECTORY}/2/fs:${DIRECTORY}/1/fs`,
          'index=off',
        ],
      },
    ]);
    expect(await snapshotter.view('view', 'two')).toEqual([
      { type: 'overlay', source: 'overlay', options: [`lowerdir=${DIRECTORY}/2/fs:${DIRECTORY}/1/fs`, 'index=off'] },
    ]);
  });

  it('leave the index alone where the kernel has none, or when it is configured', async () => {
    const kernel = newKernel();
    expect(await optionsWith({ kernel: { ...kernel, supports: async () => false } })).toEqual([]);
    expect(await optionsWith({ mountOptions: ['index=on'] })).toEqual(['index=on']);
    expect(await optionsWith({ mountOptions: ['index'] })).toEqual(['index']);
  });

  it('take the configured options for overlays, not for binds', async () => {
    expect(await optionsWith({ mountOptions: ['volatile'] })).toEqual(['volatile', 'index=off']);
    const snapshotter = await make({ mountOptions: ['volatile'] });
    expect(await snapshotter.prepare('active', '')).toMatchObject([{ options: ['rw', 'rbind'] }]);
  });

  it('carry the id maps of the labels when ids are remapped, and come back the same', async () => {
    const labels = { [UIDS]: '0:1000:10', [GIDS]: '0:2000:10' };
    const maps = ['uidmap=0:1000:10', 'gidmap=0:2000:10'];
    const snapshotter = await make({ remapIds: true });
    await chain(snapshotter, 'one');
    const bind = await snapshotter.prepare('bind', '', { labels });
    expect(bind).toMatchObject([{ options: [...maps, 'rw', 'rbind'] }]);
    expect(await snapshotter.mounts('bind')).toEqual(bind);
    const overlay = await snapshotter.prepare('overlay', 'one', { labels });
    expect(overlay[0]?.options.slice(0, 3)).toEqual([...maps, `workdir=${DIRECTORY}/3/work`]);
    expect(await snapshotter.mounts('overlay')).toEqual(overlay);
    const plain = await make();
    expect(await plain.prepare('bind', '', { labels })).toMatchObject([{ options: ['rw', 'rbind'] }]);
  });
});

describe('the owner of the root directory', () => {
  it('is the mapped one, with or without remapping mounts', async () => {
    const kernel = newKernel();
    const snapshotter = await make({ kernel });
    await snapshotter.prepare('mapped', '', { labels: { [UIDS]: '0:1000:10' } });
    expect(await kernel.disk.lstat(`${DIRECTORY}/1/fs`)).toMatchObject({ uid: 1000, gid: 0 });
  });

  it('refuses maps that cannot be read and leaves nothing', async () => {
    const kernel = newKernel();
    const snapshotter = await make({ kernel });
    const prepare = snapshotter.prepare('mapped', '', { labels: { [UIDS]: 'x' } });
    await expect(prepare).rejects.toThrow('failed to unmarshal snapshot ID mapped labels: input value x unparsable');
    expect(await kernel.disk.readdir(DIRECTORY)).toEqual([]);
  });
});

describe('the upper directory label', () => {
  it('is told by stat, update and walk, and never stored', async () => {
    const store = createMemoryMetaStore();
    const kernel = newKernel();
    const snapshotter = await make({ upperdirLabel: true, store, kernel });
    await snapshotter.prepare('key', '', { labels: { own: '1' } });
    const labels = { own: '1', [UPPERDIR]: `${DIRECTORY}/1/fs` };
    expect((await snapshotter.stat('key')).labels).toEqual(labels);
    await snapshotter.walk((info) => expect(info.labels).toEqual(labels));
    const updated = await snapshotter.update({ name: 'key', labels: { other: '2' } });
    expect(updated.labels).toEqual({ other: '2', [UPPERDIR]: `${DIRECTORY}/1/fs` });
    const plain = await make({ store, kernel });
    expect((await plain.stat('key')).labels).toEqual({ other: '2' });
  });
});

describe('texts of refusals', () => {
  it('are those of containerd 2.2', async () => {
    const snapshotter = await make();
    expect(await text(snapshotter.walk(() => {}))).toBe('bucket does not exist: not found');
    expect(await text(snapshotter.prepare('k', 'p'))).toBe(
      'failed to create snapshot: missing parent "p" bucket: not found',
    );
    await snapshotter.prepare('k', '');
    expect(await text(snapshotter.prepare('k', ''))).toBe('failed to create snapshot: snapshot k: already exists');
    expect(await text(snapshotter.commit('k', 'k'))).toBe(
      'failed to commit snapshot k: committed snapshot k: already exists',
    );
    await snapshotter.commit('c', 'k');
    expect(await text(snapshotter.commit('c', 'k'))).toBe('snapshot does not exist: not found');
    expect(await text(snapshotter.mounts('c'))).toBe(
      'failed to get active mount: requested snapshot c not active or view: failed precondition',
    );
    expect(await text(snapshotter.remove('zz'))).toBe('failed to remove snapshot zz: snapshot zz: not found');
    await snapshotter.view('v', 'c');
    expect(await text(snapshotter.remove('c'))).toBe(
      'failed to remove snapshot c: cannot remove snapshot with child: failed precondition',
    );
    expect(await text(snapshotter.commit('n', 'v'))).toBe(
      'failed to commit snapshot v: snapshot "v" is not active: failed precondition',
    );
    await snapshotter.close();
    expect(await text(snapshotter.stat('c'))).toBe('failed to start transaction: database not open');
  });
});

describe('removal', () => {
  it('leaves the directory to cleanup', async () => {
    const kernel = newKernel();
    const snapshotter = await make({ kernel });
    await snapshotter.prepare('key', '');
    await snapshotter.remove('key');
    expect(await kernel.disk.readdir(DIRECTORY)).toEqual(['1']);
    await snapshotter.cleanup?.();
    expect(await kernel.disk.readdir(DIRECTORY)).toEqual([]);
  });

  it('takes the directory along when it is synchronous, and only that one', async () => {
    const kernel = newKernel();
    const snapshotter = await make({ kernel, syncRemove: true });
    await snapshotter.prepare('key', '');
    await snapshotter.prepare('other', '');
    await snapshotter.remove('key');
    expect(await kernel.disk.readdir(DIRECTORY)).toEqual(['2']);
  });

  it('succeeds although the directory cannot be removed', async () => {
    const kernel = newKernel();
    const busy = withDisk(kernel, { removeAll: async () => fail('EBUSY') });
    const snapshotter = await make({ kernel: busy, syncRemove: true });
    await snapshotter.prepare('key', '');
    await snapshotter.remove('key');
    await expect(snapshotter.stat('key')).rejects.toSatisfy((error) => isClass(error, 'NotFound'));
  });
});

describe('failures of the disk', () => {
  const steps = ['makeTemporary', 'mkdir', 'lchown', 'rename'] as const;
  it.each(steps)('in %s leave nothing, and the next call works', async (step) => {
    const kernel = newKernel();
    let broken = false;
    const faulty = withDisk(kernel, {
      [step]: (...call: never[]) =>
        broken
          ? Promise.resolve().then(() => fail('ENOSPC'))
          : (kernel.disk[step] as (...all: never[]) => unknown)(...call),
    });
    const snapshotter = await make({ kernel: faulty });
    await chain(snapshotter, 'base');
    broken = true;
    const error: unknown = await snapshotter.prepare('key', 'base').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'Unknown', data: { errno: 'ENOSPC' } });
    expect(String(error)).toMatch(/^ContainerdError: failed to .*: no space left on device$/);
    broken = false;
    expect(await kernel.disk.readdir(DIRECTORY)).toEqual(['1']);
    const [mount] = await snapshotter.prepare('key', 'base');
    expect(mount?.options).toContain(`upperdir=${DIRECTORY}/2/fs`);
  });

  it('name a parent whose directory was deleted behind the store', async () => {
    const kernel = newKernel();
    const snapshotter = await make({ kernel });
    await chain(snapshotter, 'base');
    await kernel.disk.removeAll(`${DIRECTORY}/1`);
    await expect(snapshotter.prepare('key', 'base')).rejects.toThrow(
      `failed to stat parent: stat ${DIRECTORY}/1/fs: no such file or directory`,
    );
  });
});

describe('a crash', () => {
  it('between rename and commit does not get in the way of the next snapshot', async () => {
    const kernel = newKernel();
    let lost = true;
    const snapshotter = await make({ kernel, store: losing(createMemoryMetaStore(), () => lost) });
    await expect(snapshotter.prepare('key', '')).rejects.toThrow('crash');
    expect(await kernel.disk.readdir(DIRECTORY)).toEqual(['1']);
    await kernel.disk.mkdir(`${DIRECTORY}/1/fs/leftover`, 0o755);
    lost = false;
    await snapshotter.prepare('key', '');
    expect(await kernel.disk.readdir(`${DIRECTORY}/1/fs`)).toEqual([]);
  });

  it('leaves garbage that cleanup takes, in a store that was never written, too', async () => {
    const kernel = newKernel();
    const snapshotter = await make({ kernel, store: losing(createMemoryMetaStore(), () => false) });
    await kernel.disk.mkdir(`${DIRECTORY}/1/fs`, 0o755);
    await kernel.disk.mkdir(`${DIRECTORY}/new-123/fs`, 0o755);
    await snapshotter.cleanup?.();
    expect(await kernel.disk.readdir(DIRECTORY)).toEqual([]);
  });

  it('never lets cleanup take a directory whose id was given out meanwhile', async () => {
    const kernel = newKernel();
    let calls = 0;
    const outsideTheLock = gate();
    const goOn = gate();
    const slow = withDisk(kernel, {
      async removeAll(path) {
        // The first one makes room inside the transaction, the second one frees the space after it.
        if (path === `${DIRECTORY}/rm-1` && ++calls === 2) {
          outsideTheLock.open();
          await goOn.opened;
        }
        await kernel.disk.removeAll(path);
      },
    });
    const snapshotter = await make({ kernel: slow });
    await kernel.disk.mkdir(`${DIRECTORY}/1/fs`, 0o755);
    const cleaning = snapshotter.cleanup?.();
    await outsideTheLock.opened;
    await snapshotter.prepare('key', '');
    goOn.open();
    await cleaning;
    expect(await kernel.disk.readdir(DIRECTORY)).toEqual(['1']);
    expect(await kernel.disk.readdir(`${DIRECTORY}/1`)).toEqual(['fs', 'work']);
  });
});
