/**
 * containerd's filter language.
 *
 *   filters   a list of filters: OR; the empty list matches everything
 *   filter    selector ("," selector)*           AND
 *   selector  field ("." field)* (operator value)?
 *   field     [A-Za-z0-9_]+ or a quoted string
 *   operator  ==  !=  ~=
 *   value     bare, "quoted", and after ~= also /quoted/ and |quoted|
 */
import { refusal } from '../errors.ts';
import { goQuote } from '../go-quote.ts';
import { Scanner } from './scanner.ts';
import type { Token } from './scanner.ts';
import { compared, present } from './selector.ts';
import type { Filter, Operator } from './selector.ts';
import { unquote } from './unquote.ts';

/** Shows where it went wrong as containerd does, which cuts the input at *bytes*: half a character prints as U+FFFD. */
const located = (characters: readonly string[], at: number): string => {
  const bad = characters[at];
  if (bad === undefined) return `[${characters.join('')}]`;
  const before = characters.slice(0, at).join('');
  const after = characters.slice(at + 1).join('');
  const halves = new TextEncoder().encode(bad).length;
  return halves === 1
    ? `[${before} >|${bad}|< ${after}]`
    : `[${before} >|\ufffd|< ${'\ufffd'.repeat(halves - 1)}${after}]`;
};

class Parser {
  private readonly scanner: Scanner;

  constructor(input: string) {
    this.scanner = new Scanner(input);
  }

  parse(): Filter {
    const selectors = [this.selector()];
    for (let next = this.scanner.peek(); next !== ''; next = this.scanner.peek()) {
      if (next !== ',') this.fail(this.scanner.at, `unexpected input: ${next}`);
      this.scanner.scan();
      selectors.push(this.selector());
    }
    return (fields) => selectors.every((selector) => selector(fields));
  }

  private selector(): Filter {
    const path = [this.field()];
    while (this.scanner.peek() === '.') {
      this.scanner.scan();
      path.push(this.field());
    }
    const next = this.scanner.peek();
    if (next === '' || next === ',') return present(path);
    const operator = this.operator();
    return compared(path, operator, this.value(operator === '~='));
  }

  private field(): string {
    const token = this.scanner.scan();
    if (token.kind === 'field') return token.text;
    if (token.kind === 'quoted') return this.unquoted(token, false);
    return this.refuse(token, 'expected field or quoted');
  }

  private operator(): Operator {
    const token = this.scanner.scan();
    const { text } = token;
    if (token.kind !== 'operator') return this.refuse(token, 'expected an operator ("=="|"!="|"~=")');
    if (text === '==' || text === '!=' || text === '~=') return text;
    return this.fail(token.at, `unsupported operator ${goQuote(text)}`);
  }

  private value(patternQuotes: boolean): string {
    const token = this.scanner.scan();
    if (token.kind === 'value' || token.kind === 'field') return token.text;
    if (token.kind === 'quoted') return this.unquoted(token, patternQuotes);
    return this.refuse(token, 'expected value or quoted');
  }

  private unquoted(token: Token, patternQuotes: boolean): string {
    if (!patternQuotes && !token.text.startsWith('"')) return this.fail(token.at, 'invalid quote encountered');
    return unquote(token.text) ?? this.fail(token.at, 'unquoting failed: quote syntax error');
  }

  private refuse(token: Token, expected: string): never {
    return this.fail(token.at, token.kind === 'illegal' ? this.scanner.problem : expected);
  }

  private fail(at: number, problem: string): never {
    throw refusal('filter-syntax', {
      text: `filters: parse error: ${located(this.scanner.characters, at)}: ${problem}`,
      problem,
    });
  }
}

const ALWAYS: Filter = () => true;

/** One filter; the empty string matches everything. InvalidArgument, with the place and containerd's text. */
export const parseFilter = (filter: string): Filter => (filter === '' ? ALWAYS : new Parser(filter).parse());

/** A filter that matches what any of `filters` matches; none given = everything. */
export const parseFilters = (filters: readonly string[]): Filter => {
  if (filters.length === 0) return ALWAYS;
  const parsed = filters.map(parseFilter);
  return (fields) => parsed.some((filter) => filter(fields));
};
