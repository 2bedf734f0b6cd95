import { Cell, changeRow, createTimeline } from '@layerscope/core/timeline';
import { seededRandom, steppingClock } from '@layerscope/core/fs';
import { describe, expect, it } from 'vitest';

describe('a timeline', () => {
  it('goes to any moment on any branch, any number of times', () => {
    const timeline = createTimeline();
    const cell = new Cell(timeline, 'a');
    const rows = new Map<string, number>();
    const at = new Map([['a', timeline.mark()]]);
    const step = (value: string): void => {
      cell.value = 'passing';
      cell.value = value;
      changeRow(timeline, rows, value, value.length);
      if (rows.has('b')) changeRow(timeline, rows, 'b', undefined);
      at.set(value, timeline.mark());
    };
    step('ab');
    step('abc');
    timeline.moveTo(at.get('ab')!);
    step('abd');
    step('abde');
    for (const name of ['abc', 'abde', 'a', 'abd', 'abc', 'ab', 'abde']) {
      timeline.moveTo(at.get(name)!);
      expect(cell.value).toBe(name);
      expect([...rows.keys()].toSorted()).toEqual(
        [...Array(name.length).keys()].map((length) => name.slice(0, length + 1)).slice(1),
      );
      expect(timeline.now).toBe(at.get(name));
    }
    expect(timeline.now.depth).toBe(4);
  });

  it('takes back what was not marked', () => {
    const timeline = createTimeline();
    const cell = new Cell(timeline, 1);
    const start = timeline.mark();
    cell.value = 2;
    timeline.moveTo(start);
    expect(cell.value).toBe(1);
    cell.value = 3;
    timeline.mark();
    timeline.moveTo(start);
    expect(cell.value).toBe(1);
  });

  it('keeps what cannot say when it changes', () => {
    const clock = steppingClock(0n, 1n);
    const random = seededRandom(7);
    const timeline = createTimeline();
    timeline.keep(clock);
    timeline.keep(random);
    const start = timeline.mark();
    const first = [clock.now(), ...random.bytes(4)];
    timeline.mark();
    timeline.moveTo(start);
    expect([clock.now(), ...random.bytes(4)]).toEqual(first);
  });

  it("refuses another timeline's moments", () => {
    const timeline = createTimeline();
    timeline.mark();
    expect(() => timeline.moveTo(createTimeline().mark())).toThrow('another timeline');
  });
});
