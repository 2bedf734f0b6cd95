/** The learner's end: the file becomes a snapshotter on what the node hands over, and answers its calls. */
import type { Info, Snapshotter } from '@layerscope/core/snapshots';
import { connect, serve, type Port } from '../../kernel/rpc.ts';
import { LearnerProblem } from '../job.ts';
import { readModule, type ImportText } from '../machine/read-module.ts';
import { mirroredStore } from './mirrored-store.ts';
import type { GroundApi, LearnerApi, NodeJob } from './protocol.ts';
import { followedClock, remoteKernel } from './remote-kernel.ts';
import { answered } from './revive.ts';

const METHODS = [
  'stat',
  'update',
  'usage',
  'mounts',
  'prepare',
  'view',
  'commit',
  'remove',
  'cleanup',
  'close',
] as const;

/** A problem in words: there is no view here to say it in the user's language. */
const said = (error: unknown): unknown =>
  error instanceof LearnerProblem
    ? new Error(`${error.problem.code}: ${Object.values(error.problem.data).join(', ')}`)
    : error;

export const serveNode = ({ module }: NodeJob, importText: ImportText, port: Port): void => {
  const clock = followedClock();
  const node = connect<GroundApi>(port, () => undefined);
  let snapshotter: Snapshotter | undefined;

  const ask = async (method: string, args: readonly unknown[]): Promise<unknown> => {
    if (snapshotter === undefined) throw new Error(`${module.name} has made no snapshotter`);
    if (method === 'walk') {
      const found: Info[] = [];
      await snapshotter.walk((info) => void found.push(info), ...(args as readonly string[]));
      return found;
    }
    const known = METHODS.find((name) => name === method);
    if (known === undefined) throw new Error(`no method ${method}`);
    const call = snapshotter[known] as ((...given: readonly unknown[]) => Promise<unknown>) | undefined;
    return call?.apply(snapshotter, [...args]);
  };

  serve<LearnerApi>(port, {
    ready: async () => undefined,
    create: async ({ root, rows, now }) => {
      clock.hear(now);
      try {
        const source = await readModule(module, importText);
        const store = await mirroredStore(rows, (changes) => answered(node.call('store', changes)));
        snapshotter = await source.create({ root, kernel: remoteKernel(node, clock), store });
      } catch (error) {
        throw said(error);
      }
    },
    ask: ({ method, args, now }) => {
      clock.hear(now);
      return ask(method, args);
    },
  });
};
