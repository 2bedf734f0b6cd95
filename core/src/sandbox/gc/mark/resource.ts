/** What the garbage collector sees: objects of a namespace, by type and key. References never leave a namespace. */

export type ResourceType = 'content' | 'snapshot' | 'image' | 'container' | 'lease';

export interface Resource {
  readonly type: ResourceType;
  readonly namespace: string;
  /** Digest, image name, container id, lease id; of a snapshot `<snapshotter>/<key>`. */
  readonly key: string;
}

/** A string of its own for every resource. */
export const resourceId = ({ type, namespace, key }: Resource): string => `${type} ${namespace} ${key}`;

export const snapshotResource = (namespace: string, snapshotter: string, key: string): Resource => ({
  type: 'snapshot',
  namespace,
  key: `${snapshotter}/${key}`,
});

/** Snapshotter and key of a snapshot's resource. Snapshotter names hold no slash, keys may. */
export const snapshotParts = ({ key }: Resource): readonly [snapshotter: string, key: string] => {
  const slash = key.indexOf('/');
  return [key.slice(0, slash), key.slice(slash + 1)];
};
