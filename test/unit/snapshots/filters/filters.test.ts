import { parseFilter, parseFilters, snapshotFields } from '@layerscope/core/snapshots';
import { describe, expect, it } from 'vitest';
import answers from './containerd-answers.json' with { type: 'json' };

const snapshot = snapshotFields({
  kind: 'Active',
  name: 'n1',
  parent: '',
  labels: { foo: 'bar', 'containerd.io/x': 'y z', 'a.b': 'c', n: '10' },
});

const ask = (filter: string): readonly [matches: boolean, error: string] => {
  try {
    return [parseFilters([filter])(snapshot), ''];
  } catch (error) {
    return [false, (error as Error).message];
  }
};

const image = (path: readonly string[]): string | undefined =>
  path.join('.') === 'target.digest' ? 'sha256:a' : undefined;

/** Rows of [filter, matches, error], as containerd 2.2's own parser answered them for the snapshot above. */
describe('answers of containerd', () => {
  const rows = answers as unknown as readonly (readonly [string, boolean, string])[];
  it('are there', () => expect(rows.length).toBeGreaterThan(300));
  for (const [filter, matches, error] of rows) {
    it(`${JSON.stringify(filter)}`, () => expect(ask(filter)).toEqual([matches, error]));
  }
});

describe('filters', () => {
  it('match everything when there are none, and anything that one of them matches', () => {
    expect(parseFilters([])(snapshot)).toBe(true);
    expect(parseFilters(['name==x', 'kind==active'])(snapshot)).toBe(true);
    expect(parseFilters(['name==x', 'kind==view'])(snapshot)).toBe(false);
  });

  it('are parsed, all of them, before anything is matched', () => {
    expect(() => parseFilters(['', 'a=b'])).toThrow('invalid argument');
  });

  it('read any object through its fields', () => {
    expect(parseFilter('target.digest~=^sha256:')(image)).toBe(true);
    expect(parseFilter('target.size')(image)).toBe(false);
  });

  it('find labels that are named as methods of objects are', () => {
    expect(parseFilter('labels.toString')(snapshot)).toBe(false);
    expect(parseFilter('labels.constructor!=x')(snapshot)).toBe(true);
  });
});
