/** What the scanner found. `'other'` is a character that begins no token; `'illegal'` comes with `problem`. */
export type TokenKind = 'field' | 'quoted' | 'value' | 'separator' | 'operator' | 'illegal' | 'end' | 'other';

export interface Token {
  readonly kind: TokenKind;
  /** Index of its first character. */
  readonly at: number;
  readonly text: string;
}

/** White space by Unicode, which is what Go skips; JavaScript's `\s` has U+FEFF more and U+0085 less. */
const SPACE = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/;
const FIELD = /^[A-Za-z0-9_]$/;
const OPERATOR = /^[=!~]$/;
const QUOTE = /^["/|]$/;
/** What may follow the first character of a bare value: anything graphic but a comma. */
const VALUE = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u;

const ESCAPES: { readonly [letter: string]: readonly [digits: number, alphabet: RegExp] } = {
  x: [2, /^[0-9a-fA-F]$/],
  u: [4, /^[0-9a-fA-F]$/],
  U: [8, /^[0-9a-fA-F]$/],
};
const OCTAL = /^[0-7]$/;

/**
 * Cuts a filter into tokens, the way containerd's scanner does, peculiarities included: after an operator the next
 * token that is not quoted is a value up to the next comma or blank, and the first problem met is the one reported.
 */
export class Scanner {
  readonly characters: readonly string[];
  /** The first problem met; `''` while there is none. */
  problem = '';
  private position = 0;
  private expectsValue = false;

  constructor(input: string) {
    this.characters = Array.from(input);
  }

  /** Index of the character that `peek` answers. */
  get at(): number {
    return this.position;
  }

  /** The next character without taking it; `''` at the end. */
  peek(): string {
    return this.legal(this.characters[this.position] ?? '') ?? '\ufffd';
  }

  /** Takes the next token; blanks before it are skipped. */
  scan(): Token {
    let first = this.take();
    while (first !== undefined && SPACE.test(first)) first = this.take();
    if (first === '') return { kind: 'end', at: this.characters.length, text: '' };
    const at = this.position - 1;
    return { kind: this.kindOf(first), at, text: this.characters.slice(at, this.position).join('') };
  }

  private kindOf(first: string | undefined): TokenKind {
    if (first === undefined) return 'illegal';
    if (QUOTE.test(first)) return this.takeQuoted(first) ? 'quoted' : 'illegal';
    if (first === ',' || first === '.') {
      this.expectsValue = false;
      return 'separator';
    }
    if (OPERATOR.test(first)) {
      this.takeWhile(OPERATOR);
      this.expectsValue = true;
      return 'operator';
    }
    if (this.expectsValue) {
      this.takeWhile(VALUE, ',');
      this.expectsValue = false;
      return 'value';
    }
    if (!FIELD.test(first)) return 'other';
    this.takeWhile(FIELD);
    return 'field';
  }

  /** `undefined` for a character no filter may hold. */
  private legal(character: string): string | undefined {
    if (character === '\ufffd' || /^[\ud800-\udfff]$/.test(character)) this.report('rune error');
    else if (character === '\0') this.report('unexpected null');
    else return character;
    return undefined;
  }

  private take(): string | undefined {
    const character = this.characters[this.position] ?? '';
    if (character !== '') this.position++;
    return this.legal(character);
  }

  private takeWhile(alphabet: RegExp, except = ''): void {
    for (let next = this.peek(); next !== except && alphabet.test(next); next = this.peek()) {
      if (next === '\ufffd') return;
      this.take();
    }
  }

  private takeQuoted(quote: string): boolean {
    let sound = true;
    for (let next = this.take(); next !== quote;) {
      if (next === undefined || next === '' || next === '\n') {
        this.report('quoted literal not terminated');
        return false;
      }
      if (next !== '\\') {
        next = this.take();
        continue;
      }
      const letter = this.take();
      if (letter !== undefined && (letter === quote || (letter !== '' && 'abfnrtv\\'.includes(letter)))) {
        next = this.take();
        continue;
      }
      const [digits, alphabet] = (letter !== undefined && ESCAPES[letter]) || [3, OCTAL];
      const first = letter !== undefined && letter in ESCAPES ? this.take() : letter;
      const numeric = first !== letter || (letter !== undefined && OCTAL.test(letter));
      if (numeric) {
        const [after, complete] = this.takeDigits(first, digits, alphabet);
        sound &&= complete;
        next = after;
      } else {
        sound = false;
        this.report('illegal escape sequence');
        next = letter;
      }
    }
    return sound;
  }

  private takeDigits(first: string | undefined, digits: number, alphabet: RegExp): [string | undefined, boolean] {
    let next = first;
    let left = digits;
    for (; left > 0 && next !== undefined && alphabet.test(next); left--) next = this.take();
    if (left > 0) this.report('illegal numeric escape sequence');
    return [next, left === 0];
  }

  private report(problem: string): void {
    if (this.problem === '') this.problem = problem;
  }
}
