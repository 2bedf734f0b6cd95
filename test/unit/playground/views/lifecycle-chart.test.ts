import { describe, expect, it } from 'vitest';
import { machineChart, recognizeRefusal } from '../../../../playground/src/kernel/observe/chart.ts';
import { arrowOf, ARROWS, isArrow, STATE_PLACES } from '../../../../playground/src/views/machine/chart/places.ts';

describe('the drawing of the lifecycle', () => {
  const chart = machineChart();

  it('has a place for every state, and an arrow for every transition to another', () => {
    expect(chart.states.map(({ name }) => name).toSorted()).toEqual(Object.keys(STATE_PLACES).toSorted());
    const moving = chart.transitions.filter(isArrow);
    expect(moving.filter((transition) => arrowOf(transition) === undefined)).toEqual([]);
    expect(new Set(moving.map(({ from, event }) => `${from} ${event}`))).toEqual(new Set(Object.keys(ARROWS)));
  });

  it('tells refusals by the text of the error', () => {
    expect(recognizeRefusal('snapshot web: already exists')).toMatchObject({ code: 'AlreadyExists' });
    expect(
      recognizeRefusal('failed to remove snapshot a: cannot remove snapshot with child: failed precondition'),
    ).toMatchObject({ guard: 'hasChildren', code: 'FailedPrecondition' });
    expect(recognizeRefusal('something else')).toBeUndefined();
  });
});
