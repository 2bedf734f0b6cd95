/** `command` and `type`: which thing a name would run. */
import { runProgram, SHELLS } from '../programs/index.ts';
import { DEFAULT_PATH, searchPath } from '../programs/format.ts';
import { environmentOf, lookup, type ShellState } from '../language/state.ts';
import { BUILTINS, SPECIAL, type Builtin } from './index.ts';
import { write } from './output.ts';

const KEYWORDS = new Set('! { } case do done elif else esac fi for if in then until while'.split(' '));

/** Where a program is; a program the shell brings itself is said to be in /usr/bin. */
const programPath = (state: ShellState, name: string): string | undefined => {
  if (name.includes('/')) return state.process.stat(name) === undefined ? undefined : name;
  const found = searchPath(state.process, name, lookup(state, 'PATH') ?? DEFAULT_PATH);
  if (found !== undefined && !found.denied) return found.path;
  return SHELLS.has(name) || state.machine.programs.find(name) !== undefined ? `/usr/bin/${name}` : undefined;
};

const describeName = (state: ShellState, name: string, verbose: boolean): string | undefined => {
  const say = (kind: string, plain = name): string => (verbose ? `${name} is ${kind}` : plain);
  if (KEYWORDS.has(name)) return say('a shell keyword');
  if (SPECIAL[name] !== undefined) return say('a special shell builtin');
  if (state.functions.has(name)) return say('a shell function');
  if (BUILTINS[name] !== undefined) return say('a shell builtin');
  const path = programPath(state, name);
  return path === undefined ? undefined : say(path, path);
};

export const describe: Readonly<Record<'command' | 'type', Builtin>> = {
  command: async (state, args) => {
    let at = 0;
    let mode = '';
    for (; /^-[pvV]+$/.test(args[at] ?? ''); at++) mode += args[at];
    const words = args.slice(args[at] === '--' ? at + 1 : at);
    const [name] = words;
    if (name === undefined) return 0;
    if (/[vV]/.test(mode)) {
      const text = describeName(state, name, mode.includes('V'));
      if (text !== undefined) return write(state, 'command', `${text}\n`);
      return mode.includes('V') ? write(state, 'command', `${name}: not found\n`) || 127 : 127;
    }
    const builtin = BUILTINS[name];
    return builtin === undefined ? runProgram(state, words, environmentOf(state)) : builtin(state, words.slice(1));
  },
  type: (state, names) => {
    let status = 0;
    for (const name of names) {
      const text = describeName(state, name, true);
      if (text === undefined) status = 127;
      write(state, 'type', `${text ?? `${name}: not found`}\n`);
    }
    return status;
  },
};
