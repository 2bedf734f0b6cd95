import { pino, type Logger } from 'pino';
import pretty from 'pino-pretty';
import type { CallRecord } from '../grpc/call.ts';

export type { Logger } from 'pino';

export interface LogOptions {
  readonly format: 'json' | 'pretty';
  readonly level: 'info' | 'warn' | 'error';
  /** Where the lines go. */
  readonly output: NodeJS.WritableStream;
}

/** One line an entry, with the time in RFC 3339 and the level by name. */
export const createLog = ({ format, level, output }: LogOptions): Logger => {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  if (format === 'json') return pino(options, output);
  return pino(
    options,
    pretty({
      destination: output,
      colorize: false,
      singleLine: true,
      translateTime: 'SYS:HH:MM:ss.l',
    }),
  );
};

/** Answers that callers provoke in their daily work. Anything else is a fault of ours or of the machine. */
const REFUSALS = new Set(['INVALID_ARGUMENT', 'NOT_FOUND', 'ALREADY_EXISTS', 'FAILED_PRECONDITION', 'UNIMPLEMENTED']);

/** One line for a call: method, what it was about, milliseconds, result. */
export const logCall = (log: Logger, record: CallRecord): void => {
  const { method, namespace, subject, milliseconds, result, error } = record;
  const faulty = result !== 'OK' && result !== 'CANCELLED' && !REFUSALS.has(result);
  const level = faulty ? 'error' : 'info';
  if (!log.isLevelEnabled(level)) return;
  const fields = {
    ...(namespace === '' ? {} : { namespace }),
    ...subject,
    ms: Math.round(milliseconds * 1000) / 1000,
    result,
    ...(error instanceof Error ? { reason: error.message } : {}),
    // Answers of the contract have no stack; what has one is worth reading.
    ...(faulty && error instanceof Error && error.name !== 'ContainerdError' ? { stack: error.stack } : {}),
  };
  log[level](fields, method);
};
