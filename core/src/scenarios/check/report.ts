/** How something differs from what was wanted of it, in words a reader can act on. */
export interface Difference {
  /** What differs, e.g. `container c1: /etc/motd: mode`. */
  readonly where: string;
  readonly wanted: string;
  readonly found: string;
}

/** Collects differences under a heading. */
export class Report {
  readonly #differences: Difference[];
  readonly #heading: string;

  constructor(heading = '', differences: Difference[] = []) {
    this.#heading = heading;
    this.#differences = differences;
  }

  get differences(): readonly Difference[] {
    return this.#differences;
  }

  /** Differences added to it are under `heading`, and this report's own. */
  under(heading: string): Report {
    return new Report(this.#heading === '' ? heading : `${this.#heading}: ${heading}`, this.#differences);
  }

  /** An empty report, to find out whether something fits. */
  trial(): Report {
    return new Report(this.#heading);
  }

  add(what: string, wanted: string, found: string): void {
    const where = [this.#heading, what].filter((part) => part !== '').join(': ');
    this.#differences.push({ where, wanted, found });
  }
}
