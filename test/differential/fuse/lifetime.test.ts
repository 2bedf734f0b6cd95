/** How a mount begins and ends. */
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requirement, requires } from '../../requirements.ts';
import { type BuiltPrograms, buildPrograms } from './built-program.ts';
import { Scratch } from './mounted.ts';

describe.skipIf(!requires('root', 'fuse'))('layerscope overlay', () => {
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

  it.each(['SIGTERM', 'SIGINT'] as const)('unmounts and ends on %s', async (signal) => {
    const server = await scratch.start('-o', scratch.layers, scratch.path('merged'));
    writeFileSync(scratch.path('merged/new'), 'new');
    server.kill(signal);
    expect(await once(server, 'exit')).toEqual([0, null]);
    expect([scratch.isMounted, readFileSync(scratch.path('upper/new'), 'utf8')]).toEqual([false, 'new']);
  });

  it('ends even when a file is open', async () => {
    const server = await scratch.start('-o', scratch.layers, scratch.path('merged'));
    const user = spawnSync('sh', ['-c', `exec 3< file; kill -TERM ${server.pid}; sleep 0.5; cat <&3`], {
      cwd: scratch.path('merged'),
      encoding: 'utf8',
    });
    expect(await exitOf(server)).toEqual([0, null]);
    expect(scratch.isMounted).toBe(false);
    expect(user.status).not.toBe(0);
  });

  it('can be unmounted after kill -9, and mounted again', async () => {
    const server = await scratch.start('-o', scratch.layers, scratch.path('merged'));
    writeFileSync(scratch.path('merged/new'), 'new');
    server.kill('SIGKILL');
    await exitOf(server);
    expect(() => statSync(scratch.path('merged/new'))).toThrow(/ENOTCONN/);
    scratch.unmount();
    scratch.mount('-o', scratch.layers, scratch.path('merged'));
    expect(readFileSync(scratch.path('merged/new'), 'utf8')).toBe('new');
    scratch.unmount();
  });

  it('leaves no process behind when it is unmounted', async () => {
    scratch.mount('-o', scratch.layers, scratch.path('merged'));
    const running = (): boolean =>
      readdirSync('/proc').some((pid) => /^\d+$/.test(pid) && commandOf(pid).includes(scratch.path('merged')));
    expect(running()).toBe(true);
    scratch.unmount();
    for (let tries = 0; running() && tries < 100; tries++) spawnSync('sleep', ['0.05']);
    expect(running()).toBe(false);
  });

  it('lets its layers be unmounted, and sees nothing of what is mounted in them', () => {
    scratch.shell(
      'plain',
      `mount -t tmpfs layers . && cd "$PWD" && mkdir -p lower/under upper work && echo lower > lower/file
       mount -t tmpfs under lower/under && touch lower/under/hidden`,
    );
    try {
      const at = (name: string): string => scratch.path(`plain/${name}`);
      const layers = `lowerdir=${at('lower')},upperdir=${at('upper')},workdir=${at('work')},redirect_dir=on`;
      scratch.mount('-o', layers, scratch.path('merged'));
      execFileSync('umount', [at('lower/under'), scratch.path('plain')]);
      expect(readdirSync(scratch.path('plain'))).toEqual([]);
      const script = 'ls under; echo more >> file; mv under moved; ln file linked; rm file; cat linked; ls';
      expect(scratch.shell('merged', script)).toBe('lower\nmore\nlinked\nmoved\n');
      scratch.unmount();
    } finally {
      for (const name of ['plain/lower/under', 'plain']) {
        spawnSync('umount', ['-l', scratch.path(name)], { stdio: 'ignore' });
      }
    }
  });

  it('serves a user namespace, with marks that its root may write', () => {
    const script = `${process.execPath} ${programs.overlay} -o ${scratch.layers} ${scratch.path('merged')}
      cd ${scratch.path('merged')}; rm file; mkdir dir; echo new > dir/new; ls; cd /; umount ${scratch.path('merged')}`;
    writeFileSync(scratch.path('lower/kept'), 'kept');
    expect(execFileSync('unshare', ['-Urm', 'sh', '-euc', script], { encoding: 'utf8' })).toBe('dir\nkept\n');
    expect(statSync(scratch.path('upper/file')).isCharacterDevice()).toBe(true);
    expect(readFileSync(scratch.path('upper/dir/new'), 'utf8')).toBe('new\n');
  });

  it.skipIf(requirement('fusermount3') !== undefined)('serves an ordinary user through fusermount3', () => {
    writeFileSync(scratch.path('lower/kept'), 'kept', { mode: 0o444 });
    execFileSync('chown', ['-R', '65534:65534', scratch.base]);
    execFileSync('chmod', ['755', scratch.base]);
    // A device that everybody may open, as most distributions have it, in a mount namespace of its own.
    const setup = `mknod -m 666 ${scratch.path('device')} c 10 229; mount --bind ${scratch.path('device')} /dev/fuse`;
    const script = `${process.execPath} ${programs.overlay} -o ${scratch.layers} ${scratch.path('merged')}
      cd ${scratch.path('merged')}; echo more >> file; chmod 444 kept; mkdir dir; mv dir moved; rm -r moved; cat file; cd /
      fusermount3 -u ${scratch.path('merged')}`;
    const asNobody = `setpriv --reuid 65534 --regid 65534 --clear-groups sh -euc '${script}'`;
    expect(execFileSync('unshare', ['-m', 'sh', '-euc', `${setup}; ${asNobody}`], { encoding: 'utf8' })).toBe(
      'lowermore\n',
    );
    expect(readFileSync(scratch.path('upper/file'), 'utf8')).toBe('lowermore\n');
  });

  it('keeps changes in memory with --memory', () => {
    scratch.shell('lower', 'chmod 1771 .; chown 7:8 .');
    scratch.mount('--memory', '-o', `lowerdir=${scratch.path('lower')}`, scratch.path('merged'));
    scratch.shell('merged', 'echo more >> file; mkdir -p a/b; rm -r a; echo new > new; ln new linked');
    expect(scratch.shell('merged', 'cat file new linked')).toBe('lowermore\nnew\nnew\n');
    const marks = `for n in 1 2 3; do setfattr -n user.m$n -v "value $n" new; done; getfattr -d new`;
    expect(scratch.shell('merged', marks)).toContain('user.m1="value 1"\nuser.m2="value 2"\nuser.m3="value 3"\n');
    expect(scratch.shell('merged', 'stat -c "%a %u:%g" .')).toBe('1771 7:8\n');
    scratch.unmount();
    expect(readdirSync(scratch.path('lower'))).toEqual(['file']);
    expect(readFileSync(scratch.path('lower/file'), 'utf8')).toBe('lower');
  });

  it('has the shape of a mount program', () => {
    scratch.mount('source', scratch.path('merged'), '-o', 'rw,nosuid,nodev', '-o', scratch.layers);
    const line = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .find((each) => each.includes(scratch.path('merged')));
    expect(line).toMatch(/^source \S+ fuse\.layerscope-overlay rw,nosuid,nodev,/);
    scratch.unmount();
  });

  it('takes colons and commas in paths, when they are escaped', () => {
    scratch.shell('plain', `mkdir 'a:b' 'c,d'; echo 1 > 'a:b/one'; echo 2 > 'c,d/two'`);
    const lowers = String.raw`${scratch.path('plain')}/a\:b:${scratch.path('plain')}/c\,d`;
    scratch.mount('-o', `lowerdir=${lowers}`, scratch.path('merged'));
    expect(scratch.shell('merged', 'ls; touch x 2>&1 || true')).toBe(
      "one\ntwo\ntouch: cannot touch 'x': Read-only file system\n",
    );
    scratch.unmount();
  });

  it.each([
    [[], '1: ', /error|missing required argument/i],
    [['-o', 'lowerdir=/lower', 'MERGED'], '1: ', /lowerdir=\/lower: there is no such directory/],
    [['-o', 'upperdir=/u,workdir=/w', 'MERGED'], '1: ', /no lowerdir= was given[^]*→ for example/],
    [['-o', 'lowerdir=LOWER,upperdir=UPPER', 'MERGED'], '1: ', /upperdir= needs a workdir=/],
    [['-o', 'lowerdir=LOWER,upperdir=UPPER,workdir=UPPER', 'MERGED'], '1: ', /separate subtrees/],
    [['-o', 'lowerdir=LOWER', 'MERGED'], '1: ', /at least 2 lowerdir are needed/],
    [['-o', 'lowerdir=LOWER,colour=red', 'MERGED'], '1: ', /unknown mount option 'colour'[^]*lowerdir, upperdir/],
    [['-o', 'lowerdir=LOWER,redirect_dir=maybe', 'MERGED'], '1: ', /redirect_dir=maybe: it can be on, follow/],
    [['--memory', '-o', 'lowerdir=LOWER,upperdir=UPPER,workdir=WORK', 'MERGED'], '1: ', /--memory keeps the changes/],
    [
      ['-o', 'lowerdir=LOWER,upperdir=UPPER,workdir=WORK', 'MERGED/none'],
      '1: ',
      /no such directory to mount on[^]*mkdir/,
    ],
  ])('says what is wrong with %j', (args, status, text) => {
    const paths = args.map((arg) => arg.replaceAll(/[A-Z]{4,}/g, (name) => scratch.path(name.toLowerCase())));
    const said = scratch.run(...paths);
    expect(said.slice(0, status.length)).toBe(status);
    expect(said).toMatch(text);
    expect(scratch.isMounted).toBe(false);
  });
});

const commandOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
};

const exitOf = async (server: import('node:child_process').ChildProcess): Promise<readonly unknown[]> =>
  server.exitCode !== null || server.signalCode !== null
    ? [server.exitCode, server.signalCode]
    : await once(server, 'exit');
