/** Image names as Docker abbreviates them and containerd stores them. */

/**
 * `busybox` → `docker.io/library/busybox:latest`. The first part is a registry only when it has a dot or a colon, or is
 * `localhost`; a digest is kept, a missing tag becomes `latest`.
 */
export const normalizeReference = (reference: string): string => {
  const slash = reference.indexOf('/');
  const first = slash === -1 ? '' : reference.slice(0, slash);
  const isRegistry = first === 'localhost' || /[.:]/.test(first);
  const registry = isRegistry ? (first === 'index.docker.io' ? 'docker.io' : first) : 'docker.io';
  const rest = isRegistry ? reference.slice(slash + 1) : reference;
  const path = registry === 'docker.io' && !rest.includes('/') ? `library/${rest}` : rest;
  const tagged = /[:@][^/]*$/.test(path) ? path : `${path}:latest`;
  return `${registry}/${tagged}`;
};

/** The tag of a full reference, or the reference itself when it has none: what OCI's ref-name annotation holds. */
export const referenceTag = (reference: string): string => /:([\w.-]+)$/.exec(reference)?.[1] ?? reference;

/** Whether a name is a full reference, as `normalizeReference` makes them, rather than a bare tag. */
export const isFullReference = (name: string): boolean => name.includes('/') && normalizeReference(name) === name;

/** As Docker shows it: `docker.io/library/busybox:1` → `busybox:1`. */
export const familiarReference = (reference: string): string =>
  normalizeReference(reference)
    .replace(/^docker\.io\//, '')
    .replace(/^library\/(?=[^/]*$)/, '');
