/** Every way to make or remove a name, in every state of the name, as Linux 6.18 answered it. */
import { describe, expect, it } from 'vitest';
import { CREATE_OPERATIONS, createRows, playCreate, recordedCreate } from './play-create.ts';
import { SimulatedMount } from './simulated-mount.ts';

describe.each(CREATE_OPERATIONS)('%s', (operation) => {
  it.each([
    ['the default options', 0],
    ['redirect_dir=on', 1],
    ['index=on,redirect_dir=on,metacopy=on', 2],
  ])('in every state of the name, with %s', (_, options) => {
    const chosen = createRows.filter((row) => row[0] === operation && row[2] === options);
    expect(chosen).toHaveLength(16);
    for (const row of chosen) {
      const state = row[1];
      expect({ state, ...playCreate(new SimulatedMount(), row) }).toEqual({ state, ...recordedCreate(row) });
    }
  });
});
