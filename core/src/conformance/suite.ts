import type { Law } from './law.ts';

/** A law with the implementation it is asked of: running it makes a subject, runs the law and takes the subject down. */
export interface BoundLaw {
  readonly name: string;
  readonly rule: string;
  run(): Promise<void>;
}

/** The laws of a contract, bound to one implementation. */
export interface Suite {
  readonly name: string;
  readonly laws: readonly BoundLaw[];
}

/** What became of one law. */
export interface Verdict {
  readonly name: string;
  readonly rule: string;
  readonly held: boolean;
  /** What went wrong; `''` when it held. */
  readonly problem: string;
}

export interface Report {
  readonly suite: string;
  readonly verdicts: readonly Verdict[];
  readonly held: number;
  readonly broken: number;
}

/** The two functions of a test runner that `register` needs; vitest's, jest's and node:test's all fit. */
export interface TestRunner {
  describe(name: string, body: () => void): void;
  it(name: string, body: () => Promise<void>): void;
}

/** Something that was made for one law and has to be taken down. */
export interface Closable {
  close(): Promise<void>;
}

const bind = <Subject extends Closable>(law: Law<Subject>, factory: () => Promise<Subject>): BoundLaw => ({
  name: law.name,
  rule: law.rule,
  async run() {
    const subject = await factory();
    try {
      await law.run(subject);
    } finally {
      await subject.close();
    }
  },
});

/** Binds laws to a factory that makes a fresh subject for each. */
export const createSuite = <Subject extends Closable>(
  name: string,
  laws: readonly Law<Subject>[],
  factory: () => Promise<Subject>,
): Suite => ({ name, laws: laws.map((law) => bind(law, factory)) });

/** Runs every law, one after another, and tells what held. `onVerdict` hears of each as it is known. */
export const runSuite = async (suite: Suite, onVerdict: (verdict: Verdict) => void = () => {}): Promise<Report> => {
  const verdicts: Verdict[] = [];
  for (const { name, rule, run } of suite.laws) {
    let problem = '';
    try {
      await run();
    } catch (error) {
      problem = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    }
    const verdict = { name, rule, held: problem === '', problem };
    verdicts.push(verdict);
    onVerdict(verdict);
  }
  const held = verdicts.filter((verdict) => verdict.held).length;
  return { suite: suite.name, verdicts, held, broken: verdicts.length - held };
};

/** A report as text: the broken laws with their rules, then the count. */
export const formatReport = ({ suite, verdicts, held, broken }: Report): string => {
  const lines = verdicts
    .filter((verdict) => !verdict.held)
    .flatMap(({ name, rule, problem }) => [`BROKEN  ${name}`, `        rule: ${rule}`, `        ${problem}`]);
  return [...lines, `${suite}: ${held} of ${held + broken} laws hold`].join('\n');
};

/**
 * Registers every law as a test.
 *
 * @example
 * register(snapshotterSuite('mine', makeMine), { describe, it });
 */
export const register = ({ name, laws }: Suite, { describe, it }: TestRunner): void => {
  describe(name, () => {
    for (const law of laws) it(law.name, () => law.run());
  });
};
