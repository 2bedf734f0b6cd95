import { describe, expect, it } from 'vitest';
import type { Flag } from '@layerscope/core/ctr';
import { durationOf, parseFlags } from '../../../../core/src/ctr/line/parse.ts';

const FLAGS: readonly Flag[] = [
  { names: ['id'], type: 'string', usage: '' },
  { names: ['sync'], type: 'bool', usage: '' },
  { names: ['label'], type: 'strings', usage: '' },
  { names: ['expires', 'x'], type: 'duration', usage: '' },
];
const parse = (line: string, endsFlags = false): readonly [Record<string, readonly string[]>, readonly string[]] => {
  const { given, operands } = parseFlags(FLAGS, line.split(' '), endsFlags);
  return [Object.fromEntries(given), operands];
};

describe('a command line', () => {
  it.each([
    ['--id a b', { id: ['a'] }, ['b']],
    ['b --id a', { id: ['a'] }, ['b']],
    ['-id=a b', { id: ['a'] }, ['b']],
    ['a --sync b', { sync: ['true'] }, ['b', 'a']],
    ['--sync=false a', { sync: ['false'] }, ['a']],
    ['--label a=b --label c=d x', { label: ['a=b', 'c=d'] }, ['x']],
    ['-x 1h a', { expires: ['1h'] }, ['a']],
    ['a -- --id b', {}, ['a', '--', '--id', 'b']],
    ['-- --id b', {}, ['--id', 'b']],
    ['a --unknown', {}, ['a', '--unknown']],
  ])('%s', (line, given, operands) => {
    expect(parse(line)).toEqual([given, operands]);
  });

  it('of a program inside another one keeps its flags', () => {
    expect(parse('--id a run sh --id b', true)).toEqual([{ id: ['a'] }, ['run', 'sh', '--id', 'b']]);
  });

  it.each([
    ['--unknown', 'flag provided but not defined: -unknown'],
    ['--id', 'flag needs an argument: -id'],
    ['-x soon', 'invalid value "soon" for flag -x: parse error'],
    ['--sync=perhaps', 'invalid boolean value "perhaps" for -sync: parse error'],
  ])('%s is refused', (line, message) => {
    expect(() => parse(line)).toThrow(message);
  });

  it('takes durations as Go writes them', () => {
    expect(durationOf('1h30m')).toBe(5_400_000_000_000n);
    expect(durationOf('1.5s')).toBe(1_500_000_000n);
    expect(durationOf('0s')).toBe(0n);
  });
});
