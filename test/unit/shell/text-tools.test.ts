import { describe, expect, it } from 'vitest';
import { createMachine } from './machine.ts';

/** Every tool taken from just-bash: the version is pinned, and this is what would notice another one. */
const TOOLS: Record<string, readonly [script: string, output: string]> = {
  awk: ["printf 'a 1\\nb 2\\n' | awk '{s+=$2} END{print s}'", '3\n'],
  base64: ['printf hi | base64', 'aGk=\n'],
  basename: ['basename /a/b.c .c', 'b\n'],
  column: ["printf 'a b\\n' | column -t", 'a  b\n'],
  comm: ['echo a > f; echo b > g; comm f g', 'a\n\tb\n'],
  cut: ['echo a:b | cut -d: -f2', 'b\n'],
  diff: ['echo a > f; echo a > g; diff f g; echo $?', '0\n'],
  dirname: ['dirname /a/b', '/a\n'],
  egrep: ["echo ab | egrep 'a|c'", 'ab\n'],
  expand: ["printf 'a\\tb\\n' | expand -t 2", 'a b\n'],
  expr: ['expr 2 + 3', '5\n'],
  fgrep: ['echo a.b | fgrep .', 'a.b\n'],
  fold: ['echo abcd | fold -w 2', 'ab\ncd\n'],
  grep: ['echo abc | grep -c b', '1\n'],
  join: ["echo '1 a' > f; echo '1 b' > g; join f g", '1 a b\n'],
  jq: ['echo \'{"a":[1,2]}\' | jq -c .a', '[1,2]\n'],
  md5sum: ['printf x | md5sum', '9dd4e461268c8034f5c8564e155c67a6  -\n'],
  nl: ['echo a | nl', '     1\ta\n'],
  paste: ['seq 3 | paste -sd, -', '1,2,3\n'],
  rev: ['echo abc | rev', 'cba\n'],
  sed: ["echo abc | sed -n 's/b/B/p'", 'aBc\n'],
  seq: ['seq 2', '1\n2\n'],
  sha1sum: ['printf x | sha1sum', '11f6ad8ec52a2984abaafd7c3b516503785c2072  -\n'],
  sha256sum: ['printf x | sha256sum', '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881  -\n'],
  sort: ["printf 'b\\na\\n' | sort", 'a\nb\n'],
  split: ['seq 2 > f; split -l 1 f; cat xab', '2\n'],
  strings: ["printf 'abcdef\\n' | strings", 'abcdef\n'],
  tac: ['seq 2 | tac', '2\n1\n'],
  tail: ['seq 3 | tail -n 1', '3\n'],
  tr: ["printf 'a\\0b' | tr '\\0' '-'", 'a-b'],
  tree: ['mkdir d; tree d | head -n 1', 'd\n'],
  unexpand: ["printf '        a\\n' | unexpand", '\ta\n'],
  uniq: ["printf 'a\\na\\n' | uniq", 'a\n'],
  wc: ['echo abc | wc -c', '4\n'],
};

describe('text tools', () => {
  it.each(Object.entries(TOOLS))('%s', async (_name, [script, output]) => {
    const { run } = await createMachine();
    expect((await run(script)).slice(0, 2)).toEqual([0, output]);
  });

  it('keep bytes that are no text', async () => {
    const { run, shell } = await createMachine();
    await run("printf 'b\\377\\na\\376\\n' > f");
    const { stdout } = await shell.run('sort f | cat; tail -n 1 f; tee g < f > /dev/null; cat g');
    expect([...stdout]).toEqual([0x61, 0xfe, 10, 0x62, 0xff, 10, 0x61, 0xfe, 10, 0x62, 0xff, 10, 0x61, 0xfe, 10]);
  });

  it('leave stdin alone when they have files', async () => {
    const { run } = await createMachine();
    expect(await run('echo x1 > f; while read k; do grep $k f; done', 'x\n1\n')).toEqual([0, 'x1\nx1\n', '']);
  });

  it('walk symlinks as the kernel does, not in the text of the path', async () => {
    const { run } = await createMachine();
    expect(
      await run('mkdir -p a/b; ln -s a/b l; echo right > a/f; echo wrong > f; grep . l/../f; sort l/../f'),
    ).toEqual([0, 'right\nright\n', '']);
  });

  it('replace a file that sed edits, and leave its other names', async () => {
    const { run } = await createMachine();
    expect(await run('echo a > f; chmod 640 f; ln f g; sed -i s/a/b/ f; cat f g; stat -c "%n %a %h" f g')).toEqual([
      0,
      'b\na\nf 640 1\ng 640 1\n',
      '',
    ]);
  });
});
