/** The line discipline: keys, editing, history, when a line is whole, what Tab offers. */
import { seededRandom, steppingClock } from '@layerscope/core/fs';
import { createSimulatedKernel } from '@layerscope/core/kernel';
import { createShell } from '@layerscope/core/shell';
import { describe, expect, it } from 'vitest';
import {
  CTR_WORDS,
  PROGRAMS,
  commandOf,
  complete,
  edited,
  emptyLine,
  keysOf,
  submitted,
  wantsMore,
  wordsOf,
  type Line,
} from '../../../../playground/src/terminal/line/index.ts';
import { columnsOf } from '../../../../playground/src/terminal/screen/width.ts';

const type = (data: string, line: Line = emptyLine()): Line => keysOf(data).reduce(edited, line);

describe('keys', () => {
  it('are read as a terminal sends them', () => {
    expect(keysOf('ab\x1b[A\x7f\r\x03').map((key) => (key.type === 'text' ? key.text : key.type))).toEqual([
      'ab',
      'up',
      'backspace',
      'enter',
      'interrupt',
    ]);
  });

  it('that mean nothing do not become text', () => {
    expect(keysOf('\x1b[200~x\x1b[?1;2c\x1bOP')).toEqual([{ type: 'text', text: 'x' }]);
  });

  it('of a pasted text with lines are lines', () => {
    expect(keysOf('a\r\nb\nc').map(({ type: name }) => name)).toEqual(['text', 'enter', 'text', 'enter', 'text']);
  });
});

describe('editing', () => {
  it.each([
    ['abc\x1b[D\x1b[DX', 'aXbc', 2],
    ['one two\x17', 'one ', 4],
    ['one two\x1b[1;5DX', 'one Xtwo', 5],
    ['abc\x01X\x05Y', 'XabcY', 5],
    ['abcdef\x1b[D\x1b[D\x0b', 'abcd', 4],
    ['abcdef\x1b[D\x15', 'f', 0],
    ['ab\x1b[D\x1b[3~', 'a', 1],
    ['a😀\x7f', 'a', 1],
    ['😀b\x1b[D\x1b[Dx', 'x😀b', 1],
    ['\x7f\x1b[D\x1b[3~', '', 0],
  ])('%j', (keys, text, cursor) => {
    expect(type(keys)).toMatchObject({ text, cursor });
  });

  it('recalls what was submitted, and keeps the new line meanwhile', () => {
    let line = submitted(type('first'));
    line = submitted(type('second', line));
    line = submitted(type('second', line));
    line = type('new', line);
    expect(line.history).toEqual(['first', 'second']);
    expect(type('\x1b[A', line).text).toBe('second');
    expect(type('\x1b[A\x1b[A\x1b[A', line).text).toBe('first');
    expect(type('\x1b[A\x1b[B', line).text).toBe('new');
  });
});

describe('a line', () => {
  it.each([
    '',
    'ls',
    "echo 'a'",
    'echo a \\\\',
    'if true; then ls; fi',
    'cat <<E\nx\nE',
    'echo done',
    'echo "a b" | wc',
  ])('%j is whole', (line) => expect(wantsMore(line)).toBe(false));

  it.each(["echo 'a", 'echo "a', 'ls |', 'true &&', 'echo a \\', 'for i in 1 2; do', 'cat <<E\nx', 'if true; then ls'])(
    '%j wants more',
    (line) => expect(wantsMore(line)).toBe(true),
  );

  it('splits into words as a shell does', () => {
    expect(wordsOf(`ctr images 'a b' "c \\"d" e\\ f ''`)).toEqual(['ctr', 'images', 'a b', 'c "d', 'e f', '']);
  });

  it('becomes a command of the node', () => {
    expect(commandOf('ctr images ls', 'web', '/etc').command).toEqual({ type: 'ctr', args: ['images', 'ls'] });
    expect(commandOf('ls', 'web', '/').command).toEqual({ type: 'exec', container: 'web', args: ['sh', '-c', 'ls'] });
    expect(commandOf('ls', 'web', "/it's").command).toMatchObject({ args: ['sh', '-c', "cd '/it'\\''s' && ls"] });
    expect(commandOf('mount', '', '/').command).toEqual({ type: 'shell', script: 'mount' });
    expect(commandOf('ctr images ls | wc -l', '', '/').command).toEqual({
      type: 'shell',
      script: 'ctr images ls | wc -l',
    });
    expect(commandOf('cd /etc', 'web', '/')).toMatchObject({
      changesDirectory: true,
      command: { args: ['sh', '-c', 'cd /etc && pwd'] },
    });
    expect(commandOf('cd /etc && ls', 'web', '/').changesDirectory).toBe(false);
  });
});

describe('Tab', () => {
  const candidates = {
    programs: ['cat', 'chmod', 'chown'],
    ctr: (typed: readonly string[]) => CTR_WORDS[typed.join(' ')] ?? ['sha256:abc', 'layerscope.test/demo:latest'],
    list: async (directory: string) =>
      directory === '/etc' ? ['motd', 'mtab', 'my file', '.hidden'] : directory === '/' ? ['etc/', 'opt/'] : [],
  };
  it.each([
    ['ca', '/', 't ', []],
    ['ch', '/', '', ['chmod', 'chown']],
    ['cat /e', '/', 'tc/', []],
    ['cat /etc/mo', '/', 'td ', []],
    ['cat mo', '/etc', 'td ', []],
    ['cat ', '/', '', ['etc/', 'opt/']],
    ['cat .h', '/etc', 'idden ', []],
    ['ls | ca', '/', 't ', []],
    ['ctr ima', '/', 'ges ', []],
    ['ctr images imp', '/', 'ort ', []],
    ['zz', '/', '', []],
    ['ctr snapshots rm sha', '/', '256:abc ', []],
    ['ctr images rm layerscope.test/d', '/', 'emo:latest ', []],
  ])('%j in %s', async (text, cwd, insert, choices) => {
    expect(await complete(text, cwd, candidates)).toEqual({ insert, choices });
  });

  it('offers no program that the shell does not bring', async () => {
    const [clock, random] = [steppingClock(0n), seededRandom(1)];
    const process = createSimulatedKernel({ clock, random }).spawn();
    const { programs } = createShell({ process, clock, random });
    expect(PROGRAMS.filter((name) => !programs.includes(name))).toEqual([]);
    expect(PROGRAMS.length).toBeGreaterThan(60);
  });
});

it('wide characters take two columns, accents none', () => {
  expect([columnsOf('abc'), columnsOf('中文'), columnsOf('e\u0301')]).toEqual([3, 4, 1]);
});
