import type { Info, Labels } from '../snapshotter.ts';
import type { Fields } from './selector.ts';

/**
 * The label that a path below `labels` names: the rest of the path, joined again, so that `labels.a.b`, `labels."a.b"`
 * and `labels.a."b"` are one.
 */
export const labelField = (labels: Labels, path: readonly string[]): string | undefined => {
  const key = path.slice(1).join('.');
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
};

/** `kind` (in lower case), `name`, `parent` (always present, maybe empty) and `labels.<key>` of a snapshot. */
export const snapshotFields =
  (info: Pick<Info, 'kind' | 'name' | 'parent' | 'labels'>): Fields =>
  (path) => {
    switch (path[0]) {
      case 'kind':
        return info.kind.toLowerCase();
      case 'name':
        return info.name;
      case 'parent':
        return info.parent;
      case 'labels':
        return labelField(info.labels, path);
      default:
        return undefined;
    }
  };
