/**
 * just-bash, from which the shell takes its parser and its text tools. It is larger than everything else here together,
 * so it is loaded when the first script is parsed or the first tool runs: a program that is started without a shell
 * needs neither. One instance serves every shell: nothing is ever run in it, and it keeps nothing.
 */
import type { Bash, Command as Tool } from 'just-bash/browser';

export type Library = typeof import('just-bash/browser');

export interface JustBash {
  readonly library: Library;
  readonly bash: Bash;
  /** The tools by name. */
  readonly tools: ReadonlyMap<string, Tool>;
}

/** The registry is private in just-bash's types; the version is pinned and a test holds that it is there. */
interface Registry {
  readonly commands: ReadonlyMap<string, Tool>;
}

let loading: Promise<JustBash> | undefined;

const load = async (): Promise<JustBash> => {
  const library = await import('just-bash/browser');
  const bash = new library.Bash({ defenseInDepth: false, cwd: '/' });
  return { library, bash, tools: (bash as unknown as Registry).commands };
};

/** Loaded once. Whoever expects a script soon may ask ahead. */
export const justBash = (): Promise<JustBash> => (loading ??= load());
