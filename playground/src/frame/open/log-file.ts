import type { KeptLog } from '../../kernel/api.ts';
import { isKeptLog } from '../share/check-log.ts';

/** A log of commands has kilobytes. Bytes. */
const LARGEST_LOG = 4 << 20;

/** The log a file holds; `undefined` for any other file. */
export const logOfFile = async (file: File): Promise<KeptLog | undefined> => {
  if (file.size > LARGEST_LOG || !file.name.endsWith('.json')) return undefined;
  try {
    const log: unknown = JSON.parse(await file.text());
    return isKeptLog(log) ? log : undefined;
  } catch {
    return undefined;
  }
};
