import { median } from '../peer.js';

/** Both sides, in turn, `rounds` times after a round that warms up; nanoseconds for `count` of something. */
export const compare = async (sides, row, unit, command, count, rounds = 5) => {
  const figures = { ours: [], theirs: [] };
  for (let round = 0; round <= rounds; round++) {
    for (const side of ['ours', 'theirs']) {
      const took = Number(await sides[side].ask(command));
      if (round > 0) figures[side].push(took / count / 1000);
    }
  }
  const [ours, theirs] = [median(figures.ours), median(figures.theirs)];
  return { row, ours, theirs, unit, ratio: theirs / ours };
};
