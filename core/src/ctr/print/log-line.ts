/** A line of ctr's own log on stderr. */
import { secondsText } from './units.ts';

const PLAIN = /^[\w./@^+-]+$/;

const quoted = (text: string): string => (PLAIN.test(text) ? text : JSON.stringify(text));

/** `time="…" level=error msg="…" error="…"` */
export const logLine = (now: bigint, level: 'error' | 'warning', message: string, error?: string): string =>
  `time=${quoted(secondsText(now))} level=${level} msg=${quoted(message)}${error === undefined ? '' : ` error=${quoted(error)}`}\n`;
