/**
 * The labels by which objects keep others alive.
 *
 *   containerd.io/gc.ref.content[.x|/x]            = digest    this object keeps the content
 *   containerd.io/gc.ref.snapshot.<sn>[/x]         = key       … the snapshot
 *   containerd.io/gc.ref.image[.x|/x]              = name      … the image
 *   containerd.io/gc.bref.content, .image, .container, .snapshot.<sn> (same endings) = id
 *                                                  the other way round: this object lives as long as the named one
 */
import type { Labels } from '../../../snapshots/index.ts';
import { snapshotResource, type Resource } from './resource.ts';

/** Kept whatever else; the value does not matter. */
export const LABEL_GC_ROOT = 'containerd.io/gc.root';
/** On a lease: it holds just what it names, and not what that refers to. */
export const LABEL_GC_FLAT = 'containerd.io/gc.flat';

const REFERENCE = 'containerd.io/gc.ref.';
const BACK_REFERENCE = 'containerd.io/gc.bref.';

export interface LabelReference {
  readonly label: string;
  readonly to: Resource;
}

/** `content`, `content.l.0`, `content/x` → content; `snapshot.overlayfs`, `snapshot.overlayfs/x` → that snapshotter's. */
const target = (namespace: string, kind: string, value: string, types: readonly string[]): Resource | undefined => {
  if (kind.startsWith('snapshot.')) {
    const [snapshotter = ''] = kind.slice('snapshot.'.length).split('/');
    return snapshotter === '' ? undefined : snapshotResource(namespace, snapshotter, value);
  }
  const type = /^(content|image|container)(?:[./]|$)/.exec(kind)?.[1];
  if (type === undefined || !types.includes(type)) return undefined;
  return { type: type as 'content' | 'image' | 'container', namespace, key: value };
};

const referencesBelow = (
  namespace: string,
  labels: Labels,
  prefix: string,
  types: readonly string[],
): readonly LabelReference[] =>
  Object.entries(labels).flatMap(([label, value]) => {
    if (!label.startsWith(prefix)) return [];
    const to = target(namespace, label.slice(prefix.length), value, types);
    return to === undefined ? [] : [{ label, to }];
  });

/** What an object with these labels keeps alive. */
export const labelReferences = (namespace: string, labels: Labels): readonly LabelReference[] =>
  referencesBelow(namespace, labels, REFERENCE, ['content', 'image']);

/** By whom an object with these labels is kept alive. */
export const backReferences = (namespace: string, labels: Labels): readonly LabelReference[] =>
  referencesBelow(namespace, labels, BACK_REFERENCE, ['content', 'image', 'container']);
