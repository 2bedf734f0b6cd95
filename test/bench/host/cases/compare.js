import { median } from '../peer.js';

/**
 * Both sides, in turn, `rounds` times after a round that warms up; nanoseconds for `count` of something. The ratio is the
 * middle one of the rounds' ratios: a machine that is slow for a while is slow for both.
 */
export const compare = async (sides, row, unit, command, count, rounds = 9) => {
  const figures = { ours: [], theirs: [] };
  for (let round = 0; round <= rounds; round++) {
    for (const side of ['ours', 'theirs']) {
      const took = Number(await sides[side].ask(command));
      if (round > 0) figures[side].push(took / count / 1000);
    }
  }
  const ratio = median(figures.theirs.map((theirs, round) => theirs / figures.ours[round]));
  return { row, ours: median(figures.ours), theirs: median(figures.theirs), unit, ratio };
};
