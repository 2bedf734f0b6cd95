/**
 * Every rename of one name state onto another, as Linux 6.18 answered it: the errno, what the upper layer then holds,
 * and what shows through the mount, now and after a remount.
 */
import { describe, expect, it } from 'vitest';
import { playRename, recordedRename, renameRows } from './play-rename.ts';
import { SimulatedMount } from './simulated-mount.ts';

describe.each(['0', 'NOREPLACE', 'EXCHANGE'])('rename with flags %s', (flags) => {
  describe.each([false, true])('redirect_dir=on: %s', (redirect) => {
    const chosen = renameRows.filter((row) => row.flags === flags && row.redirect === redirect);
    const sources = [...new Set(chosen.map((row) => row.source))];
    it.each(sources)('%s onto everything', (source) => {
      for (const row of chosen.filter((each) => each.source === source)) {
        const name = `${row.source} onto ${row.target} in /${row.dir}`;
        expect({ name, ...playRename(new SimulatedMount(), row) }).toEqual({ name, ...recordedRename(row) });
      }
    });
  });
});
