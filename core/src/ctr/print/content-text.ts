import type { ImageError } from '../../images/index.ts';

/** A document that is missing, as the content store tells of it: ctr knows of no archive once it is read. */
export const contentText = ({ reason, data, message }: Pick<ImageError, 'reason' | 'data' | 'message'>): string => {
  const { digest, layer } = data as { readonly digest?: string; readonly layer?: string };
  return reason === 'blob-missing' && layer === undefined ? `content digest ${digest}: not found` : message;
};
