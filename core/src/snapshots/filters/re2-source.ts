/** A pattern that Go would not compile. */
export class Re2Error extends Error {}

/** What is left of a pattern. */
export class Source {
  private rest: string;

  constructor(pattern: string) {
    this.rest = pattern;
  }

  get done(): boolean {
    return this.rest === '';
  }

  /** The next character; `''` at the end. */
  peek(): string {
    return this.rest === '' ? '' : String.fromCodePoint(this.rest.codePointAt(0) as number);
  }

  take(): string {
    const character = this.peek();
    this.rest = this.rest.slice(character.length);
    return character;
  }

  /** Takes what `pattern` (anchored) matches; `undefined` when it does not. */
  match(pattern: RegExp): string | undefined {
    const found = pattern.exec(this.rest)?.[0];
    if (found !== undefined) this.rest = this.rest.slice(found.length);
    return found;
  }

  /** Takes up to and including `end`, or everything; answers it without `end`. */
  takeUntil(end: string): string {
    const at = this.rest.indexOf(end);
    const text = at < 0 ? this.rest : this.rest.slice(0, at);
    this.rest = at < 0 ? '' : this.rest.slice(at + end.length);
    return text;
  }
}
