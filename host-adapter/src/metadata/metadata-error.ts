/** Why metadata could not be opened, read or written. `code` is stable. */
export type MetadataErrorCode =
  | 'METADATA_IN_USE'
  | 'METADATA_MISSING'
  | 'METADATA_VERSION'
  | 'METADATA_DAMAGED'
  | 'METADATA_DOCUMENT';

export class MetadataError extends Error {
  readonly code: MetadataErrorCode;
  /** What a user can do about it. */
  readonly advice: string;

  constructor(code: MetadataErrorCode, message: string, advice: string) {
    super(message);
    this.name = 'MetadataError';
    this.code = code;
    this.advice = advice;
  }
}
