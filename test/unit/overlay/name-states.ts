import type { Stage } from './stage.ts';

/** The states that a name can be in, as the recorded tables call them: what is below, then what is done on the mount. */
export type NameState = keyof typeof STATES;

interface State {
  readonly lower?: (stage: Stage, path: string) => void;
  readonly merged?: (stage: Stage, path: string) => void;
}

const file =
  (text: string) =>
  (stage: Stage, path: string): void =>
    stage.write(path, text);
const emptyDirectory = (stage: Stage, path: string): void => stage.root.mkdir(path, 0o755);
const directory = (stage: Stage, path: string): void => {
  emptyDirectory(stage, path);
  stage.write(`${path}/x`, '1');
};
const removeTree = ({ root }: Stage, path: string): void => {
  root.unlink(`${path}/x`);
  root.rmdir(path);
};
const upperDirectory = (stage: Stage, path: string): void => {
  emptyDirectory(stage, path);
  stage.write(`${path}/q`, '1');
};
const remove = ({ root }: Stage, path: string): void => root.unlink(path);

const STATES = {
  /** Nothing anywhere. */
  N: {},
  /** Lower file; copied up; upper only; upper in place of a removed lower one. */
  LF: { lower: file('lf') },
  CF: { lower: file('cf'), merged: ({ root }, path) => root.chmod(path, 0o600) },
  UF: { merged: file('uf') },
  OF: {
    lower: file('of'),
    merged: (stage, path) => {
      remove(stage, path);
      stage.write(path, 'new');
    },
  },
  /** Whiteout over a file, over a directory. */
  W: { lower: file('w'), merged: remove },
  WD: { lower: directory, merged: removeTree },
  /** Lower symlink. */
  LS: { lower: ({ root }, path) => root.symlink('tgt', path) },
  /** Lower, merged, upper, opaque directory: 0 nothing shows in it, 1 something does. */
  LD0: { lower: emptyDirectory },
  LD1: { lower: directory },
  MD0: { lower: directory, merged: ({ root }, path) => root.unlink(`${path}/x`) },
  MD1: { lower: directory, merged: ({ root }, path) => root.chmod(path, 0o700) },
  UD0: { merged: emptyDirectory },
  UD1: { merged: upperDirectory },
  OD0: {
    lower: directory,
    merged: (stage, path) => {
      removeTree(stage, path);
      emptyDirectory(stage, path);
    },
  },
  OD1: {
    lower: directory,
    merged: (stage, path) => {
      removeTree(stage, path);
      upperDirectory(stage, path);
    },
  },
} satisfies Readonly<Record<string, State>>;

export const stateOf = (name: NameState): State => STATES[name];
