/**
 * Descriptors and the documents made of them (OCI image spec, "Content Descriptors", "Image Index", "Image Manifest";
 * Docker's "Image Manifest V 2, Schema 2" differs only in its media types).
 */

/** `sha256:` and 64 hex digits. */
export type Digest = string;

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly 'os.version'?: string;
  readonly 'os.features'?: readonly string[];
}

export type Annotations = { readonly [key: string]: string };

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly platform?: Platform;
  readonly annotations?: Annotations;
  /** Where a foreign layer can be had. */
  readonly urls?: readonly string[];
}

export interface Manifest {
  readonly schemaVersion: 2;
  readonly mediaType?: string;
  readonly config: Descriptor;
  /** Lowest layer first. */
  readonly layers: readonly Descriptor[];
  readonly annotations?: Annotations;
}

export interface Index {
  readonly schemaVersion: 2;
  readonly mediaType?: string;
  readonly manifests: readonly Descriptor[];
  readonly annotations?: Annotations;
}

/** The full name of an image in an index, e.g. `docker.io/library/busybox:latest`; containerd and Docker write it. */
export const ANNOTATION_IMAGE_NAME = 'io.containerd.image.name';
/** OCI: the tag or the whole name, whoever wrote it. */
export const ANNOTATION_REF_NAME = 'org.opencontainers.image.ref.name';

export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
export const OCI_LAYER = 'application/vnd.oci.image.layer.v1.tar';
export const OCI_LAYER_GZIP = 'application/vnd.oci.image.layer.v1.tar+gzip';
export const OCI_LAYER_ZSTD = 'application/vnd.oci.image.layer.v1.tar+zstd';
export const DOCKER_INDEX = 'application/vnd.docker.distribution.manifest.list.v2+json';
export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
export const DOCKER_CONFIG = 'application/vnd.docker.container.image.v1+json';
export const DOCKER_LAYER = 'application/vnd.docker.image.rootfs.diff.tar';
export const DOCKER_LAYER_GZIP = 'application/vnd.docker.image.rootfs.diff.tar.gzip';
export const DOCKER_LAYER_ZSTD = 'application/vnd.docker.image.rootfs.diff.tar.zstd';

export const isIndexType = (mediaType: string): boolean => mediaType === OCI_INDEX || mediaType === DOCKER_INDEX;
export const isManifestType = (mediaType: string): boolean =>
  mediaType === OCI_MANIFEST || mediaType === DOCKER_MANIFEST;
export const isConfigType = (mediaType: string): boolean => mediaType === OCI_CONFIG || mediaType === DOCKER_CONFIG;

const LAYER =
  /^application\/vnd\.(?:oci\.image\.layer\.(?:nondistributable\.)?v1\.tar(?:\+gzip|\+zstd)?|docker\.image\.rootfs\.(?:foreign\.)?diff\.tar(?:\.gzip|\.zstd)?)$/;

/** A layer this project can apply: a tar, plain, gzip or zstd. (What the bytes really are is found by looking at them.) */
export const isLayerType = (mediaType: string): boolean => LAYER.test(mediaType);

/** A layer that may be left out of an archive for licence reasons (Windows base layers). */
export const isForeignLayerType = (mediaType: string): boolean =>
  isLayerType(mediaType) && (mediaType.includes('.nondistributable.') || mediaType.includes('.foreign.'));

/** `sha256:` + 64 hex digits: the only algorithm containerd's content store is filled with. */
export const isDigest = (text: string): text is Digest => /^sha256:[0-9a-f]{64}$/.test(text);
