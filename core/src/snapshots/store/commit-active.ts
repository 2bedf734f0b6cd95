import type { Clock } from '../../fs/index.ts';
import type { Usage } from '../../kernel/index.ts';
import { refusal } from '../errors.ts';
import { judge } from '../lifecycle.ts';
import type { RebaseFact } from '../lifecycle.ts';
import type { MetaReader, MetaWriter } from '../meta-store.ts';
import type { CommitOptions } from '../snapshotter.ts';
import { countChild, readRecord, recordRow, requireWritten, stateOf, storedLabels } from './rows.ts';
import type { SnapshotRecord } from './rows.ts';

/**
 * What the option `parent` asks for (containerd 2.2+). A rebase onto the name that this very commit begins counts as
 * missing: containerd would write a snapshot that is its own parent, and every later walk up its chain would not end.
 */
const rebaseFact = (tx: MetaReader, key: string, active: SnapshotRecord | undefined, parent: string): RebaseFact => {
  const own = active?.parent ?? '';
  if (parent === own || parent === '') return 'keep';
  if (own !== '') return 'conflict';
  return parent === key ? 'Absent' : stateOf(readRecord(tx, parent));
};

/**
 * Ends the active snapshot `key` and begins the committed snapshot `name`, which keeps its id. Labels and times are new,
 * nothing of the active snapshot's labels stays. Checks, in containerd's order: the name is free (AlreadyExists), the
 * key exists (NotFound) and is active (FailedPrecondition), the parent may change (InvalidArgument), the new parent
 * exists (NotFound) and is committed (FailedPrecondition). Answers the id.
 */
export const commitActive = (
  tx: MetaWriter,
  clock: Clock,
  key: string,
  name: string,
  usage: Usage,
  options: CommitOptions = {},
): string => {
  const taken = readRecord(tx, name);
  const active = readRecord(tx, key);
  if (taken === undefined && active === undefined) requireWritten(tx);
  judge(stateOf(taken), { type: 'name' }, { name, key });
  if (name === '') throw refusal('name-empty');
  const wanted = options.parent ?? '';
  judge(
    stateOf(active),
    { type: 'commit', rebase: rebaseFact(tx, key, active, wanted) },
    { name, key, parent: wanted },
  );

  const { id, parent: own, parentId: ownId } = active as SnapshotRecord;
  const parent = own === '' ? wanted : own;
  const rebased = parent === own ? undefined : readRecord(tx, parent);
  const now = String(clock.now());
  tx.put(recordRow(name), {
    id,
    kind: 'Committed',
    parent,
    parentId: rebased?.id ?? ownId,
    children: 0,
    labels: storedLabels(options.labels ?? {}),
    created: now,
    updated: now,
    inodes: usage.inodes,
    size: usage.size,
  } satisfies SnapshotRecord);
  tx.delete(recordRow(key));
  if (rebased !== undefined) countChild(tx, parent, 1);
  return String(id);
};
