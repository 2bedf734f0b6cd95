import { describe, expect, it } from 'vitest';
import { wasiFormat, type Input } from '@layerscope/core/shell';
import { createMachine } from './machine.ts';

const DEVICES = 'mkdir /dev; mknod -m 666 /dev/zero c 1 5; mknod -m 666 /dev/null c 1 3';

describe('a pipeline', () => {
  it('runs all its sides at once', async () => {
    const machine = await createMachine();
    await machine.run(DEVICES);
    expect(await machine.run('cat /dev/zero | head -c 5 | od -An -tx1')).toEqual([0, ' 00 00 00 00 00\n', '']);
    expect(await machine.run('yes | head -n 2')).toEqual([0, 'y\ny\n', '']);
    expect(await machine.run('while :; do echo x; done | head -n 3')).toEqual([0, 'x\nx\nx\n', '']);
    expect(await machine.run('dd if=/dev/zero bs=64k 2>/dev/null | head -c 200000 | wc -c')).toEqual([
      0,
      '200000\n',
      '',
    ]);
  });

  it('hands more on than fits into a pipe, and answers the status of the last side', async () => {
    const machine = await createMachine();
    await machine.run(DEVICES);
    const numbers = 'i=0; while [ $i -lt 2000 ]; do i=$((i+1)); echo line-number-$i-with-some-text-behind-it; done';
    expect(await machine.run(`{ ${numbers}; } | cat | grep -c line`)).toEqual([0, '2000\n', '']);
    expect(await machine.run(`{ ${numbers}; } | { read first; cat > /dev/null; echo $first; exit 3; }`)).toEqual([
      3,
      'line-number-1-with-some-text-behind-it\n',
      '',
    ]);
    expect(await machine.run('false | true; echo $?; true | false; echo $?; ! true | false; echo $?')).toEqual([
      0,
      '0\n1\n0\n',
      '',
    ]);
  });

  it('leaves the input to who reads it', async () => {
    const machine = await createMachine();
    await machine.run('echo needle > file');
    const script = 'printf "a\\nb\\n" | while read line; do grep -c needle file; echo $line; done';
    expect(await machine.run(script)).toEqual([0, '1\na\n1\nb\n', '']);
    expect(await machine.run('yes a | { sed -n "1{p;q}" file; head -n 1; }')).toEqual([0, 'needle\na\n', '']);
    expect(await machine.run('printf "3\\n1\\n2\\n" | sort | tr "\\n" " "')).toEqual([0, '1 2 3 ', '']);
    expect(await machine.run('(echo one; echo two) | { read a; read b; echo $b $a; }')).toEqual([0, 'two one\n', '']);
  });

  it('ends a writer that nobody listens to, without a word', async () => {
    const machine = await createMachine();
    expect(await machine.run('{ yes; echo $? >&2; } | true')).toEqual([0, '', '141\n']);
    expect(await machine.run('{ trap "" PIPE; yes; echo $? >&2; } | true')).toEqual([0, '', '141\n']);
  });
});

describe('jobs', () => {
  it('run beside the shell, which can wait for them', async () => {
    const machine = await createMachine();
    expect(await machine.run('(exit 3) & wait $!; echo $?; wait 999; echo $?')).toEqual([0, '3\n127\n', '']);
    expect(await machine.run('echo a > /f & cat /f; wait')).toEqual([0, 'a\n', '']);
    expect(await machine.run('mkfifo x; { sleep 1; echo done; } & wait; echo after')).toEqual([0, 'done\nafter\n', '']);
    expect(await machine.run('wait abc; echo $?')).toEqual([0, '2\n', 'sh: 1: wait: Illegal number: abc\n']);
    expect(await machine.run('cat & wait $!; echo $?', 'not for the job')).toEqual([0, '0\n', '']);
  });

  it('can be ended though they would run for ever', async () => {
    const machine = await createMachine();
    await machine.run(DEVICES);
    expect(await machine.run('while :; do :; done & kill $!; wait $!; echo $?')).toEqual([0, '143\n', 'Terminated\n']);
    expect(await machine.run('cat /dev/zero > /dev/null & kill -9 $!; wait $!; echo $?')).toEqual([
      0,
      '137\n',
      'Killed\n',
    ]);
    expect(await machine.run('yes > /dev/null & kill -INT %1; wait %1; echo $?')).toEqual([0, '130\n', '']);
    expect(await machine.run('while :; do :; done & jobs; kill -STOP %1; jobs; kill -9 %1; wait')).toEqual([
      0,
      '[1] + Running                    sh\n[1] + Stopped                    sh\n',
      '',
    ]);
  });

  it('are told apart, and from what is none', async () => {
    const machine = await createMachine();
    const messages = async (script: string): Promise<string> => {
      const [status, , stderr] = await machine.run(`${script}; exit $?`);
      return `${status} ${stderr}`;
    };
    expect(await messages('kill 99999')).toBe('1 sh: 1: kill: No such process\n\n');
    expect(await messages('kill -s FOO 1')).toBe('2 sh: 1: kill: invalid signal number or name: FOO\n');
    expect(await messages('kill abc')).toBe('2 sh: 1: kill: Illegal number: abc\n');
    expect(await messages('kill %3')).toBe('2 sh: 1: kill: No such job: %3\n');
    expect(await messages('kill -FOO 1')).toBe('2 sh: 1: kill: Illegal option -F\n');
    expect(await messages('kill')).toMatch(/^2 sh: 1: kill: Usage: kill/);
    expect(await machine.run('kill -l 143; kill -0 $$; echo $?')).toEqual([0, 'TERM\n0\n', '']);
  });
});

describe('signals', () => {
  it('end the shell, unless a trap says what to do', async () => {
    const machine = await createMachine();
    expect(await machine.run('trap "echo got" TERM; kill $$; echo after; trap - TERM')).toEqual([
      0,
      'got\nafter\n',
      '',
    ]);
    expect((await machine.run('kill -TERM $$; echo no'))[0]).toBe(143);
    expect(await machine.run('echo still here')).toEqual([0, 'still here\n', '']);
    expect((await machine.run(['sh', '-c', 'kill -9 $$; echo no']))[0]).toBe(137);
    const [, numbers] = await machine.run(['sh', '-c', 'echo $$; sh -c "echo \\$\\$"']);
    expect(numbers).toMatch(/^1\n\d+\n$/);
  });

  it('end a script that runs round in circles, from outside', async () => {
    const machine = await createMachine({ pause: () => new Promise((resolve) => setTimeout(resolve, 0)) });
    const running = machine.run('echo start; while :; do :; done; echo never');
    setTimeout(() => machine.shell.interrupt(), 30);
    expect(await running).toEqual([130, 'start\n', '']);
    await machine.run(DEVICES);
    const again = machine.run(['sh', '-c', 'yes > /dev/null']);
    setTimeout(() => machine.shell.interrupt(9), 30);
    expect((await again)[0]).toBe(137);
  });

  it('wake who waits for a terminal', async () => {
    const machine = await createMachine();
    const silent: Input = { waits: true, terminal: true, read: () => new Promise(() => {}) };
    const running = machine.shell.run('read line; echo never', { stdin: silent });
    await new Promise((resolve) => setTimeout(resolve, 20));
    machine.shell.interrupt();
    expect((await running).exitCode).toBe(130);
  });
});

describe('the process table', () => {
  it('lists what lives', async () => {
    const machine = await createMachine();
    const [status, table] = await machine.run('while :; do :; done & ps; kill -9 $!; wait');
    expect(status).toBe(0);
    expect(
      table
        .split('\n')
        .slice(0, 4)
        .map((line) => line.trim().split(/\s+/)),
    ).toEqual([
      ['PID', 'PPID', 'UID', 'STAT', 'COMMAND'],
      ['1', '0', '0', 'R', 'sh'],
      ['2', '1', '0', 'R', 'sh'],
      ['3', '1', '0', 'R', 'ps'],
    ]);
    expect(machine.shell.processes().map(({ pid, args, descriptors }) => ({ pid, args, descriptors }))).toEqual([
      { pid: 1, args: ['sh'], descriptors: [0, 1, 2] },
    ]);
    expect(machine.shell.kill(77, 9)).toBe(false);
  });

  it('leaves nothing behind of a program that was run by itself', async () => {
    const machine = await createMachine({ formats: [wasiFormat] });
    const [status, output] = await machine.run(['sh', '-c', 'while :; do :; done & echo $!']);
    expect([status, output]).toEqual([0, '2\n']);
    expect(machine.shell.processes().map(({ pid }) => pid)).toEqual([1]);
  });

  it('is the same every time', async () => {
    const script = 'for i in 1 2 3; do (echo $i; sleep 1; echo -$i) & done; yes | head -n 3000 | wc -l; wait; echo $!';
    const results = await Promise.all([1, 2, 3].map(async () => (await createMachine()).run(script)));
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });
});
