import type { Session } from '../../session.ts';

/** The flag's snapshotter, else the node's own. */
export const snapshotterName = ({ node, value }: Pick<Session, 'node' | 'value'>): string =>
  value('snapshotter') || node.snapshotterName;
