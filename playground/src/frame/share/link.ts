/** A log as the hash of an address, and back. Whatever comes from an address is hostile until it is proved a log. */
import { deflateSync, inflateSync, strFromU8, strToU8 } from 'fflate';
import { sharedLogOf, type SharedLog } from './check-log.ts';

const MARK = '#log=';

/** Longer addresses are cut by some programs that pass them on: then a file is better. Characters. */
export const LONGEST_LINK = 8000;

/** A log of commands has kilobytes; a hash that says more is a bomb. Bytes. */
const LARGEST_LOG = 4 << 20;

const toBase64Url = (bytes: Uint8Array): string => {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
};

const fromBase64Url = (text: string): Uint8Array =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));

export const hashOf = (log: SharedLog): string =>
  MARK + toBase64Url(deflateSync(strToU8(JSON.stringify(log)), { level: 9 }));

/** `undefined` when the hash is none of ours; throws when it is one and is damaged. */
export const logOfHash = (hash: string): SharedLog | undefined => {
  if (!hash.startsWith(MARK)) return undefined;
  // Inflating stops where the room ends: a small hash cannot fill the memory.
  const room = new Uint8Array(LARGEST_LOG);
  const text = strFromU8(inflateSync(fromBase64Url(hash.slice(MARK.length)), { out: room }));
  const log = sharedLogOf(JSON.parse(text));
  if (log === undefined) throw new Error('it holds no log of commands');
  return log;
};
