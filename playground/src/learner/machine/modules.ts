/** What a learner's file may import: the modules that `layerscope serve --snapshotter` resolves for it, too. */
import * as fs from '@layerscope/core/fs';
import * as kernel from '@layerscope/core/kernel';
import * as layers from '@layerscope/core/layers';
import * as snapshots from '@layerscope/core/snapshots';
import * as snapshotters from '@layerscope/core/snapshotters';
import { LearnerProblem } from '../job.ts';

const MODULES: ReadonlyMap<string, object> = new Map<string, object>([
  ['@layerscope/core/fs', fs],
  ['@layerscope/core/kernel', kernel],
  ['@layerscope/core/layers', layers],
  ['@layerscope/core/snapshots', snapshots],
  ['@layerscope/core/snapshotters', snapshotters],
]);

/** CommonJS's `require` for a learner's file. */
export const requireCore = (specifier: string): object => {
  const found = MODULES.get(specifier);
  if (found === undefined)
    throw new LearnerProblem('foreign-import', { specifier, known: [...MODULES.keys()].join(', ') });
  return found;
};
