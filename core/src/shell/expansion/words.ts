/** Words into fields: tilde, parameter, command and arithmetic expansion, splitting, pathnames, quote removal. */
import { ShellError } from '../language/errors.ts';
import { substitute } from '../language/substitution.ts';
import { lookup, type ShellState } from '../language/state.ts';
import type { BraceItem, Word, WordPart } from '../language/syntax.ts';
import { evaluateArithmetic } from './arithmetic.ts';
import { createFields, fieldText, type Field, type FieldBuilder } from './fields.ts';
import { expandPath } from './glob.ts';
import { addParameter } from './parameter.ts';
import { isPattern } from './pattern.ts';

/** Expands parts into the builder; `quoted` inside double quotes and here-documents. */
export const addParts = async (
  state: ShellState,
  parts: readonly WordPart[],
  into: FieldBuilder,
  quoted: boolean,
): Promise<void> => {
  for (const part of parts) await addPart(state, part, into, quoted);
};

const addPart = async (state: ShellState, part: WordPart, into: FieldBuilder, quoted: boolean): Promise<void> => {
  switch (part.type) {
    case 'Literal':
      return into.add(part.value, quoted);
    case 'Glob':
      return into.add(part.pattern, quoted);
    case 'SingleQuoted':
    case 'Escaped':
      return into.add(part.value, true);
    case 'DoubleQuoted':
      // `"$@"` without parameters is no field at all; every other pair of quotes is one, even around nothing.
      if (part.parts.length === 0) into.add('', true);
      return addParts(state, part.parts, into, true);
    case 'TildeExpansion':
      return into.add(homeOf(state, part.user), true);
    case 'ParameterExpansion':
      return addParameter(state, part, into, quoted);
    case 'CommandSubstitution': {
      const output = await substitute(state, part.body);
      return quoted ? into.add(output, true) : into.split(output);
    }
    case 'ArithmeticExpansion': {
      const number = String(await evaluateArithmetic(state, part.expression));
      return quoted ? into.add(number, true) : into.split(number);
    }
    case 'BraceExpansion':
      return into.add(braceText(part.items), quoted);
    case 'ProcessSubstitution':
      throw new ShellError('Syntax error: "(" unexpected');
  }
};

const homeOf = (state: ShellState, user: string | null): string => {
  if (user === null) return lookup(state, 'HOME') ?? '~';
  return user === 'root' ? '/root' : `~${user}`;
};

const isBrace = (part: WordPart): part is Extract<WordPart, { type: 'BraceExpansion' }> =>
  part.type === 'BraceExpansion';

const braceText = (items: readonly BraceItem[]): string =>
  `{${items.map((item) => (item.type === 'Range' ? `${item.start}..${item.end}` : '')).join(',')}}`;

const rangeOf = ({ start, end, step }: Extract<BraceItem, { type: 'Range' }>): readonly string[] => {
  const numeric = typeof start === 'number' && typeof end === 'number';
  const from = numeric ? start : (String(start).codePointAt(0) ?? 0);
  const to = numeric ? end : (String(end).codePointAt(0) ?? 0);
  const stride = Math.max(Math.abs(step ?? 1), 1) * (from <= to ? 1 : -1);
  const count = Math.floor(Math.abs(to - from) / Math.abs(stride)) + 1;
  return Array.from({ length: count }, (_, index) => from + index * stride).map((value) =>
    numeric ? String(value) : String.fromCodePoint(value),
  );
};

/** `a{b,c}d` is two words before anything else is expanded (bash; dash takes the braces as they are). */
const withoutBraces = (parts: readonly WordPart[]): readonly (readonly WordPart[])[] => {
  const at = parts.findIndex(isBrace);
  const brace = parts[at];
  if (brace === undefined || !isBrace(brace)) return [parts];
  const before = parts.slice(0, at);
  const rest = withoutBraces(parts.slice(at + 1));
  const choices = brace.items.flatMap((item): readonly (readonly WordPart[])[] =>
    item.type === 'Word'
      ? withoutBraces(item.word.parts)
      : rangeOf(item).map((value) => [{ type: 'Literal' as const, value }]),
  );
  return choices.flatMap((choice) => rest.map((after) => [...before, ...choice, ...after]));
};

const fieldsOf = async (state: ShellState, word: Word): Promise<readonly Field[]> => {
  const fields: Field[] = [];
  for (const parts of withoutBraces(word.parts)) {
    const builder = createFields(lookup(state, 'IFS'));
    await addParts(state, parts, builder, false);
    fields.push(...builder.fields());
  }
  return fields;
};

/** The fields a word becomes as an argument of a command. */
export const expandWord = async (state: ShellState, word: Word): Promise<readonly string[]> => {
  const fields = await fieldsOf(state, word);
  return fields.flatMap((field) => {
    if (state.options.has('f') || !isPattern(field)) return [fieldText(field)];
    const paths = expandPath(state.process, field);
    return paths.length > 0 ? paths : [fieldText(field)];
  });
};

const wholeField = async (state: ShellState, parts: readonly WordPart[], quoted = false): Promise<Field> => {
  const builder = createFields(lookup(state, 'IFS'), false);
  await addParts(state, parts, builder, quoted);
  return builder.fields().flatMap((field, index) => (index === 0 ? field : [{ text: ' ', quoted: true }, ...field]));
};

/** One string: the value of an assignment, the target of a redirection, the word of `case`. */
export const expandString = async (state: ShellState, word: Word): Promise<string> =>
  fieldText(await wholeField(state, word.parts));

/** The body of a here-document: as in double quotes. */
export const expandHereDocument = async (state: ShellState, word: Word): Promise<string> =>
  fieldText(await wholeField(state, word.parts, true));

/** A pattern: quoted characters stand for themselves. */
export const expandPattern = (state: ShellState, word: Word): Promise<Field> => wholeField(state, word.parts);

/** Text in shell syntax, as in double quotes: what arithmetic has inside `${…}` and `$(…)`. */
export const expandText = async (state: ShellState, text: string): Promise<string> => {
  const script = await state.machine.parse(`: "${text}"`);
  const command = script.statements[0]?.pipelines[0]?.commands[0];
  const word = command?.type === 'SimpleCommand' ? command.args[0] : undefined;
  return word === undefined ? '' : expandString(state, word);
};
