import { sharedLogOf, type SharedLog } from '../share/check-log.ts';

/** A log of commands has kilobytes. Bytes. */
const LARGEST_LOG = 4 << 20;

/** The log a file holds; `undefined` for any other file. */
export const logOfFile = async (file: File): Promise<SharedLog | undefined> => {
  if (file.size > LARGEST_LOG || !file.name.endsWith('.json')) return undefined;
  try {
    return sharedLogOf(JSON.parse(await file.text()));
  } catch {
    return undefined;
  }
};
