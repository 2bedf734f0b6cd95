/** Signals: numbers of Linux on x86 and arm, and what they do to a process that has not asked for them (signal(7)). */
const NAMES = [
  'HUP',
  'INT',
  'QUIT',
  'ILL',
  'TRAP',
  'ABRT',
  'BUS',
  'FPE',
  'KILL',
  'USR1',
  'SEGV',
  'USR2',
  'PIPE',
  'ALRM',
  'TERM',
  'STKFLT',
  'CHLD',
  'CONT',
  'STOP',
  'TSTP',
  'TTIN',
  'TTOU',
  'URG',
  'XCPU',
  'XFSZ',
  'VTALRM',
  'PROF',
  'WINCH',
  'IO',
  'PWR',
  'SYS',
];

/** The number of `9`, `KILL` or `SIGKILL`; `undefined` for none. */
export const signalNumber = (text: string): number | undefined => {
  if (/^\d+$/.test(text)) return Number(text) > 0 && Number(text) < 65 ? Number(text) : undefined;
  const at = NAMES.indexOf(text.toUpperCase().replace(/^SIG/, ''));
  return at === -1 ? undefined : at + 1;
};

/** `KILL` for 9; `undefined` for a number without a name. */
export const signalName = (number: number): string | undefined => NAMES[number - 1];

export const SIGNAL_NAMES: readonly string[] = NAMES;

export const INTERRUPT = 2;
export const KILL = 9;
export const PIPE = 13;
export const TERMINATE = 15;
export const CONTINUE = 18;
/** STOP, TSTP, TTIN, TTOU */
export const STOPS: ReadonlySet<number> = new Set([19, 20, 21, 22]);
/** CHLD, CONT, URG, WINCH */
const IGNORED: ReadonlySet<number> = new Set([17, CONTINUE, 23, 28]);

/** Whether the signal ends a process that does nothing about it. */
export const endsProcess = (number: number): boolean => !IGNORED.has(number) && !STOPS.has(number);

const ENDINGS: Readonly<Record<number, string>> = {
  1: 'Hangup',
  3: 'Quit',
  6: 'Aborted',
  [KILL]: 'Killed',
  10: 'User defined signal 1',
  12: 'User defined signal 2',
  [TERMINATE]: 'Terminated',
};

/** What a shell says of a process that a signal ended; nothing of INT and PIPE, which are expected. */
export const endingText = (signal: number | undefined): string | undefined =>
  signal === undefined ? undefined : ENDINGS[signal];

/** What a shell tells of a process that a signal ended. */
export const signalStatus = (number: number): number => 128 + number;
