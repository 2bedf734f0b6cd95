/** Who does the work on the layers: the mounter, whoever asks. */
import { ACL_ACCESS, ACL_DEFAULT, O_CREAT, O_RDWR, ROOT, seededRandom, userCaller } from '@layerscope/core/fs';
import { createOverlayFileSystem } from '@layerscope/core/overlay';
import type { Process } from '@layerscope/core/vfs';
import { describe, expect, it } from 'vitest';
import { put } from './layer-entries.ts';
import { list, USER_LIST, withList } from './rows/access-lists.ts';
import { file } from './rows/row.ts';
import { outcome, SimulatedMount } from './simulated-mount.ts';

const USER = 1000;

const listsOf = (process: Process, path: string): string =>
  [ACL_ACCESS, ACL_DEFAULT].map((name) => outcome(() => process.getxattr(path, name))).join();

describe('access control lists', () => {
  it('are not handed on to what is put together in the work directory', () => {
    const mount = new SimulatedMount();
    file('/l0/f', 0o640)(mount);
    withList('/w', ACL_DEFAULT, USER_LIST)(mount);
    mount.mount();
    mount.root.chmod('/m/f', 0o644);
    mount.root.mkdir('/m/d', 0o755);
    expect(listsOf(mount.root, '/w/work')).toBe('ENODATA,ENODATA');
    expect(listsOf(mount.root, '/u/f')).toBe('ENODATA,ENODATA');
    expect(mount.root.stat('/w/work').mode & 0o7777).toBe(0);
  });

  it('cost the setgid bit when someone of another group changes them', () => {
    const mount = new SimulatedMount();
    file('/l0/f', 0o2755, USER, 7)(mount);
    mount.mount();
    mount.as(userCaller(USER, USER)).setxattr('/m/f', ACL_ACCESS, list(USER_LIST));
    expect(mount.root.stat('/u/f').mode & 0o7777).toBe(0o670);
  });
});

describe('the mounter, not the caller', () => {
  it('reaches the layers', () => {
    const mount = new SimulatedMount();
    file('/l0/f', 0o644)(mount);
    for (const dir of ['/l0', '/u', '/w']) mount.root.chown(dir, 5, 5);
    mount.mount();
    const process = mount.as(userCaller(5, 5));
    process.chdir('/m');
    process.unlink('f');
    expect(mount.root.stat('/u/f', false)).toMatchObject({ uid: 0, rdev: 0, nlink: 2 });
    process.close(process.open('f', O_RDWR | O_CREAT, 0o600));
    expect(mount.root.stat('/u/f')).toMatchObject({ uid: 5, gid: 5 });
  });

  it('passes the directories above a layer', () => {
    const mount = new SimulatedMount();
    mount.root.mkdir('/hidden', 0o700);
    put(mount, '/hidden', { l: { f: 'data' } });
    const overlay = createOverlayFileSystem({
      lowers: ['/hidden/l', '/l0'].map((path) => ({ fs: mount.store, root: mount.root.place(path).inode })),
      dev: 47,
      random: seededRandom(1),
      mounter: ROOT,
    });
    const found = overlay.lookup(overlay.root, 'f') ?? expect.fail('no f');
    expect(outcome(() => overlay.permission(found, 4, userCaller(USER, USER)))).toBe('ok');
    expect(outcome(() => mount.as(userCaller(USER, USER)).stat('/hidden/l/f'))).toBe('EACCES');
  });
});
