import {
  createVolume,
  O_RDWR,
  ROOT,
  S_IFCHR,
  S_IFDIR,
  S_IFREG,
  steppingClock,
  volumeFileSystem,
} from '@layerscope/core/fs';
import { Volume } from 'memfs';
import { describe, expect, it } from 'vitest';
import { fileSystemLaws, outcome } from '../file-system-laws.ts';

describe('a memfs volume as a file system', () => {
  fileSystemLaws((options) => volumeFileSystem(createVolume(), { clock: steppingClock(0n), ...options }), {
    sparse: false,
    shares: false,
  });

  it('shows what memfs made, with the injected time', () => {
    const volume = Volume.fromJSON({ '/etc/motd': 'hello', '/empty': null });
    volume.symlinkSync('etc/motd', '/link');
    volume.chmodSync('/etc/motd', 0o600);
    volume.linkSync('/etc/motd', '/twice');
    const fs = volumeFileSystem(volume, { clock: steppingClock(0n) });
    expect(fs.readdir(fs.root).map(({ name, type }) => [name, type])).toEqual([
      ['etc', S_IFDIR],
      ['empty', S_IFDIR],
      ['link', 0o120000],
      ['twice', S_IFREG],
    ]);
    const etc = fs.lookup(fs.root, 'etc') ?? fs.root;
    const motd = fs.lookup(etc, 'motd') ?? fs.root;
    expect(fs.lookup(fs.root, 'twice')).toBe(motd);
    expect(fs.getattr(motd)).toMatchObject({ mode: 0o100600, size: 5, nlink: 2, blocks: 8 });
    expect(fs.getattr(motd).mtime).toBeLessThan(1_000_000n);
    expect(fs.getattr(fs.root).nlink).toBe(4);
    expect(fs.readlink(fs.lookup(fs.root, 'link') ?? fs.root)).toBe('etc/motd');
    expect(fs.parent(etc)).toBe(fs.root);
  });

  it('writes plain files that the volume reads, whatever their mode', () => {
    const volume = createVolume({ '/a': 'x' });
    const fs = volumeFileSystem(volume, { clock: steppingClock(0n) });
    const dir = fs.mkdir(fs.root, 'dir', 0o700, ROOT);
    const file = fs.create(dir, 'f', 0o000, ROOT);
    const open = fs.open(file, O_RDWR, ROOT);
    open.write(new TextEncoder().encode('written'), 0);
    open.close();
    expect(volume.readFileSync('/dir/f', 'utf8')).toBe('written');
    fs.rename(fs.root, 'dir', fs.root, 'moved', 0, ROOT);
    expect(volume.readFileSync('/moved/f', 'utf8')).toBe('written');
    expect(volume.existsSync('/dir')).toBe(false);
    fs.mknod(fs.root, 'a2', S_IFCHR, 0, ROOT);
    fs.symlink(fs.root, 'l', 'moved/f', ROOT);
    expect([volume.readlinkSync('/l'), volume.readFileSync('/l', 'utf8')]).toEqual(['moved/f', 'written']);
    fs.unlink(dir, 'f', ROOT);
    expect(volume.readdirSync('/moved')).toEqual([]);
  });

  it('sees what the owner of the volume does meanwhile', () => {
    const volume = createVolume({ '/a': 'x' });
    const fs = volumeFileSystem(volume, { clock: steppingClock(0n) });
    const file = fs.lookup(fs.root, 'a') ?? fs.root;
    volume.writeFileSync('/a', 'longer');
    volume.writeFileSync('/new', 'n');
    volume.mkdirSync('/d');
    expect(fs.getattr(file).size).toBe(6);
    expect(fs.readdir(fs.root).map(({ name }) => name)).toEqual(['a', 'new', 'd']);
    volume.renameSync('/a', '/d/a');
    const moved = fs.lookup(fs.lookup(fs.root, 'd') ?? fs.root, 'a');
    expect([fs.lookup(fs.root, 'a'), moved]).toEqual([undefined, file]);
    volume.rmSync('/d', { recursive: true });
    expect(fs.lookup(fs.root, 'd')).toBeUndefined();
  });

  it('comes back to a whiteout it made earlier', () => {
    const volume = createVolume();
    const first = volumeFileSystem(volume, { clock: steppingClock(0n) });
    first.mknod(first.root, 'gone', S_IFCHR, 0, ROOT);
    const second = volumeFileSystem(volume, { clock: steppingClock(0n) });
    expect(second.getattr(second.lookup(second.root, 'gone') ?? second.root)).toMatchObject({ rdev: 0, size: 0 });
    expect(second.lookup(second.root, 'gone')?.type).toBe(S_IFCHR);
  });

  it('refuses a file that no buffer can hold', () => {
    const fs = volumeFileSystem(createVolume(), { clock: steppingClock(0n) });
    const file = fs.create(fs.root, 'f', 0o644, ROOT);
    expect(outcome(() => fs.setattr(file, { size: 2 ** 31 + 1 }, ROOT))).toBe('EFBIG');
    const small = volumeFileSystem(createVolume(), { clock: steppingClock(0n), capacity: 4096 });
    expect(outcome(() => small.setattr(small.create(small.root, 'f', 0o644, ROOT), { size: 4097 }, ROOT))).toBe(
      'ENOSPC',
    );
  });

  it('says so when it is given something else', () => {
    expect(() => volumeFileSystem({ _core: {} }, { clock: steppingClock(0n) })).toThrow(/not a memfs volume/);
  });
});
