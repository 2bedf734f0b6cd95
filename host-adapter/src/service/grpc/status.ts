/**
 * Errors and gRPC statuses, both ways, as containerd translates them: the class is the code, the message is the whole
 * text with the text of the class at its end.
 */
import { Metadata, status, type ServiceError, type StatusObject } from '@grpc/grpc-js';
import { FsError, errnoText } from '@layerscope/core/fs';
import { LayerError } from '@layerscope/core/layers';
import { ContainerdError, ERROR_CLASSES, classText, type ErrorClass } from '@layerscope/core/snapshots';

/**
 * The message travels in a trailer, which peers refuse beyond their limit for headers (64 KiB in Node), and every byte
 * may become three. A text that long holds a key that the caller knows.
 */
const LONGEST_MESSAGE = 8192;

const shortened = (text: string): string =>
  text.length <= LONGEST_MESSAGE ? text : `${text.slice(0, LONGEST_MESSAGE / 2)}…${text.slice(-LONGEST_MESSAGE / 2)}`;

const statusObject = (code: status, text: string): StatusObject => ({
  code,
  // Half of a surrogate pair cannot be sent.
  details: Buffer.from(shortened(text)).toString(),
  metadata: new Metadata(),
});

/** The status of a failed call. A file-system error reads as Go prints an errno; what is no answer of ours is Unknown. */
export const toStatus = (error: unknown): StatusObject => {
  if (error instanceof ContainerdError) return statusObject(error.grpc, error.message);
  if (error instanceof LayerError) return statusObject(ERROR_CLASSES[error.code].grpc, error.message);
  if (error instanceof FsError) return statusObject(status.UNKNOWN, errnoText(error.code).toLowerCase());
  return statusObject(status.UNKNOWN, error instanceof Error ? error.message : String(error));
};

const CLASSES = new Map<number, ErrorClass>(
  Object.entries(ERROR_CLASSES).map(([name, { grpc }]) => [grpc, name as ErrorClass]),
);

/** The error behind a status. Where the text of the class is missing, as in what gRPC itself answers, it is added. */
export const fromStatus = ({ code, details }: Pick<ServiceError, 'code' | 'details'>): ContainerdError => {
  const name = CLASSES.get(code) ?? 'Unknown';
  const complete = details.endsWith(ERROR_CLASSES[name].text);
  return new ContainerdError(name, complete ? details : classText(name, details));
};
