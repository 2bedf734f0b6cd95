import { FsError, O_CREAT, O_WRONLY } from '@layerscope/core/fs';
import type { MountControl } from '@layerscope/core/shell';
import { describe, expect, it } from 'vitest';
import { createMachine, ELF, type Machine } from './machine.ts';

const install = ({ process }: Machine, path: string, bytes: Uint8Array, mode = 0o755): void => {
  const file = process.open(path, O_WRONLY | O_CREAT, 0o644);
  process.write(file, bytes);
  process.close(file);
  process.chmod(path, mode);
};
const text = (script: string): Uint8Array => new TextEncoder().encode(script);

describe('runs follow one another', () => {
  it('keeps directory, variables, functions, options and umask', async () => {
    const { run, shell } = await createMachine();
    await run('mkdir -p a/b; cd a; x=1; export y=2; f() { echo "f $1"; }; umask 077; set -u');
    expect(await run('pwd; echo $x; f z; umask; echo ${z-unset}; sh -c "echo \\$y"')).toEqual([
      0,
      '/a\n1\nf z\n0077\nunset\n2\n',
      '',
    ]);
    expect(shell.cwd()).toBe('/a');
    expect(shell.environment().get('y')).toBe('2');
    expect(await run('echo $z')).toEqual([2, '', 'sh: 1: z: parameter not set\n']);
  });

  it('ends a script with exit and goes on with the next', async () => {
    const { run } = await createMachine();
    expect(await run('echo a; exit 3; echo b')).toEqual([3, 'a\n', '']);
    expect(await run('echo $?')).toEqual([0, '3\n', '']);
  });

  it('runs a program without a shell between', async () => {
    const { run } = await createMachine();
    expect(await run(['echo', '$HOME', '*'])).toEqual([0, '$HOME *\n', '']);
    expect(await run(['sh', '-c', 'echo $0 $1', 'me', 'you'])).toEqual([0, 'me you\n', '']);
    expect(await run(['nosuch'])).toEqual([127, '', 'sh: 1: nosuch: not found\n']);
  });

  it('reads stdin, and shows output as it comes', async () => {
    const { run, shell } = await createMachine();
    expect(await run('read a; cat; echo "<$a>"', 'one\ntwo\n')).toEqual([0, 'two\n<one>\n', '']);
    const seen: number[] = [];
    await shell.run('echo a; echo b', { stdout: { write: (bytes) => void seen.push(bytes.length) } });
    expect(seen).toEqual([2, 2]);
  });
});

describe('what a name on PATH is', () => {
  it('stands in for a Linux executable the shell has itself, and says why others cannot run', async () => {
    const machine = await createMachine();
    await machine.run('mkdir -p /usr/bin /bin');
    for (const path of ['/usr/bin/ls', '/bin/sh', '/usr/bin/python3', '/usr/bin/printf']) install(machine, path, ELF);
    expect(await machine.run('ls /bin; /usr/bin/printf x; /bin/sh -c "echo in sh"')).toEqual([0, 'sh\nxin sh\n', '']);
    const sorry = 'is a Linux x86-64 program; the sandbox runs shell scripts and WASI programs';
    expect(await machine.run('python3 -V')).toEqual([126, '', `sh: 1: python3 ${sorry}\n`]);
    expect(await machine.run('/usr/bin/python3')).toEqual([126, '', `sh: 1: /usr/bin/python3 ${sorry}\n`]);
  });

  it('runs scripts by their interpreter, also before a program of the shell', async () => {
    const machine = await createMachine();
    await machine.run('mkdir -p /usr/bin /bin');
    install(machine, '/bin/sh', ELF);
    install(machine, '/usr/bin/env', ELF);
    install(machine, '/usr/bin/hello', text('#!/bin/sh -e\necho "$0 $*"; false; echo no\n'));
    install(machine, '/usr/bin/again', text('#!/usr/bin/env sh\nhello "$@"\n'));
    install(machine, '/usr/bin/ls', text('#!/bin/sh\necho my ls\n'));
    install(machine, '/usr/bin/loop', text('#!/usr/bin/loop\n'));
    expect(await machine.run('again a b; echo $?; ls')).toEqual([0, '/usr/bin/hello a b\n1\nmy ls\n', '']);
    expect((await machine.run('loop'))[0]).toBe(126);
  });

  it('hands other formats to who knows them', async () => {
    const calls: string[] = [];
    const machine = await createMachine({
      formats: [
        {
          magic: Uint8Array.of(0, 0x61, 0x73, 0x6d),
          run: (path, { args, stdout, environment }) => {
            calls.push(path);
            stdout.write(text(`wasm ${args.join()} ${environment.get('K')}\n`));
            return 7;
          },
        },
      ],
      commands: { greet: ({ name, stdout }) => (stdout.write(text(`${name}!\n`)), 4) },
    });
    await machine.run('mkdir -p /usr/bin');
    install(machine, '/usr/bin/kv', Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    expect(await machine.run('K=v kv a b | cat; kv > out; echo $?; cat out; greet; echo $?')).toEqual([
      0,
      'wasm a,b v\n7\nwasm  undefined\ngreet!\n4\n',
      '',
    ]);
    expect(calls).toEqual(['/usr/bin/kv', '/usr/bin/kv']);
  });
});

describe('the same on every machine', () => {
  it('takes time and chance from what it was given', async () => {
    const script =
      'date -u +%s; echo $$ ${RANDOM-none} ${SECONDS-none}; touch f; stat -c %y f; head -c 8 /dev/urandom | od -An -tx1; echo a > g; sed -i s/a/b/ g; ls -la --full-time';
    const outputs = [];
    for (let round = 0; round < 2; round++) {
      const machine = await createMachine();
      await machine.run('mkdir /dev; mknod /dev/urandom c 1 9');
      outputs.push(await machine.run(script));
    }
    expect(outputs[0]).toEqual(outputs[1]);
    expect(outputs[0]?.[1]).toMatch(/^1763830800\n1 none none\n2025-11-22 17:00:00/);
  });

  it('gives /dev/null, zero and full without nodes in the image', async () => {
    const { run } = await createMachine();
    expect(
      await run('echo gone > /dev/null; head -c 3 /dev/zero | od -An -tx1; echo x > /dev/full; echo $?; ls /'),
    ).toEqual([0, ' 00 00 00\n1\n', 'sh: 1: echo: I/O error\n']);
  });
});

describe('failures of the file system', () => {
  it('tells a failed redirection and goes on', async () => {
    const { run } = await createMachine();
    expect(await run('echo a > /no/file; echo $?; (echo b > /no/c); echo on')).toEqual([
      0,
      '2\non\n',
      'sh: 1: cannot create /no/file: Directory nonexistent\nsh: 1: cannot create /no/c: Directory nonexistent\n',
    ]);
  });

  it('stops at unbounded recursion', async () => {
    const { run } = await createMachine();
    const [status, , message] = await run('f() { f; }; f');
    expect([status, message]).toEqual([2, 'sh: 1: Maximum function recursion depth (1000) reached\n']);
  });

  it('says what is wrong with a script that cannot be parsed', async () => {
    const { run } = await createMachine();
    expect(await run('if true; then echo')).toEqual([
      2,
      '',
      'sh: 1: Syntax error: end of file unexpected (expecting "fi")\n',
    ]);
    expect((await run('echo "open'))[2]).toBe('sh: 1: Syntax error: Unterminated quoted string\n');
  });
});

const table = (): MountControl & { readonly log: string[] } => {
  const log: string[] = [];
  return {
    log,
    mount: async (type, source, target, options) => {
      if (target === '/busy') throw new FsError('EBUSY');
      log.push([type, source, target, ...options].join(' '));
    },
    unmount: async (target) => {
      if (!log.includes(`tmpfs none ${target}`)) throw new FsError('EINVAL');
      log.push(`-${target}`);
    },
    list: () => [{ source: 'overlay', target: '/', type: 'overlay', options: 'rw,relatime,lowerdir=/l' }],
  };
};

describe('mount and umount', () => {
  it('calls the mount table it was given, with absolute targets', async () => {
    const mounts = table();
    const { run } = await createMachine({ mounts });
    await run('mkdir m n; mount -t tmpfs none m; mount --bind m n; mount -o ro,bind m n; umount m');
    expect(mounts.log).toEqual(['tmpfs none /m', 'bind m /n bind', 'bind m /n ro bind', '-/m']);
    expect(await run('mount; mkdir busy; mount -t tmpfs x busy; echo $?; umount n; echo $?')).toEqual([
      0,
      'overlay on / type overlay (rw,relatime,lowerdir=/l)\n32\n32\n',
      'mount: busy: Device or resource busy.\numount: n: not mounted.\n',
    ]);
    expect((await run('df /'))[1]).toMatch(/^Filesystem .*\noverlay +\d+ +\d+ +\d+ +\d+% \/\n$/);
  });

  it('says so when there is none', async () => {
    const { run } = await createMachine();
    expect((await run('mount'))[2]).toContain('started without a mount table');
  });
});
