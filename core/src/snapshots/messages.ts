import type { ErrorClass } from './errors.ts';

/**
 * Every refusal of the snapshot contract in one place: containerd 2.x's class and wording, what the values in it are,
 * and what a user can do about it. The lifecycle machine names rows of this table, the store and the snapshotters
 * throw them, the documentation prints them.
 *
 * `{key}` stands for a value of the error's `data`; `{key|q}` is the same in Go's quoted form (`%q`). The text of the
 * class is appended when the error is made (": not found"); the class Unknown appends nothing.
 */
export interface Message {
  readonly code: ErrorClass;
  readonly text: string;
  readonly advice: string;
}

const TABLE = {
  // Reading
  'store-never-written': [
    'NotFound',
    'bucket does not exist',
    'Nothing was ever prepared here: prepare a snapshot first.',
  ],
  'store-closed': [
    'Unknown',
    'failed to start transaction: database not open',
    'This snapshotter was closed: make a new one.',
  ],
  'snapshot-missing': ['NotFound', 'snapshot does not exist', 'List the snapshots to see which keys exist.'],
  'not-mountable': [
    'FailedPrecondition',
    'requested snapshot {key} not active or view',
    'A committed snapshot is never mounted itself: make a view on it.',
  ],
  'parent-chain-broken': [
    'NotFound',
    'failed to get parent chain: missing parent',
    'The record of a parent is gone: the metadata was changed behind the store.',
  ],

  // Prepare, View
  'kind-not-creatable': [
    'InvalidArgument',
    'snapshot type {kind} invalid; only snapshots of type Active or View can be created',
    'Prepare an active snapshot and commit it.',
  ],
  'parent-missing': ['NotFound', 'missing parent {parent|q} bucket', 'Commit the parent before building on it.'],
  'parent-not-committed': [
    'InvalidArgument',
    'parent {parent|q} is not committed snapshot',
    'Only a committed snapshot can be a parent: commit it, and pass its name rather than its key.',
  ],
  'key-taken': [
    'AlreadyExists',
    'snapshot {key}',
    'Keys and names share one space: choose another key, or remove the one that holds it.',
  ],
  'key-empty': ['Unknown', 'bucket name required', 'Pass a key that is not empty.'],
  'label-key-empty': [
    'Unknown',
    'failed to set label ""={value|q}: key required',
    'Pass labels whose keys are not empty.',
  ],

  // Commit
  'name-taken': [
    'AlreadyExists',
    'committed snapshot {name}',
    'Keys and names share one space: commit under another name, or use the snapshot that has it.',
  ],
  'name-empty': ['Unknown', 'committed snapshot : bucket name required', 'Pass a name that is not empty.'],
  'active-missing': [
    'NotFound',
    'failed to get active snapshot {key|q}',
    'Prepare the key first; after a commit it is gone.',
  ],
  'not-active': ['FailedPrecondition', 'snapshot {key|q} is not active', 'Only what prepare made can be committed.'],
  'rebase-conflict': [
    'InvalidArgument',
    'cannot change parent of active snapshot {key|q} on commit',
    'Only an active snapshot without a parent takes one at commit.',
  ],
  'rebase-parent-missing': [
    'NotFound',
    'missing parent {parent|q} of snapshot {key|q}',
    'Commit the parent before rebasing onto it.',
  ],
  'rebase-parent-not-committed': [
    'FailedPrecondition',
    'parent {parent|q} is not committed',
    'Only a committed snapshot can be a parent: commit it first.',
  ],

  // Remove
  'remove-missing': ['NotFound', 'snapshot {key}', 'It was removed before, or committed under another name.'],
  'has-children': [
    'FailedPrecondition',
    'cannot remove snapshot with child',
    'Remove the snapshots and views made on it first; removal never cascades.',
  ],

  // Update
  'field-fixed': [
    'InvalidArgument',
    'cannot update {path|q} field on snapshot {name|q}',
    'Only "labels" and "labels.<key>" can be updated.',
  ],

  // Walk
  'filter-syntax': ['InvalidArgument', '{text}', 'Write filters as field==value, field!=value or field~=regexp.'],

  // ID mapping, see id-map.ts
  'id-map-unparsable': [
    'Unknown',
    'failed to unmarshal snapshot ID mapped labels: {problem}',
    'Write the label as container:host:length, several separated by commas.',
  ],
  'id-map-without-root': [
    'Unknown',
    'failed to find root pair: container ID 0 cannot be mapped to a host ID',
    'Map container id 0: the root directory of the snapshot needs an owner.',
  ],

  // What a storage design needs of the machine
  'not-on-btrfs': [
    'FailedPrecondition',
    'path {path} must be a btrfs filesystem to be used with the btrfs snapshotter',
    'Put the root on a btrfs, or use the snapshotter overlayfs, which needs none.',
  ],

  // Anything the machine below answered
  'kernel-failure': ['Unknown', '{problem}', 'The kernel refused: see the errno in the data of this error.'],
} as const;

/** The stable name of a refusal, e.g. `'has-children'`. */
export type Reason = keyof typeof TABLE;

/** For each refusal its class, containerd's text with `{places}` for the names, and what to do about it. */
export const MESSAGES: { readonly [reason in Reason]: Message } = Object.fromEntries(
  Object.entries(TABLE).map(([reason, [code, text, advice]]) => [reason, { code, text, advice }]),
) as { [reason in Reason]: Message };
