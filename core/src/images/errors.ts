/**
 * Everything that can be wrong with an image, in one table: a stable code, containerd's error class, what happened and
 * what to do. Where containerd has a text for it, the text contains containerd's words.
 */

import { classText, ERROR_CLASSES, type ErrorClass } from '../snapshots/index.ts';

/** Where it happened, from the outside in. What is known is named in the message, in this order. */
export interface Place {
  /** The archive, directory or image name as the user gave it. */
  readonly image?: string;
  /** `2 of 5 (sha256:…)`, counted from the lowest layer. */
  readonly layer?: string;
  /** The tar entry or file. */
  readonly entry?: string;
}

/** The class `cause` means: whatever the wrapped error has; its text ends the message already. */
type Row<Facts> = readonly [errorClass: ErrorClass | 'cause', text: (facts: Facts) => string, advice: string];

/** The facts of each failure, besides where it happened. */
export interface ImageFailures {
  readonly 'archive-empty': object;
  readonly 'archive-truncated': object;
  readonly 'archive-corrupt': { readonly cause: string };
  readonly 'archive-expands': { readonly ratio: number; readonly compressed: number };
  readonly 'not-an-image': { readonly found: readonly string[] };
  readonly 'index-missing': object;
  readonly 'layout-version': { readonly version: string };
  readonly 'bad-document': { readonly document: string; readonly problem: string };
  readonly 'document-too-large': { readonly document: string; readonly size: number; readonly limit: number };
  readonly 'index-too-deep': { readonly digest: string; readonly limit: number };
  readonly 'blob-missing': { readonly what: string; readonly digest: string };
  readonly 'file-missing': { readonly what: string; readonly path: string };
  readonly 'foreign-layer': { readonly digest: string; readonly urls: readonly string[] };
  readonly 'digest-mismatch': { readonly actual: string; readonly expected: string };
  readonly 'size-mismatch': { readonly actual: number; readonly expected: number };
  readonly 'media-type': { readonly what: string; readonly mediaType: string };
  readonly 'layer-count': { readonly layers: number; readonly diffIds: number };
  readonly 'wrong-platform': { readonly wanted: string; readonly available: readonly string[] };
  readonly 'bad-platform': { readonly platform: string; readonly problem: string };
  readonly 'image-not-named': { readonly wanted: string; readonly available: readonly string[] };
  readonly 'several-images': { readonly available: readonly string[] };
  readonly 'no-image': object;
  readonly extract: {
    readonly mediaType: string;
    readonly digest: string;
    readonly snapshotter: string;
    readonly key: string;
    readonly cause: string;
  };
  readonly 'diff-id': { readonly actual: string; readonly expected: string; readonly digest: string };
  readonly 'label-too-long': { readonly key: string; readonly size: number; readonly limit: number };
  readonly 'layer-unreadable': { readonly cause: string };
  readonly 'content-missing': { readonly digest: string };
  readonly 'ingest-locked': { readonly ref: string };
}

/** The stable name of a failure, e.g. `'digest-mismatch'`. */
export type ImageReason = keyof ImageFailures;

const SAVE_AGAIN = 'Copy or save the image again.';

const TABLE: { readonly [Reason in ImageReason]: Row<ImageFailures[Reason]> } = {
  'archive-empty': ['InvalidArgument', () => 'the archive holds no entry', SAVE_AGAIN],
  'archive-truncated': ['InvalidArgument', () => 'the archive ends in the middle of an entry', SAVE_AGAIN],
  'archive-corrupt': [
    'InvalidArgument',
    ({ cause }) => `the archive cannot be read: ${cause}`,
    `Check that it is a tar archive (plain, gzip or zstd). ${SAVE_AGAIN}`,
  ],
  'archive-expands': [
    'ResourceExhausted',
    ({ ratio, compressed }) =>
      `${compressed} compressed bytes of the archive unpack to more than ${ratio} times as many`,
    'It may be a decompression bomb; if it is trusted, decompress it first.',
  ],
  'not-an-image': [
    'InvalidArgument',
    ({ found }) =>
      `unrecognized image format: neither manifest.json nor oci-layout among its entries${
        found.length === 0 ? '' : ` (${found.join(', ')}, …)`
      }`,
    'Give an archive made by `docker save`, `skopeo copy … docker-archive:` or `oci-archive:`, or an OCI layout directory; a root file system becomes an image with `umoci` or `docker import`.',
  ],
  'index-missing': ['InvalidArgument', () => 'missing index.json in OCI layout 1.0.0', SAVE_AGAIN],
  'layout-version': [
    'InvalidArgument',
    ({ version }) => `unsupported OCI version ${version}`,
    'Only image layout 1.0.0 is defined.',
  ],
  'bad-document': ['InvalidArgument', ({ document, problem }) => `${document} is not valid: ${problem}`, SAVE_AGAIN],
  'document-too-large': [
    'ResourceExhausted',
    ({ document, size, limit }) =>
      `${document} has ${size} bytes, more than the ${limit} a manifest, index or config may have`,
    'Check that the descriptor does not name a layer.',
  ],
  'index-too-deep': [
    'InvalidArgument',
    ({ digest, limit }) => `index ${digest} is nested more than ${limit} deep`,
    'An index may hold indexes, but not itself.',
  ],
  'blob-missing': [
    'NotFound',
    ({ what, digest }) => `${what} ${digest} is not in the archive`,
    'Save it with all its layers (and for this platform); a partial copy cannot be unpacked.',
  ],
  'file-missing': [
    'NotFound',
    ({ what, path }) => `${what} "${path}" not found`,
    `No entry has this name, which manifest.json gives. ${SAVE_AGAIN}`,
  ],
  'foreign-layer': [
    'NotFound',
    ({ digest, urls }) =>
      `foreign layer ${digest} is not in the archive${urls.length === 0 ? '' : `, only at ${urls.join(', ')}`}`,
    'Save the image with its non-distributable layers.',
  ],
  'digest-mismatch': [
    'FailedPrecondition',
    ({ actual, expected }) => `unexpected commit digest ${actual}, expected ${expected}`,
    `The content is damaged. ${SAVE_AGAIN}`,
  ],
  'size-mismatch': [
    'FailedPrecondition',
    ({ actual, expected }) => `unexpected commit size ${actual}, expected ${expected}`,
    `The content is damaged. ${SAVE_AGAIN}`,
  ],
  'media-type': [
    'NotImplemented',
    ({ what, mediaType }) => `${what} has the media type "${mediaType}", which is not known`,
    'Known are the OCI and Docker schema 2 image types, layers as tar, tar+gzip or tar+zstd.',
  ],
  'layer-count': [
    'InvalidArgument',
    ({ layers, diffIds }) => `number of layers and diffIDs don't match: ${layers} != ${diffIds}`,
    `Manifest and config belong to different images. ${SAVE_AGAIN}`,
  ],
  'wrong-platform': [
    'NotFound',
    ({ wanted, available }) =>
      `no match for platform ${wanted}${available.length === 0 ? '' : `; it holds ${available.join(', ')}`}`,
    'Choose one of these with --platform os/arch[/variant].',
  ],
  'bad-platform': [
    'InvalidArgument',
    ({ platform, problem }) => `"${platform}": ${problem}`,
    'Write os/arch[/variant], for example linux/arm64/v8.',
  ],
  'image-not-named': [
    'NotFound',
    ({ wanted, available }) => `image "${wanted}" not found; there are ${available.join(', ')}`,
    'Choose one of these names.',
  ],
  'several-images': [
    'InvalidArgument',
    ({ available }) => `the archive holds ${available.length} images: ${available.join(', ')}`,
    'Choose one by its name.',
  ],
  'no-image': ['NotFound', () => 'the index names no image', SAVE_AGAIN],
  extract: [
    'cause',
    ({ mediaType, digest, snapshotter, key, cause }) =>
      `failed to extract layer (${mediaType} ${digest}) to ${snapshotter} as "${key}": ${cause}`,
    'Nothing of this layer was kept: mend the image and run again.',
  ],
  'diff-id': [
    'FailedPrecondition',
    ({ actual, expected, digest }) =>
      `wrong diff id "${actual}" calculated on extraction "${expected}", desc "${digest}"`,
    `The config names other layers than the manifest, or the layer is damaged. ${SAVE_AGAIN}`,
  ],
  'label-too-long': [
    'InvalidArgument',
    ({ key, size, limit }) =>
      `label key and value length (${size} bytes) greater than maximum size (${limit} bytes), key: ${key}`,
    'Annotations of a layer that begin with containerd.io/snapshot/ become labels: shorten this one.',
  ],
  'layer-unreadable': ['cause', ({ cause }) => cause, SAVE_AGAIN],
  'content-missing': ['NotFound', ({ digest }) => `content digest ${digest}`, 'Import the image that holds it.'],
  'ingest-locked': ['Unavailable', ({ ref }) => `ref ${ref} locked`, 'Wait until its other writer is done.'],
};

/** The facts of a failure and where it happened. */
export type ImageErrorData<Reason extends ImageReason> = ImageFailures[Reason] & Place;

const classOf = (code: unknown): ErrorClass =>
  typeof code === 'string' && code in ERROR_CLASSES ? (code as ErrorClass) : 'Unknown';

/**
 * A failed image operation. As with `ContainerdError`, `code` is containerd's class, `reason` the row of the table and
 * `data` its facts; the message names the place and ends in the text of the class, `advice` says what to do.
 */
export class ImageError<Reason extends ImageReason = ImageReason> extends Error {
  readonly code: ErrorClass;
  readonly reason: Reason;
  readonly data: ImageErrorData<Reason>;
  readonly advice: string;

  constructor(reason: Reason, data: ImageErrorData<Reason>, cause?: unknown) {
    const [errorClass, text, advice]: Row<ImageFailures[Reason]> = TABLE[reason];
    const { image, layer, entry }: Place = data;
    const place = [image, layer && `layer ${layer}`, entry].filter(Boolean);
    const words = errorClass === 'cause' ? text(data) : classText(errorClass, text(data));
    super([...place, words].join(': '), cause === undefined ? undefined : { cause });
    const wrapped = errorClass === 'cause' ? (cause as { readonly code?: unknown; readonly advice?: unknown }) : {};
    this.name = 'ImageError';
    this.code = errorClass === 'cause' ? classOf(wrapped.code) : errorClass;
    this.reason = reason;
    this.data = data;
    this.advice = typeof wrapped.advice === 'string' && wrapped.advice !== '' ? wrapped.advice : advice;
  }
}

/** Whether `error` is an image error of this reason. */
export const isImageError = <Reason extends ImageReason>(error: unknown, reason: Reason): error is ImageError<Reason> =>
  error instanceof ImageError && error.reason === reason;
