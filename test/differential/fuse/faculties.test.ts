/** What a FUSE file system need not be able to do, and this one is: each asked for by a program that would notice. */
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findProgram, requires } from '../../requirements.ts';
import { type BuiltPrograms, buildPrograms } from './built-program.ts';
import { Scratch } from './mounted.ts';

const AS_SOMEBODY = `setpriv --reuid 3000 --clear-groups --regid 3000 sh -c '
  cat file dir/a dir/sub/new; echo x >> dir/sub/new; cat dir/sub/new' 2>&1`;

describe.skipIf(!requires('root', 'fuse', 'python3'))('a mounted overlay', () => {
  let programs: BuiltPrograms;
  let scratch: Scratch;

  beforeAll(async () => {
    programs = await buildPrograms();
  });
  afterAll(() => programs.remove());
  beforeEach(() => {
    scratch = new Scratch(programs.overlay);
    writeFileSync(scratch.path('lower/file'), 'lower');
  });
  afterEach(() => scratch.remove());

  const mount = (extra = ''): void => scratch.mount('-o', scratch.layers + extra, scratch.path('merged'));
  const python = (script: string): string =>
    execFileSync('python3', ['-c', script], { cwd: scratch.path('merged'), encoding: 'utf8' });

  it('copies ranges, finds holes, reserves and punches, and gives a name to what had none', () => {
    mount();
    const said = python(`
import os, ctypes
a = os.open('a', os.O_RDWR | os.O_CREAT); b = os.open('b', os.O_RDWR | os.O_CREAT)
os.pwrite(a, b'x' * 5000, 100000)
done = 0
while done < 105000: done += os.copy_file_range(a, b, 105000 - done, done, done)
print(done, os.fstat(b).st_size, os.pread(b, 3, 104998), os.pread(b, 1, 99999))
print(os.lseek(a, 0, os.SEEK_DATA) // 4096, os.lseek(a, 100000, os.SEEK_HOLE))
os.posix_fallocate(b, 0, 200000); print(os.fstat(b).st_size)
libc = ctypes.CDLL(None); print(libc.fallocate(b, 3, ctypes.c_long(100000), ctypes.c_long(4096)), os.pread(b, 1, 100001))
t = os.open('.', os.O_TMPFILE | os.O_RDWR, 0o600); os.write(t, b'named later')
print(os.fstat(t).st_nlink); libc.linkat(-100, b'/proc/self/fd/%d' % t, -100, b'named', 0x400); print(os.fstat(t).st_nlink)
`);
    expect(said).toBe("105000 105000 b'xx' b'\\x00'\n24 105000\n200000\n0 b'\\x00'\n0\n1\n");
    expect(readFileSync(scratch.path('upper/named'), 'utf8')).toBe('named later');
    expect(Number(scratch.shell('merged', 'stat -c %W file'))).toBeGreaterThan(1_600_000_000);
  });

  it('lets a waiting program be killed, and goes on', async () => {
    const server = await scratch.start('-o', `${scratch.layers},timeout=0`, scratch.path('merged'));
    server.kill('SIGSTOP');
    const waiting = spawn('cat', ['file'], { cwd: '/', stdio: 'ignore', env: { ...process.env } });
    waiting.kill('SIGKILL');
    const reader = spawn('cat', [scratch.path('merged/file')], { stdio: 'ignore' });
    await pause(100);
    expect(reader.exitCode).toBeNull();
    reader.kill('SIGKILL');
    expect(await once(reader, 'exit')).toEqual([null, 'SIGKILL']);
    server.kill('SIGCONT');
    expect(scratch.shell('merged', 'cat file')).toBe('lower');
    const ended = once(server, 'exit');
    scratch.unmount();
    expect(await ended).toEqual([0, null]);
  });

  it.each(['', ',writeback', ',passthrough=off', ',timeout=0', ',volatile', ',noacl', ',writeback,timeout=0'])(
    'writes what is written with%s',
    (options) => {
      mount(options);
      const said = python(`
import os, random, hashlib, mmap
random.seed(7)
data = bytearray(300000)
fd = os.open('big', os.O_RDWR | os.O_CREAT, 0o640)
for _ in range(400):
    at, length = random.randrange(290000), random.randrange(1, 9000)
    piece = random.randbytes(min(length, 300000 - at))
    data[at:at + len(piece)] = piece; os.pwrite(fd, piece, at)
    if random.random() < 0.1:
        at = random.randrange(290000); assert os.pread(fd, 5000, at) == bytes(data[at:at + 5000])[:max(0, os.fstat(fd).st_size - at)]
os.ftruncate(fd, 300000)
m = mmap.mmap(fd, 300000); m[70000:70005] = b'maped'; data[70000:70005] = b'maped'; m.flush(); m.close()
os.fsync(fd); os.utime('big', (5, 6)); os.close(fd)
a = os.open('file', os.O_WRONLY | os.O_APPEND); os.write(a, b' more'); os.close(a)
s = os.stat('big'); print(s.st_size, oct(s.st_mode), s.st_mtime, open('big', 'rb').read() == bytes(data), open('file').read())
`);
      expect(said).toBe('300000 0o100640 6.0 True lower more\n');
      scratch.unmount();
      expect(statSync(scratch.path('upper/big')).mtimeMs).toBe(6000);
      expect(readFileSync(scratch.path('upper/file'), 'utf8')).toBe('lower more');
    },
  );

  it('remembers nothing of a file with timeout=0', () => {
    mount(',timeout=0');
    const mode = (): string => scratch.shell('merged', 'stat -c %a file');
    for (const each of ['640', '604']) {
      scratch.shell('lower', `chmod ${each} file`);
      expect(mode()).toBe(`${each}\n`);
    }
  });

  it('keeps locks, mappings and running programs as Linux does', () => {
    scratch.shell('lower', 'cp "$(command -v sleep)" nap');
    mount();
    const said = python(`
import os, subprocess, fcntl, struct, errno
def attempt(f):
    try: return f()
    except OSError as e: return errno.errorcode[e.errno]
run = subprocess.Popen(['./nap', '30'])
import time
while os.readlink('/proc/%d/exe' % run.pid).endswith('nap') is False: time.sleep(0.01)
print([attempt(lambda: os.open('nap', f)) for f in (os.O_WRONLY, os.O_RDWR, os.O_WRONLY | os.O_TRUNC, os.O_TRUNC)], attempt(lambda: os.truncate('nap', 1)))
print(os.stat('nap').st_size > 1000, run.poll())
print(attempt(lambda: os.rename('nap', 'other')), attempt(lambda: os.chmod('other', 0o711)), os.readlink('/proc/%d/exe' % run.pid).rsplit('/', 1)[1])
run.kill(); run.wait()
w = os.open('other', os.O_WRONLY)
print(attempt(lambda: subprocess.run(['./other', '0']).returncode)); os.close(w)
print(subprocess.run(['./other', '0']).returncode)
a, b = os.open('file', os.O_RDWR), os.open('file', os.O_RDWR)
fcntl.flock(a, fcntl.LOCK_EX); print(attempt(lambda: fcntl.flock(b, fcntl.LOCK_EX | fcntl.LOCK_NB)))
os.mkfifo('pipe'); r = os.open('pipe', os.O_RDONLY | os.O_NONBLOCK); p = os.open('pipe', os.O_WRONLY); os.write(p, b'through'); print(os.read(r, 9))
os.close(r); print(attempt(lambda: os.open('pipe', os.O_WRONLY | os.O_NONBLOCK)) if os.close(p) is None else '')
import socket; s = socket.socket(socket.AF_UNIX); s.bind('sock'); s.listen(); c = socket.socket(socket.AF_UNIX); c.connect('sock')
print(attempt(lambda: os.open('sock', os.O_RDWR)), oct(os.stat('sock').st_mode)[:4])
os.mknod('null', 0o020666, os.makedev(1, 3)); n = os.open('null', os.O_RDWR); print(os.write(n, b'gone'), os.read(n, 1))
`);
    expect(said).toBe(
      [
        "['ETXTBSY', 'ETXTBSY', 'ETXTBSY', 'ETXTBSY'] ETXTBSY",
        'True None',
        'None None other',
        'ETXTBSY',
        '0',
        'EAGAIN',
        "b'through'",
        'ENXIO',
        'ENXIO 0o14',
        "4 b''",
        '',
      ].join('\n'),
    );
  });

  it.skipIf(findProgram('mount.fuse3') === undefined)('is mounted by mount(8)', () => {
    scratch.shell('plain', 'mkdir bin');
    const program = scratch.path('plain/bin/layerscope-overlay');
    writeFileSync(program, `#!/bin/sh\nexec ${process.execPath} ${programs.overlay} "$@"\n`);
    chmodSync(program, 0o755);
    // mount.fuse3 looks in folders of its own; they are replaced in a mount namespace only.
    const said = execFileSync(
      'unshare',
      [
        '-m',
        'sh',
        '-euc',
        `mount --bind ${scratch.path('plain/bin')} /usr/local/bin
         mount -t fuse.layerscope-overlay layers ${scratch.path('merged')} -o ${scratch.layers},nosuid,nodev
         cd ${scratch.path('merged')}; cat file; echo more >> file; grep -o ' fuse.layerscope-overlay rw,nosuid,nodev' /proc/self/mounts
         mount -o remount,ro,noexec .; echo more >> file || grep -o ' fuse.layerscope-overlay ro,nosuid,nodev,noexec' /proc/self/mounts
         mount -o remount,rw,exec .; echo more >> file
         cd /; umount ${scratch.path('merged')}`,
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );
    expect(said).toBe(
      'lower fuse.layerscope-overlay rw,nosuid,nodev\n fuse.layerscope-overlay ro,nosuid,nodev,noexec\n',
    );
    expect(readFileSync(scratch.path('upper/file'), 'utf8')).toBe('lowermore\nmore\n');
  });

  it('leaves the holes of a file that it copies up', () => {
    scratch.shell('lower', 'truncate -s 5M sparse; printf x | dd of=sparse bs=1 seek=5242000 conv=notrunc 2>/dev/null');
    mount();
    scratch.shell('merged', 'chmod 600 sparse');
    expect(scratch.shell('upper', 'stat -c "%s %b" sparse')).toBe(scratch.shell('lower', 'stat -c "%s %b" sparse'));
    expect(scratch.shell('merged', 'cmp sparse ../lower/sparse && echo same')).toBe('same\n');
  });

  it.skipIf(findProgram('chattr') === undefined)('keeps flags, and refuses those that it could not enforce', () => {
    mount();
    const script = `chattr +Ad file; mkdir dir; chattr +A dir; lsattr -d file dir | cut -c 1-14,23-
      for flag in i a; do chattr +$flag file 2>&1 | grep -o 'Operation not supported'; done; echo still >> file`;
    expect(scratch.shell('merged', script)).toBe(
      '------dA------ file\n-------A------ dir\nOperation not supported\nOperation not supported\n',
    );
    expect(scratch.shell('upper', 'lsattr file')).toContain('------dA');
    scratch.unmount();
    scratch.mount('-o', scratch.layers, scratch.path('merged'));
    expect(scratch.shell('merged', 'lsattr -d dir')).toContain('-------A');
  });

  it.skipIf(findProgram('setfacl') === undefined)('takes getfacl and setfacl, in a user namespace too', () => {
    scratch.shell('lower', 'mkdir -m 700 dir; echo 1 > dir/a; setfacl -m u:3000:rx dir; setfacl -m u:3000:rw dir/a');
    scratch.shell('plain', 'cp -a ../lower/. .');
    const script = `setfacl -d -m u:3000:rwX,g:4000:r dir; setfacl -m g:4000:r file; chmod 750 dir/a
      mkdir dir/sub; touch dir/sub/new; rm file; touch file; setfacl -b dir/a; getfacl -RpsE .`;
    mount();
    expect(scratch.shell('merged', script)).toBe(scratch.shell('plain', script));
    scratch.shell('plain', `chmod 755 ${scratch.base}`);
    expect(scratch.shell('merged', AS_SOMEBODY)).toBe(scratch.shell('plain', AS_SOMEBODY));
    scratch.unmount();
    const inside = `${process.execPath} ${programs.overlay} -o ${scratch.layers} ${scratch.path('merged')}
      cd ${scratch.path('merged')}; setfacl -d -m u:0:rwx .; touch listed; getfacl -cpsE listed; cd /; umount ${scratch.path('merged')}`;
    expect(execFileSync('unshare', ['-Urm', 'sh', '-euc', inside], { encoding: 'utf8' })).toContain('user:root:rwx');
  });
});
