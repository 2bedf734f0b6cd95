import { createNativeSnapshotter, createOverlayfsSnapshotter } from '@layerscope/core/snapshotters';
import { PEERS, type Costs, type Job, type JobMessage, type Peer } from '../job.ts';
import { check } from './check.ts';
import { problemOf, readModule, type ImportText } from './read-module.ts';
import { walk } from './walk.ts';
import { measure, type Candidate } from './costs/workload.ts';

const PEER: Readonly<Record<Peer, Candidate['create']>> = {
  overlayfs: createOverlayfsSnapshotter,
  native: createNativeSnapshotter,
};

/** Does the job and tells of it; the last message is a result or a problem. */
export const runJob = async (job: Job, importText: ImportText, tell: (message: JobMessage) => void): Promise<void> => {
  try {
    tell({ type: 'begun', label: job.module.name });
    const source = await readModule(job.module, importText);
    if (job.kind === 'walk') {
      tell({ type: 'result', result: await walk(source) });
      return;
    }
    if (job.kind === 'check') {
      const report = await check(source, {
        begun: (label) => tell({ type: 'begun', label }),
        verdict: (verdict, done, total) => tell({ type: 'verdict', verdict, done, total }),
      });
      tell({ type: 'result', result: report });
      return;
    }
    const costs: Costs[] = [];
    for (const name of [job.module.name, ...PEERS]) {
      tell({ type: 'begun', label: name });
      costs.push(await measure(name === job.module.name ? source : { name, create: PEER[name as Peer] }));
    }
    tell({ type: 'result', result: costs });
  } catch (error) {
    tell({ type: 'problem', problem: problemOf('file-threw', error).problem });
  }
};
