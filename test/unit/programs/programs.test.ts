import { describe, expect, it } from 'vitest';
import { overlayMachine } from '../../wasi/overlay-machine.ts';
import { gnuTar } from './tar.ts';

describe('kv', () => {
  it('copies the whole store up to change one record, once', async () => {
    const machine = await overlayMachine(['kv'], { '/data/store': new Uint8Array(256 * 4096) });
    expect(await machine.run('kv /data/store get a')).toEqual([1, '', "kv: no key 'a'\n"]);
    expect(await machine.run('kv /data/store list')).toEqual([0, '', '']);
    expect(machine.changes()).toEqual([]);
    expect(await machine.run('kv /data/store set colour blue')).toEqual([0, '', '']);
    expect(machine.changes()).toEqual(['copy-up /data 0', `copy-up /data/store ${256 * 4096}`]);
    expect(await machine.run('kv /data/store set shape round; kv /data/store get colour')).toEqual([0, 'blue\n', '']);
    expect(machine.changes()).toEqual([]);
    expect(await machine.run('kv /data/store del colour; kv /data/store list')).toEqual([0, 'shape\n', '']);
  });

  it('plays its log back after a crash', async () => {
    const machine = await overlayMachine(['kv']);
    expect(await machine.run('kv /tmp/s init 8; kv /tmp/s crash a 1; ls /tmp')).toEqual([
      0,
      's\ns.wal\n',
      'kv: crashed with the log written and the store not\n',
    ]);
    expect(await machine.run('kv /tmp/s get a; ls /tmp')).toEqual([0, 'recovered: a\n1\ns\n', '']);
    await machine.run('kv /tmp/s crash b 2 2>/dev/null; truncate -s 100 /tmp/s.wal');
    expect(await machine.run('kv /tmp/s list; ls /tmp')).toEqual([0, 'a\ns\n', '']);
  });

  it('says what is wrong', async () => {
    const machine = await overlayMachine(['kv'], { '/notes': 'text' });
    expect(await machine.run('kv /none get a')).toEqual([1, '', 'kv: /none: No such file or directory\n']);
    expect(await machine.run('kv /notes set a b')).toEqual([1, '', 'kv: /notes: not a store; make one with init\n']);
    expect(await machine.run('kv /tmp/s init 1; kv /tmp/s set a 1; kv /tmp/s set b 2')).toEqual([
      1,
      '',
      'kv: the store is full: 1 records\n',
    ]);
    expect((await machine.run('kv --help'))[0]).toBe(0);
    const [status, , message] = await machine.run('kv');
    expect([status, message.split('\n')[0]]).toEqual([
      2,
      'usage: kv FILE init RECORDS     make a store with room for RECORDS keys',
    ]);
    expect(await machine.run('kv /tmp/s init 9x')).toEqual([1, '', "kv: RECORDS must be a number, not '9x'\n"]);
  });
});

describe('logger', () => {
  it('copies a log up to append to it, and moves it away when it is large', async () => {
    const machine = await overlayMachine(['logger'], { '/var/log/app': 'old line\n' });
    expect(await machine.run('logger /var/log/app started')).toEqual([0, '', '']);
    expect(machine.changes()).toEqual(['copy-up /var 0', 'copy-up /var/log 0', 'copy-up /var/log/app 9']);
    const [, text] = await machine.run('cat /var/log/app');
    expect(text).toMatch(/^old line\n2025-11-22T17:00:00Z started\n$/);
    expect(await machine.run('logger -n 5 -s 60 -k 2 /var/log/app again; ls /var/log; wc -l < /var/log/app.1')).toEqual(
      [0, 'app\napp.1\napp.2\n3\n', ''],
    );
    expect(await machine.run('logger /nowhere/log x')).toEqual([
      1,
      '',
      'logger: /nowhere/log: No such file or directory\n',
    ]);
    expect((await machine.run('logger'))[0]).toBe(2);
  });
});

describe('serve', () => {
  it('answers requests and copies nothing up', async () => {
    const machine = await overlayMachine(['serve'], {
      '/www/index.html': '<h1>Hi</h1>\n',
      '/www/a b.txt': 'text',
      '/secret': 'x',
    });
    const requests = 'GET /\nHEAD /index.html\nGET /a%20b.txt\nGET /none\nGET /../secret\nPUT /x\nGET /%zz';
    const [status, text] = await machine.run('serve /www', requests);
    expect(status).toBe(0);
    const answers = text.split('HTTP/1.1 ').slice(1);
    expect(answers.map((answer) => answer.split('\r\n')[0])).toEqual([
      '200 OK',
      '200 OK',
      '200 OK',
      '404 Not Found',
      '403 Forbidden',
      '405 Method Not Allowed',
      '400 Bad Request',
    ]);
    expect(answers[0]).toMatch(
      /Content-Type: text\/html; charset=utf-8\r\nETag: ".*"\r\nContent-Length: 12\r\n\r\n<h1>Hi<\/h1>\n$/,
    );
    expect(answers[1]).toMatch(/Content-Length: 12\r\n\r\n$/);
    expect(answers[2]).toMatch(/text\/plain.*\r\n\r\ntext$/s);
    expect(answers[3]).toContain('/none: No such file or directory');
    expect(machine.changes()).toEqual([]);
    expect((await machine.run('mkdir /www/sub; serve /www /sub'))[1]).toContain('Location: /sub/');
  });
});

describe('pkg', () => {
  const archive = gnuTar([
    { name: './usr/bin/tool', content: '#!/bin/sh\necho tool 2\n' },
    { name: './usr/share/tool/', type: '5' },
    { name: './usr/bin/t', type: '2', link: 'tool' },
    { name: './usr/bin/hard', type: '1', link: './usr/bin/tool' },
    { name: `./usr/share/tool/${'long'.repeat(30)}`, content: 'x' },
  ]);

  it('installs new files in the place of old ones, and removes them', async () => {
    const machine = await overlayMachine(['pkg'], {
      '/tool.tar': archive,
      '/usr/bin/tool': 'old tool, of the image\n',
    });
    expect(await machine.run('pkg install /tool.tar')).toEqual([0, 'tool: 5 entries installed\n', '']);
    // The old file is replaced, not written to: a whiteout for a moment, and none of its bytes copied.
    expect(machine.changes().filter((line) => line.includes('/usr/bin/tool '))).toEqual([]);
    expect(await machine.run('cat /usr/bin/t; readlink /usr/bin/t; stat -c %h /usr/bin/hard; pkg list')).toEqual([
      0,
      '#!/bin/sh\necho tool 2\ntool\n2\ntool\n',
      '',
    ]);
    expect(await machine.run('pkg list tool | head -n 1; pkg remove tool; ls /usr/bin; pkg list')).toEqual([
      0,
      '/usr/bin/tool\ntool: removed\n',
      '',
    ]);
    expect(machine.changes()).toContain('whiteout /usr/bin/tool');
  });

  it('refuses what is no package, and what would leave the root', async () => {
    const machine = await overlayMachine(['pkg'], {
      '/bad.tar': 'x'.repeat(2048),
      '/escape.tar': gnuTar([{ name: '../../etc/passwd', content: 'x' }]),
    });
    expect(await machine.run('pkg install /bad.tar')).toEqual([
      1,
      '',
      'pkg: /bad.tar: not a tar archive, or damaged at byte 0\n',
    ]);
    expect(await machine.run('pkg install /escape.tar /tmp')).toEqual([
      1,
      '',
      'pkg: ../../etc/passwd: leads out of the root; nothing more is installed\n',
    ]);
    expect(await machine.run('pkg remove nothing')).toEqual([1, '', "pkg: no package 'nothing' is installed\n"]);
  });
});

describe('sums', () => {
  it('reads everything and finds what was changed', async () => {
    const machine = await overlayMachine(['sums'], { '/data/a': 'hello\n', '/data/b': '' });
    expect(await machine.run('sums /data | tee /tmp/list')).toEqual([
      0,
      '363a3020           6  /data/a\n00000000           0  /data/b\n',
      '',
    ]);
    expect(await machine.run('sums -c /tmp/list')).toEqual([0, '', '']);
    expect(await machine.run('echo x > /data/a; rm /data/b; sums -c /tmp/list')).toEqual([
      1,
      '/data/a: changed\n/data/b: No such file or directory\n',
      '',
    ]);
  });
});

describe('watch and benchmark', () => {
  it('look and measure, and end by themselves', async () => {
    const machine = await overlayMachine(['watch', 'benchmark'], { '/data/a': 'x' });
    expect(await machine.run('watch -i 500 -n 3 /data')).toEqual([0, '', '']);
    const [status, table] = await machine.run('benchmark /tmp 20; ls /tmp');
    expect([status, table.split('\n').length]).toEqual([0, 11]);
    expect(machine.changes().every((line) => line === 'copy-up /tmp 0')).toBe(true);
  });
});
