/** Every refusal of the node's metadata layer and services: containerd's class and words, and what to do. */
import { ContainerdError, classText, goQuote, type ErrorData } from '../../snapshots/index.ts';

const TABLE = {
  'namespace-required': ['FailedPrecondition', 'namespace is required', 'Name a namespace, e.g. "default".'],
  'namespace-taken': ['AlreadyExists', 'namespace {name|q}', 'Use it, or choose another name.'],
  'namespace-missing': ['NotFound', 'namespace {name|q}', 'List the namespaces to see which exist.'],
  'namespace-in-use': [
    'FailedPrecondition',
    'namespace {name|q} must be empty, but it still has {holds}',
    'Delete what is in it first.',
  ],
  identifier: [
    'InvalidArgument',
    'identifier {name|q} must match ^[A-Za-z0-9]+(?:[._-](?:[A-Za-z0-9]+))*$',
    'Begin and end with a letter or digit; one of . _ - may stand between two of them.',
  ],
  'identifier-empty': ['InvalidArgument', 'identifier must not be empty', 'Give it a name.'],
  'identifier-long': [
    'InvalidArgument',
    'identifier {name|q} greater than maximum length (76 characters)',
    'Choose a shorter name.',
  ],
  'label-too-long': [
    'InvalidArgument',
    'label key and value length ({size} bytes) greater than maximum size (4096 bytes), key: {key}',
    'Shorten the label; key and value count together.',
  ],
  'image-missing': ['NotFound', 'image {name|q}', 'List the images to see their full names.'],
  'image-taken': ['AlreadyExists', 'image {name|q}', 'Update it, or delete it first.'],
  'image-name-required': ['InvalidArgument', 'image name is required', 'Name the image.'],
  'container-missing': ['NotFound', 'container {id|q} in namespace {namespace|q}', 'List the containers.'],
  'container-taken': ['AlreadyExists', 'container {id|q}', 'Choose another id, or delete the container.'],
  'field-fixed': ['InvalidArgument', 'cannot update {path|q} field on {what} {name|q}', 'Only labels can be changed.'],
  'lease-missing': ['NotFound', 'lease {id|q}', 'List the leases; one that expired is deleted by the collector.'],
  'lease-absent': [
    'NotFound',
    'lease does not exist',
    'List the leases; one that expired is deleted by the collector.',
  ],
  'lease-taken': ['AlreadyExists', 'lease {id|q}', 'Choose another id.'],
  'resource-type': [
    'NotImplemented',
    'resource type {type} not supported yet',
    'Leases hold content, images, ingests and snapshots/<snapshotter>.',
  ],
  'resource-digest': ['InvalidArgument', 'invalid content resource id {id|q}', 'Name content by its sha256 digest.'],
  'lease-id-required': ['InvalidArgument', 'lease id must be provided', 'Give the lease an id.'],
  'resource-shape': ['InvalidArgument', 'invalid resource type {type}', 'Write snapshots/<snapshotter>.'],
  'content-missing': ['NotFound', 'content digest {digest}', 'List the content to see what is there.'],
  'snapshotter-argument': ['InvalidArgument', 'snapshotter argument missing', 'Name a snapshotter.'],
  'snapshotter-unknown': ['InvalidArgument', 'snapshotter not loaded: {name}', 'This node has {known}.'],
  'snapshotter-unused': ['NotFound', 'can not find snapshotter {name|q}', 'Prepare a snapshot with it first.'],
  'snapshot-missing': ['NotFound', 'snapshot {key} does not exist', 'List the snapshots of this snapshotter.'],
  'snapshot-taken': ['AlreadyExists', 'snapshot {key|q}', 'Keys and names share one space: choose another key.'],
  'snapshot-has-children': [
    'FailedPrecondition',
    'cannot remove snapshot with child',
    'Remove what was made on it first; ghosts() finds children that no list shows.',
  ],
  'target-taken': ['AlreadyExists', 'target snapshot {key|q}', 'It is there already: Stat it.'],
  'target-not-in-backend': ['NotFound', 'target snapshot {key|q} in backend', 'The remote snapshotter promised it.'],
  'parent-absent': ['NotFound', 'parent snapshot {parent} does not exist', 'Commit the parent before building on it.'],
  'parent-changed': [
    'InvalidArgument',
    'mismatched parent {parent} from target {key|q}',
    'The parent was replaced meanwhile: try again.',
  ],
  'name-required': ['InvalidArgument', '', 'Give the key of a snapshot.'],
} as const;

/** The stable name of a refusal of the node. */
export type NodeReason = keyof typeof TABLE;

/** A refusal with its advice; the contract's own are `ContainerdError`s, too. */
export class NodeError extends ContainerdError {
  readonly refused: NodeReason;

  constructor(refused: NodeReason, data: ErrorData = {}) {
    const [code, text] = TABLE[refused];
    const filled = text.replace(/\{(\w+)(\|q)?\}/g, (_, name: string, quoted?: string) =>
      quoted === undefined ? (data[name] ?? '') : goQuote(data[name] ?? ''),
    );
    super(code, filled === '' ? classText(code, '').slice(2) : classText(code, filled), undefined, data);
    this.refused = refused;
  }

  override get advice(): string {
    return TABLE[this.refused][2];
  }
}

/** `nodeRefusal('image-missing', { name: 'a' })` reads `image "a": not found`. */
export const nodeRefusal = (reason: NodeReason, data: ErrorData = {}): NodeError => new NodeError(reason, data);
