/**
 * Everything that can be wrong with a layer, in one table: a stable reason, containerd's error class, what happened and
 * what to do. Where containerd (or the Go tar reader below it) has words for it, they are kept.
 */
import { classText, type ErrorClass } from '../snapshots/index.ts';

/** Where it happened. */
export interface LayerPlace {
  /** The layer as the caller names it: a digest, a file name, `2 of 5 (sha256:…)`. */
  readonly layer?: string;
  /** The name of the tar entry, as it stands in the archive. */
  readonly entry?: string;
}

type Row<Facts> = readonly [errorClass: ErrorClass, text: (facts: Facts) => string, advice: string];

/** The facts of each failure, besides where it happened. */
export interface LayerFailures {
  readonly truncated: { readonly what: string };
  readonly 'invalid-header': { readonly problem: string };
  readonly 'unhandled-type': { readonly type: number };
  readonly 'invalid-whiteout': { readonly name: string };
  readonly 'convert-whiteout': { readonly name: string; readonly cause: string };
  readonly 'invalid-device': { readonly major: number; readonly minor: number };
  readonly 'too-many-links': object;
  readonly 'not-a-directory': { readonly path: string };
  readonly owner: { readonly path: string; readonly uid: number; readonly gid: number; readonly cause: string };
  readonly xattr: { readonly path: string; readonly name: string; readonly cause: string };
  readonly times: { readonly path: string; readonly cause: string };
  readonly 'file-system': { readonly cause: string };
  readonly 'corrupt-compression': { readonly compression: string; readonly cause: string };
  readonly 'too-large': { readonly limit: number };
  readonly 'too-many-entries': { readonly limit: number };
  readonly 'expands-too-much': { readonly ratio: number; readonly compressed: number };
  readonly canceled: object;
}

export type LayerReason = keyof LayerFailures;

const SAVE_AGAIN = 'the layer is damaged: copy or save the image again';
const WRONG_TOOL = 'the layer was written by a tool that does not follow the OCI layer format: write it again';
const ONLY_IF_TRUSTED = 'it may be a decompression bomb; if it is trusted, raise the limit';

const TABLE: { readonly [Reason in LayerReason]: Row<LayerFailures[Reason]> } = {
  truncated: ['InvalidArgument', ({ what }) => `unexpected EOF: the archive ends in ${what}`, SAVE_AGAIN],
  'invalid-header': ['InvalidArgument', ({ problem }) => `archive/tar: invalid tar header: ${problem}`, SAVE_AGAIN],
  'unhandled-type': ['InvalidArgument', ({ type }) => `unhandled tar header type ${type}`, WRONG_TOOL],
  'invalid-whiteout': ['InvalidArgument', ({ name }) => `invalid whiteout name: ${name}: invalid archive`, WRONG_TOOL],
  'convert-whiteout': [
    'InvalidArgument',
    ({ name, cause }) => `failed to convert whiteout file "${name}": ${cause}`,
    'a layer must not both add and delete one name when it is applied to an overlay upper directory',
  ],
  'invalid-device': [
    'InvalidArgument',
    ({ major, minor }) => `device number ${major}:${minor} is out of range: invalid archive`,
    WRONG_TOOL,
  ],
  'too-many-links': [
    'InvalidArgument',
    () => 'failed to get root path: too many links',
    'its symbolic links form a loop, or a chain of more than 255',
  ],
  'not-a-directory': [
    'InvalidArgument',
    ({ path }) => `mkparent ${path}: not a directory`,
    'an earlier entry or layer has something else there; it must be deleted before something is put below it',
  ],
  owner: [
    'Unknown',
    ({ path, uid, gid, cause }) => `failed to Lchown "${path}" for UID ${uid}, GID ${gid}: ${cause}`,
    'applying a layer needs the right to give files away (root)',
  ],
  xattr: [
    'Unknown',
    ({ path, name, cause }) => `failed to setxattr "${path}" for key "${name}": ${cause}`,
    'choose a file system that can hold this extended attribute',
  ],
  times: ['Unknown', ({ path, cause }) => `failed call to UtimesNanoAt for ${path}: ${cause}`, WRONG_TOOL],
  'file-system': ['Unknown', ({ cause }) => cause, 'the file system that the layer is applied to refused it'],
  'corrupt-compression': ['InvalidArgument', ({ compression, cause }) => `${compression}: ${cause}`, SAVE_AGAIN],
  'too-large': ['ResourceExhausted', ({ limit }) => `it unpacks to more than ${limit} bytes`, ONLY_IF_TRUSTED],
  'too-many-entries': ['ResourceExhausted', ({ limit }) => `it has more than ${limit} entries`, ONLY_IF_TRUSTED],
  'expands-too-much': [
    'ResourceExhausted',
    ({ ratio, compressed }) => `${compressed} compressed bytes unpack to more than ${ratio} times as many`,
    ONLY_IF_TRUSTED,
  ],
  canceled: ['Canceled', () => 'applying was stopped', 'start again from an empty or untouched directory'],
};

/** The facts of a failure and where it happened. */
export type LayerErrorData<Reason extends LayerReason = LayerReason> = LayerFailures[Reason] & LayerPlace;

/**
 * A layer that cannot be read, applied or compared. `code` is containerd's class, `reason` the row of the table, `data`
 * its facts; the message names layer and entry, `advice` says what to do.
 */
export class LayerError<Reason extends LayerReason = LayerReason> extends Error {
  readonly code: ErrorClass;
  readonly reason: Reason;
  readonly data: LayerErrorData<Reason>;
  readonly advice: string;

  constructor(reason: Reason, data: LayerErrorData<Reason>, cause?: unknown) {
    const [code, text, advice]: Row<LayerFailures[Reason]> = TABLE[reason];
    const { layer, entry }: LayerPlace = data;
    const place = [layer && `layer ${layer}`, entry !== undefined && `entry "${entry}"`].filter(Boolean);
    super([...place, classText(code, text(data))].join(': '), cause === undefined ? undefined : { cause });
    this.name = 'LayerError';
    this.code = code;
    this.reason = reason;
    this.data = data;
    this.advice = advice;
  }
}

/** Whether `error` is a layer error of this reason. */
export const isLayerError = <Reason extends LayerReason>(error: unknown, reason: Reason): error is LayerError<Reason> =>
  error instanceof LayerError && error.reason === reason;

/** The same failure with the place filled in where it was not known yet. Other errors are answered as they are. */
export const placed = (error: unknown, place: LayerPlace): unknown =>
  error instanceof LayerError && (error.data.layer ?? error.data.entry) === undefined
    ? new LayerError(error.reason, { ...error.data, ...place } as LayerErrorData, error.cause)
    : error;
