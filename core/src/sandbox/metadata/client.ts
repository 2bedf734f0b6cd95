/** What a client of a namespace reaches: containerd's services over one database. */
import type { ContentStore } from '../../images/index.ts';
import type { Snapshotter } from '../../snapshots/index.ts';
import { observedSnapshotter } from '../observed-snapshotter.ts';
import { createContainerStore, type ContainerStore } from './stores/containers.ts';
import { createContentService } from './stores/content.ts';
import type { Database, Scope } from './database.ts';
import { createImageStore, type ImageStore } from './stores/images.ts';
import { createLeaseStore, type LeaseStore } from './stores/leases.ts';
import { createNamespaceStore, type NamespaceStore } from './stores/namespaces.ts';
import { createSnapshotService } from './snapshots/snapshots.ts';
import { requireNamespace } from './validation.ts';

/** The services of one namespace. With a lease, everything made through it is held by that lease. */
export interface Client {
  readonly namespace: string;
  readonly lease: string | undefined;
  /** All of the node. */
  readonly namespaces: NamespaceStore;
  readonly images: ImageStore;
  readonly containers: ContainerStore;
  readonly content: ContentStore;
  readonly leases: LeaseStore;
  /** By plugin id, e.g. `overlayfs`. Every call is InvalidArgument for one this node does not have. */
  snapshotter(name: string): Snapshotter;
  /** The same namespace; what is made goes into the lease `id`. */
  withLease(id: string): Client;
}

/** FailedPrecondition, InvalidArgument for a bad namespace. */
export const createClient = (database: Database, scope: Scope): Client => {
  requireNamespace(scope.namespace);
  return {
    namespace: scope.namespace,
    lease: scope.lease,
    namespaces: createNamespaceStore(database),
    images: createImageStore(database, scope),
    containers: createContainerStore(database, scope),
    content: createContentService(database, scope),
    leases: createLeaseStore(database, scope),
    snapshotter: (name) =>
      observedSnapshotter(createSnapshotService(database, scope, name), (call) => database.called(name, call)),
    withLease: (lease) => createClient(database, { ...scope, lease }),
  };
};
