/** Reads what a terminal sends when keys are pressed (xterm's ctlseqs). */
export type Key = { readonly type: 'text'; readonly text: string } | { readonly type: KeyName };

export type KeyName =
  | 'enter'
  | 'tab'
  | 'backspace'
  | 'delete'
  | 'left'
  | 'right'
  | 'up'
  | 'down'
  | 'home'
  | 'end'
  | 'word-left'
  | 'word-right'
  | 'word-backspace'
  | 'kill-left'
  | 'kill-right'
  | 'interrupt'
  | 'end-of-file'
  | 'clear';

const SEQUENCES: Readonly<Record<string, KeyName>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\x7f': 'backspace',
  '\b': 'backspace',
  '\x01': 'home',
  '\x02': 'left',
  '\x03': 'interrupt',
  '\x04': 'end-of-file',
  '\x05': 'end',
  '\x06': 'right',
  '\x0b': 'kill-right',
  '\x0c': 'clear',
  '\x0e': 'down',
  '\x10': 'up',
  '\x15': 'kill-left',
  '\x17': 'word-backspace',
  '\x1b[A': 'up',
  '\x1b[B': 'down',
  '\x1b[C': 'right',
  '\x1b[D': 'left',
  '\x1bOA': 'up',
  '\x1bOB': 'down',
  '\x1bOC': 'right',
  '\x1bOD': 'left',
  '\x1b[H': 'home',
  '\x1b[F': 'end',
  '\x1bOH': 'home',
  '\x1bOF': 'end',
  '\x1b[1~': 'home',
  '\x1b[4~': 'end',
  '\x1b[3~': 'delete',
  '\x1b[1;5C': 'word-right',
  '\x1b[1;5D': 'word-left',
  '\x1bf': 'word-right',
  '\x1bb': 'word-left',
  '\x1b\x7f': 'word-backspace',
};

// oxlint-disable-next-line no-control-regex -- control characters are what a keyboard sends
const NEXT = /\x1b(?:\[[0-9;?]*[A-Za-z~]|O[A-Z]|[\s\S])?|[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+/g;

/** Unknown sequences are left out: they must not end up in the line as text. */
export const keysOf = (data: string): readonly Key[] =>
  (data.replaceAll('\r\n', '\r').match(NEXT) ?? []).flatMap((part): readonly Key[] => {
    const type = SEQUENCES[part];
    if (type !== undefined) return [{ type }];
    return part >= ' ' ? [{ type: 'text', text: part }] : [];
  });

const RAW: Partial<Record<Key['type'], string>> = {
  enter: '\r',
  tab: '\t',
  backspace: '\x7f',
  'end-of-file': '\x04',
  'kill-left': '\x15',
};

/** What a terminal's driver gets of a key that is for a program; `''` for those that only mean something to an editor. */
export const rawKey = (key: Key): string => (key.type === 'text' ? key.text : (RAW[key.type] ?? ''));
