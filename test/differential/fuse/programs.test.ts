/** Programs that everybody uses leave the same tree on the mount as on the disk. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requirement, requires } from '../../requirements.ts';
import { type BuiltPrograms, buildPrograms } from './built-program.ts';
import { Scratch } from './mounted.ts';

/** Some of everything: hard links, links, holes, devices, attributes, odd names, old times. */
const TREE = String.raw`
mkdir -p a/b/c empty 'with space'
for i in 1 2 3 4 5 6 7 8 9; do printf "file $i" > a/b/$i; done
head -c 3000000 /dev/urandom > large
truncate -s 5000000 hole; printf x | dd of=hole bs=1 seek=4000000 conv=notrunc status=none
ln a/b/1 a/link1; ln a/b/1 link2
ln -s ../nowhere a/dangling; ln -s b a/dir
mkfifo fifo; mknod null c 1 3
printf odd > "$(printf 'caf\303\251 \377')"
setfattr -n user.note -v yes a/b/2
chmod 4755 a/b/3; chmod 1777 empty; chown 12:34 a/b/4
find . -exec touch -h -d '2001-02-03 04:05:06.789' {} +`;

describe.skipIf(!requires('root', 'fuse', 'tar', 'getfattr', 'setfattr'))('on a mounted overlay', () => {
  let programs: BuiltPrograms;
  let scratch: Scratch;

  beforeAll(async () => {
    programs = await buildPrograms();
  });
  afterAll(() => programs.remove());
  beforeEach(() => {
    scratch = new Scratch(programs.overlay);
  });
  afterEach(() => scratch.remove());

  const onMount = (): readonly string[] => scratch.describe('merged');
  const onDisk = (): readonly string[] => scratch.describe('plain');
  /** On both, so that both end the same. */
  const both = (script: string): void =>
    ['merged', 'plain'].forEach((directory) => void scratch.shell(directory, script));

  it('cp -a copies into it and out of it', () => {
    scratch.mount('-o', scratch.layers, scratch.path('merged'));
    scratch.shell('plain', TREE);
    scratch.shell('merged', `cp -a ${scratch.path('plain')}/. .`);
    expect(onMount()).toEqual(onDisk());
    scratch.shell('merged', `mkdir ${scratch.path('back')} && cp -a . ${scratch.path('back')}`);
    expect(scratch.describe('back')).toEqual(scratch.describe('plain'));
  });

  it('a lower layer shows as it is, and can be changed all over', () => {
    // Hard links of a lower layer are broken when they are changed, as by Linux's overlay.
    scratch.shell('lower', `${TREE}\nrm a/link1 link2`);
    scratch.shell('plain', `cp -a ${scratch.path('lower')}/. .`);
    scratch.mount('-o', scratch.layers, scratch.path('merged'));
    expect(onMount()).toEqual(onDisk());
    both(String.raw`
      rm a/b/5; rm -r empty; mkdir empty; printf new > empty/new
      printf more >> a/b/6; chmod 600 a/b/7; mv a/b/8 a/moved; ln a/b/9 linked; cp --sparse=always hole hole2
      printf changed | dd of=large bs=1 seek=100 conv=notrunc status=none
      find . -exec touch -h -d '2011-01-01' {} +`);
    expect(onMount()).toEqual(onDisk());
    scratch.unmount();
    scratch.mount('-o', scratch.layers, scratch.path('merged'));
    expect(onMount()).toEqual(onDisk());
  });

  it('tar packs and unpacks', () => {
    scratch.shell('lower', TREE);
    scratch.shell('plain', `cp -a ${scratch.path('lower')}/. .`);
    scratch.mount('-o', scratch.layers, scratch.path('merged'));
    const archive = scratch.path('archive.tar');
    scratch.shell('merged', `tar --xattrs -cf ${archive} . && rm -rf ./* && tar --xattrs -xf ${archive}`);
    scratch.shell('merged', 'mkdir again && tar --xattrs -C again -xf ' + archive);
    scratch.shell('plain', 'mkdir again && tar --xattrs -C again -xf ' + archive);
    expect(onMount()).toEqual(onDisk());
  });

  it.skipIf(requirement('git') !== undefined)('git clones, changes branches and packs', () => {
    scratch.shell(
      'lower',
      `git init -q source; cd source; git config user.email a@b; git config user.name n
       for i in 1 2 3 4 5 6 7 8; do mkdir -p d$i; echo $i > d$i/f; seq $i 200 > d$i/g; git add .; git commit -qm $i; done
       git branch old HEAD~4`,
    );
    scratch.mount('-o', `${scratch.layers},redirect_dir=on`, scratch.path('merged'));
    const log = scratch.shell(
      'merged',
      `git clone -q --no-local source clone; cd clone; git checkout -q -b old origin/old; git checkout -q -
       for i in 1 2 3; do echo $i >> d1/f; git -c user.email=a@b -c user.name=n commit -qam more$i; done
       git gc -q; git fsck --strict 2>&1; git status --porcelain; cd ../source; git mv d1 e1; git status --porcelain; git fsck 2>&1`,
    );
    expect(log).toBe('R  d1/f -> e1/f\nR  d1/g -> e1/g\n');
    scratch.shell(
      'plain',
      `git clone -q ${scratch.path('merged')}/clone clone; diff -r -x .git clone ${scratch.path('merged')}/clone`,
    );
  });

  it.skipIf(requirement('python3') !== undefined)('sqlite keeps its promises, with both kinds of journal', () => {
    scratch.mount('-o', scratch.layers, scratch.path('merged'));
    both(`cat > ../work.py <<'END'
import sqlite3, sys, hashlib, mmap, os
for mode in ('delete', 'wal'):
    path = mode + '.db'
    first, second = sqlite3.connect(path), sqlite3.connect(path)
    assert first.execute('pragma journal_mode=' + mode).fetchone()[0] == mode
    first.execute('pragma mmap_size=1000000')
    first.execute('create table t (k integer primary key, v text)')
    for i in range(300):
        first.execute('insert into t values (?, ?)', (i, 'x' * (i % 97)))
        if i % 50 == 0: first.commit()
    first.commit()
    assert second.execute('select count(*) from t').fetchone()[0] == 300
    second.execute('delete from t where k % 3 = 0'); second.rollback()
    second.execute('delete from t where k % 7 = 0'); second.commit()
    assert first.execute('pragma integrity_check').fetchone()[0] == 'ok'
    print(mode, hashlib.sha256(repr(first.execute('select * from t').fetchall()).encode()).hexdigest())
    first.close(); second.close()
with open('mapped', 'w+b') as f:
    f.truncate(100000)
    m = mmap.mmap(f.fileno(), 0); m[5000:5005] = b'hello'; m.flush(); m.close()
print(open('mapped', 'rb').read()[4999:5006])
END
python3 ../work.py > dump`);
    expect(scratch.shell('merged', 'cat dump; cmp mapped ../plain/mapped')).toBe(scratch.shell('plain', 'cat dump'));
  });

  it('layers of two file systems make no false hard links', async () => {
    const { MNT_DETACH, mount, unmount } = await import('../../../host-adapter/src/linux/index.ts');
    for (const name of ['lower', 'plain']) mount('layerscope', scratch.path(name), 'tmpfs', 0, '');
    try {
      // Numbers on a fresh tmpfs begin anew: those of the two collide.
      for (const name of ['lower', 'plain'])
        scratch.shell(name, `for i in 1 2 3 4 5; do echo ${name} > ${name}$i; ln ${name}$i ${name}link$i; done`);
      scratch.shell('plain', 'mkdir upper work');
      const layers = `lowerdir=${scratch.path('lower')},upperdir=${scratch.path('plain')}/upper,workdir=${scratch.path('plain')}/work`;
      scratch.mount('-o', layers, scratch.path('merged'));
      scratch.shell('merged', 'for i in 1 2 3 4 5; do echo new > new$i; ln new$i newlink$i; done');
      const numbers = scratch.shell('merged', 'stat -c %i lower? new?').trim().split('\n');
      expect(new Set(numbers).size).toBe(10);
      scratch.unmount();
    } finally {
      for (const name of ['lower', 'plain']) unmount(scratch.path(name), MNT_DETACH);
    }
  });
});
