import { resolveSnapshotter } from '../../../sandbox/index.ts';
import type { Session } from '../../session.ts';

/** The flag's snapshotter, else the node's own. */
export const snapshotterName = ({ node, value }: Pick<Session, 'node' | 'value'>): string =>
  value('snapshotter') || node.snapshotterName;

/** What images are unpacked with and containers made with: a label of the namespace may name it, too. */
export const resolvedSnapshotter = ({ client, node, value }: Session): Promise<string> =>
  resolveSnapshotter(client, value('snapshotter'), node.snapshotterName);
