/** What a line typed at the prompt means. */
import { commandOf, splitWords, type Step } from '@layerscope/core/scenarios';
import type { Fault, FaultLayer, HistoryCommand } from '@layerscope/core/sandbox';

/** Something the shell itself does, beside commands of the node. */
export type Action =
  | { readonly type: 'command'; readonly command: HistoryCommand }
  | { readonly type: 'undo' | 'redo' | 'log' | 'help' | 'exit' | 'nothing' }
  | { readonly type: 'seek'; readonly to: string }
  | { readonly type: 'checkpoint'; readonly name: string }
  | { readonly type: 'compare'; readonly from: string | undefined; readonly to: string | undefined }
  | { readonly type: 'events'; readonly of: string | undefined }
  | { readonly type: 'enter'; readonly container: string }
  | { readonly type: 'save'; readonly file: string }
  | { readonly type: 'wrong'; readonly message: string };

/** Words of the shell, with what follows each and what it does. */
export const WORDS: Readonly<Record<string, readonly [operands: string, does: string]>> = {
  ctr: ['…', "containerd's client, e.g. ctr images ls, ctr run -d IMAGE c1"],
  import: ['FILE|demo|programs', 'import and unpack an archive'],
  enter: ['CONTAINER', "a prompt in a container's running task; exit leaves it"],
  gc: ['', 'collect garbage'],
  advance: ['10s|5m|24h', 'let time pass'],
  fault: [
    'LAYER CALL EFFECT [NUMBER] [after]',
    'something will fail: fault kernel mount EIO, fault disk write ENOSPC 3',
  ],
  crash: ['', 'the power goes, and the node starts again'],
  undo: ['', 'take the last command back'],
  redo: ['', 'make it again'],
  log: ['', 'what was done, on all branches'],
  seek: ['NUMBER|CHECKPOINT', 'go to the state after a command'],
  checkpoint: ['NAME', 'name the state'],
  compare: ['[FROM [TO]]', 'what two states do not share; default: the last command'],
  events: ['[NUMBER]', 'what a command caused; default: the last one'],
  save: ['FILE', 'write what was done as a scenario'],
  help: ['', 'this'],
  exit: ['', 'leave'],
};

const wrong = (word: string): Action => ({ type: 'wrong', message: `usage: ${word} ${WORDS[word]?.[0] ?? ''}` });

const asCommand = (step: Step): Action => ({ type: 'command', command: commandOf(step) });

const LAYERS: readonly FaultLayer[] = ['kernel', 'disk', 'store'];
const EFFECTS: readonly Fault['effect'][] = ['ENOSPC', 'EIO', 'crash'];
const WHENS = ['before', 'after'] as const;

const readFault = ([layer, call, what, number = '1', moment = 'before']: readonly string[]): Action => {
  const on = LAYERS.find((one) => one === layer);
  const effect = EFFECTS.find((one) => one === what);
  const when = WHENS.find((one) => one === moment);
  if (
    on === undefined ||
    call === undefined ||
    effect === undefined ||
    when === undefined ||
    !/^[1-9]\d*$/.test(number)
  )
    return wrong('fault');
  return asCommand({ fault: { on, effect, when, number: Number(number), ...(call === '*' ? {} : { call }) } });
};

/** In a container every line but `exit` is a script for its shell. */
export const readLine = (line: string, container: string | undefined): Action => {
  const text = line.trim();
  if (text === '' || text.startsWith('#')) return { type: 'nothing' };
  if (container !== undefined)
    return text === 'exit' ? { type: 'exit' } : asCommand({ exec: { container, args: ['sh', '-c', text] } });
  const [word = '', ...operands] = splitWords(text);
  const [first, second] = operands;
  switch (word) {
    case 'ctr':
      return asCommand({ ctr: operands });
    case 'undo':
    case 'redo':
    case 'log':
    case 'help':
    case 'exit':
      return { type: word };
    case 'gc':
      return asCommand({ gc: true });
    case 'crash':
      return asCommand({ crash: true });
    case 'advance':
      return first !== undefined && /^\d+(\.\d+)?(ms|s|m|h|d)$/.test(first)
        ? asCommand({ advance: first })
        : wrong(word);
    case 'fault':
      return readFault(operands);
    case 'import':
      return first === undefined ? wrong(word) : asCommand({ import: first });
    case 'enter':
      return first === undefined ? wrong(word) : { type: 'enter', container: first };
    case 'seek':
      return first === undefined ? wrong(word) : { type: 'seek', to: first };
    case 'checkpoint':
      return first === undefined ? wrong(word) : { type: 'checkpoint', name: first };
    case 'compare':
      return { type: 'compare', from: first, to: second };
    case 'events':
      return { type: 'events', of: first };
    case 'save':
      return first === undefined ? wrong(word) : { type: 'save', file: first };
    default:
      return asCommand({ shell: line });
  }
};
