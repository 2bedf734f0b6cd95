/** A program's commands as a table: names, flags, and what they do. Help and parsing are made of it. */
import type { Session } from '../session.ts';

/** A flag. Its first name is the long one; `-x` and `--x` are the same, as Go's flag package has it. */
export interface Flag {
  readonly names: readonly [string, ...string[]];
  /** `strings` may be given several times. */
  readonly type: 'bool' | 'string' | 'strings' | 'int' | 'duration';
  readonly usage: string;
  readonly default?: string;
  /** The environment variable that help names. */
  readonly environment?: string;
  readonly required?: boolean;
}

export interface CtrCommand {
  readonly names: readonly [string, ...string[]];
  readonly usage: string;
  /** What follows the name in the usage line. */
  readonly arguments?: string;
  readonly flags?: readonly Flag[];
  /** Flags end at the first operand, because the rest is another program's command line. */
  readonly endsFlags?: boolean;
  readonly commands?: readonly CtrCommand[];
  /** Answers an exit code; 0 when it answers nothing. Throws what `ctr: …` shall say. */
  readonly run?: (session: Session) => Promise<number | void>;
}

export const SNAPSHOTTER_FLAG: Flag = {
  names: ['snapshotter'],
  type: 'string',
  usage: 'snapshotter name. Empty value stands for the default value.',
  environment: 'CONTAINERD_SNAPSHOTTER',
};

export const quietFlag = (what: string): Flag => ({
  names: ['quiet', 'q'],
  type: 'bool',
  usage: `print only the ${what}`,
});
