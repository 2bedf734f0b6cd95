/** Proves that a value is a log, field by field, and takes from it what was proved: nothing else gets to the kernel. */
import type { KeptLog } from '../../kernel/api.ts';

type Row = Readonly<Record<string, unknown>>;

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= 100_000;
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.length <= 1000 && value.every(isText);
const isPlace = (value: unknown, end: number): boolean =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= end;
const isMissingOr = (value: unknown, check: (value: unknown) => boolean): boolean =>
  value === undefined || check(value);

const isFault = (value: unknown): boolean =>
  isRow(value) &&
  ['kernel', 'disk', 'store'].includes(String(value['on'])) &&
  ['ENOSPC', 'EIO', 'crash'].includes(String(value['effect'])) &&
  isMissingOr(value['call'], isText) &&
  isMissingOr(value['path'], isText) &&
  isMissingOr(value['number'], Number.isInteger);

const FIELDS: Readonly<Record<string, (command: Row) => boolean>> = {
  ctr: ({ args }) => isTexts(args),
  exec: ({ container, args }) => isText(container) && isTexts(args),
  shell: ({ script }) => isText(script),
  import: ({ blob }) => isText(blob),
  gc: () => true,
  advance: ({ nanoseconds }) => Number.isSafeInteger(nanoseconds) && Number(nanoseconds) >= 0,
  fault: ({ fault }) => isFault(fault),
  crash: () => true,
};

const isCommand = (value: unknown): boolean =>
  isRow(value) &&
  Object.hasOwn(FIELDS, String(value['type'])) &&
  (FIELDS[String(value['type'])]?.(value) ?? false) &&
  isMissingOr(value['stdin'], isText) &&
  isMissingOr(value['interrupt'], Number.isSafeInteger) &&
  isMissingOr(value['namespace'], isText);

/** More are nobody's work of one sitting. */
const MOST_COMMANDS = 2000;

/** A log as it is handed over. */
export interface SharedLog extends KeptLog {
  /** The snapshotter that its giver wrote: TypeScript, which is shown and never run by itself. */
  readonly snapshotter?: string;
}

const isSharedLog = (value: unknown): value is SharedLog => {
  if (!isRow(value)) return false;
  const { commands, at, checkpoints, snapshotter } = value;
  return (
    Array.isArray(commands) &&
    commands.length <= MOST_COMMANDS &&
    commands.every(
      (each: unknown, index) => isRow(each) && isPlace(each['parent'], index) && isCommand(each['command']),
    ) &&
    isPlace(at, commands.length) &&
    Array.isArray(checkpoints) &&
    checkpoints.length <= MOST_COMMANDS &&
    checkpoints.every((each: unknown) => isRow(each) && isText(each['name']) && isPlace(each['id'], commands.length)) &&
    isMissingOr(snapshotter, isText)
  );
};

/** `undefined` when it is no log. */
export const sharedLogOf = (value: unknown): SharedLog | undefined => {
  if (!isSharedLog(value)) return undefined;
  const { commands, at, checkpoints, snapshotter } = value;
  return {
    commands: commands.map(({ parent, command }) => ({ parent, command })),
    at,
    checkpoints: checkpoints.map(({ name, id }) => ({ name, id })),
    ...(snapshotter === undefined ? {} : { snapshotter }),
  };
};
