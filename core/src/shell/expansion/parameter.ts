/** `$name`, `$1`, `$@` and `${name…}`. */
import { nameLength } from '../../fs/index.ts';
import { ShellError } from '../language/errors.ts';
import { assign, lookup, type ShellState } from '../language/state.ts';
import type { ParameterExpansion, ParameterOperation, Word } from '../language/syntax.ts';
import { evaluateArithmetic } from './arithmetic.ts';
import type { FieldBuilder } from './fields.ts';
import { matches, patternSource } from './pattern.ts';
import { addParts, expandPattern, expandString } from './words.ts';

/** The value of a parameter; `undefined` when it is not set. */
export const parameterValue = (state: ShellState, name: string): string | undefined => {
  if (/^\d+$/.test(name)) return name === '0' ? state.name : state.positional[Number(name) - 1];
  switch (name) {
    case '?':
      return String(state.status);
    case '#':
      return String(state.positional.length);
    case '$':
      return String(state.shellPid);
    case '!':
      return state.background === undefined ? undefined : String(state.background);
    case '-':
      return [...state.options].join('');
    case '*':
    case '@':
      return state.positional.length === 0 ? undefined : state.positional.join(joiner(state));
    case 'LINENO':
      return String(state.line);
    default:
      return lookup(state, name);
  }
};

const joiner = (state: ShellState): string => (lookup(state, 'IFS') ?? ' ').slice(0, 1);

const addValue = (state: ShellState, into: FieldBuilder, name: string, value: string, quoted: boolean): void => {
  if (name === '@' || (name === '*' && !quoted)) {
    for (const [index, parameter] of state.positional.entries()) {
      if (index > 0) into.divide();
      if (quoted) into.add(parameter, true);
      else into.split(parameter);
    }
  } else if (quoted) into.add(value, true);
  else into.split(value);
};

const isSet = (value: string | undefined, checkEmpty: boolean): value is string =>
  value !== undefined && !(checkEmpty && value === '');

const unset = async (state: ShellState, name: string, word: Word | null, checkEmpty: boolean): Promise<never> => {
  const text = word === null ? '' : await expandString(state, word);
  throw new ShellError(`${name}: ${text || (checkEmpty ? 'parameter not set or null' : 'parameter not set')}`);
};

/** Expands one parameter into the fields. Throws `ShellError`: `${x?}`, `set -u`, a readonly `${x=}`. */
export const addParameter = async (
  state: ShellState,
  { parameter, operation }: ParameterExpansion,
  into: FieldBuilder,
  quoted: boolean,
): Promise<void> => {
  const value = parameterValue(state, parameter);
  if (operation !== null && 'checkEmpty' in operation) {
    const set = isSet(value, operation.checkEmpty);
    if (operation.type === 'UseAlternative') {
      if (set) await addParts(state, operation.word.parts, into, quoted);
      else if (quoted) into.add('', true);
    } else if (set) addValue(state, into, parameter, value, quoted);
    else if (operation.type === 'DefaultValue') await addParts(state, operation.word.parts, into, quoted);
    else if (operation.type === 'ErrorIfUnset') await unset(state, parameter, operation.word, operation.checkEmpty);
    else {
      const text = await expandString(state, operation.word);
      assign(state, parameter, text);
      addValue(state, into, parameter, text, quoted);
    }
    return;
  }
  if (value === undefined && state.options.has('u') && parameter !== '@' && parameter !== '*')
    throw new ShellError(`${parameter}: parameter not set`);
  const text = value ?? '';
  if (operation === null) {
    if (value !== undefined || (quoted && parameter !== '@')) addValue(state, into, parameter, text, quoted);
    return;
  }
  const result = await transform(state, parameter, text, operation);
  if (quoted) into.add(result, true);
  else into.split(result);
};

const transform = async (
  state: ShellState,
  name: string,
  text: string,
  operation: ParameterOperation,
): Promise<string> => {
  switch (operation.type) {
    case 'Length':
      return String(name === '@' || name === '*' ? state.positional.length : nameLength(text));
    case 'PatternRemoval': {
      const shortest = !operation.greedy;
      const source = patternSource(await expandPattern(state, operation.pattern), { shortest });
      if (operation.side === 'prefix') return text.replace(new RegExp(`^(?:${source})`, 'us'), '');
      // A suffix is found from the right: the shortest is the last place where the rest matches.
      const expression = new RegExp(`^(.*${shortest ? '' : '?'})(?:${source})$`, 'us');
      return expression.exec(text)?.[1] ?? text;
    }
    case 'PatternReplacement': {
      const source = patternSource(await expandPattern(state, operation.pattern));
      if (source === '') return text;
      const replacement = operation.replacement === null ? '' : await expandString(state, operation.replacement);
      const anchored =
        operation.anchor === 'start' ? `^(?:${source})` : operation.anchor === 'end' ? `(?:${source})$` : source;
      return text.replace(new RegExp(anchored, operation.all ? 'gus' : 'us'), () => replacement);
    }
    case 'Substring': {
      const characters = [...text];
      const from = Number(await evaluateArithmetic(state, operation.offset));
      const start = from < 0 ? Math.max(characters.length + from, 0) : from;
      if (operation.length === null) return characters.slice(start).join('');
      const length = Number(await evaluateArithmetic(state, operation.length));
      return characters.slice(start, length < 0 ? length : start + length).join('');
    }
    case 'CaseModification': {
      const pattern = operation.pattern === null ? undefined : await expandPattern(state, operation.pattern);
      const change = (letter: string): string =>
        operation.direction === 'upper' ? letter.toUpperCase() : letter.toLowerCase();
      return [...text]
        .map((letter, index) =>
          (operation.all || index === 0) && (pattern === undefined || matches(pattern, letter))
            ? change(letter)
            : letter,
        )
        .join('');
    }
    default:
      throw new ShellError('Bad substitution');
  }
};
