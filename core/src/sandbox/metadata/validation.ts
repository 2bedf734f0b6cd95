/** What containerd checks of names and labels before anything else. */
import { prefixed, type Labels } from '../../snapshots/index.ts';
import { nodeRefusal } from './errors.ts';

const IDENTIFIER = /^[A-Za-z0-9]+(?:[._-](?:[A-Za-z0-9]+))*$/;
const IDENTIFIER_LIMIT = 76;

/** Ids of containers, leases and namespaces. InvalidArgument. */
export const requireIdentifier = (name: string): void => {
  if (name === '') throw nodeRefusal('identifier-empty');
  if (name.length > IDENTIFIER_LIMIT) throw nodeRefusal('identifier-long', { name });
  if (!IDENTIFIER.test(name)) throw nodeRefusal('identifier', { name });
};

/** FailedPrecondition when there is none, InvalidArgument. */
export const requireNamespace = (namespace: string): void => {
  if (namespace === '') throw nodeRefusal('namespace-required');
  try {
    requireIdentifier(namespace);
  } catch (error) {
    throw prefixed('namespace validation', error);
  }
};

/** Key and value together, in bytes. */
const LABEL_LIMIT = 4096;
const SHOWN_KEY = 64;

/** InvalidArgument; `what` is the field in front of the message, e.g. `info.Labels`. */
export const requireShortLabels = (labels: Labels, what: string): void => {
  const encoder = new TextEncoder();
  for (const [key, value] of Object.entries(labels)) {
    const size = encoder.encode(key + value).length;
    if (size <= LABEL_LIMIT) continue;
    throw prefixed(what, nodeRefusal('label-too-long', { size: String(size), key: key.slice(0, SHOWN_KEY) }));
  }
};

/** As labels are kept: an empty value is no label. */
export const keptLabels = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));

/** `current` with `wanted` at these field paths (`labels`, `labels.<key>`); without paths `wanted` alone. */
export const updatedLabels = (
  current: Labels,
  wanted: Labels,
  paths: readonly string[],
  refuse: (path: string) => unknown,
): Labels => {
  if (paths.length === 0) return keptLabels(wanted);
  let labels = current;
  for (const path of paths) {
    if (path === 'labels') labels = wanted;
    else if (path.startsWith('labels.')) {
      const key = path.slice('labels.'.length);
      labels = { ...labels, [key]: wanted[key] ?? '' };
    } else throw refuse(path);
  }
  return keptLabels(labels);
};
