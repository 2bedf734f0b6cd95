import { O_CREAT, O_WRONLY } from '@layerscope/core/fs';
import type { Entry, LayerTree, Operation } from '../overlay/scene.ts';

/** What a name can be when an operation meets it. */
export interface NameState {
  readonly what: string;
  /** What stands at the name in a lower layer. */
  readonly lower?: Entry;
  /** What is done through the mount to get there. */
  readonly prepare?: (path: string) => readonly Operation[];
}

const file: Entry = { kind: 'file', data: 'lower', mode: 0o644 };
const emptyDir: Entry = { kind: 'dir', mode: 0o755, entries: {} };
const fullDir: Entry = { kind: 'dir', mode: 0o755, entries: { x: { kind: 'file', data: 'x', mode: 0o644 } } };
const symlinkTo = (target: string): Entry => ({ kind: 'symlink', target });

const write = (path: string): readonly Operation[] => [
  { call: 'open', path, flags: O_CREAT | O_WRONLY, mode: 0o644, slot: 0 },
  { call: 'fwrite', slot: 0, position: 0, data: 'upper' },
  { call: 'close', slot: 0 },
];
const mkdir = (path: string): readonly Operation[] => [{ call: 'mkdir', path, mode: 0o755 }];
const touch = (path: string): readonly Operation[] => [{ call: 'chmod', path, mode: 0o700 }];
const unlink = (path: string): readonly Operation[] => [{ call: 'unlink', path }];
const empty = (path: string): readonly Operation[] => [{ call: 'unlink', path: `${path}/x` }];
const rmdir = (path: string): readonly Operation[] => [{ call: 'rmdir', path }];
const symlink = (path: string): readonly Operation[] => [{ call: 'symlink', path, target: 'target' }];

/** `target` and `folder` stand beside what is tried, for the symlinks. */
export const STATES: readonly NameState[] = [
  { what: 'nothing' },
  { what: 'a lower file', lower: file },
  { what: 'a copied-up file', lower: file, prepare: touch },
  { what: 'an upper file', prepare: write },
  { what: 'an upper file over a whiteout', lower: file, prepare: (path) => [...unlink(path), ...write(path)] },
  { what: 'a removed file', lower: file, prepare: unlink },
  { what: 'an empty lower directory', lower: emptyDir },
  { what: 'a full lower directory', lower: fullDir },
  { what: 'a merged directory', lower: fullDir, prepare: touch },
  { what: 'a merged directory emptied', lower: fullDir, prepare: empty },
  { what: 'an empty upper directory', prepare: mkdir },
  { what: 'a full upper directory', prepare: (path) => [...mkdir(path), ...write(`${path}/y`)] },
  {
    what: 'an upper directory over a whiteout',
    lower: fullDir,
    prepare: (path) => [...empty(path), ...rmdir(path), ...mkdir(path)],
  },
  { what: 'a lower symlink to a file', lower: symlinkTo('target') },
  { what: 'a lower symlink to a directory', lower: symlinkTo('folder') },
  { what: 'a dangling lower symlink', lower: symlinkTo('nowhere') },
  {
    what: 'a copied-up symlink',
    lower: symlinkTo('target'),
    prepare: (path) => [{ call: 'lchown', path, uid: 1, gid: 1 }],
  },
  { what: 'an upper symlink', prepare: symlink },
];

/** Two lower names of one file in `dir`. */
export const hardLinks = (dir: string): LayerTree => ({
  one: file,
  two: { kind: 'hardlink', target: `${dir}/one` },
});

/** What the symlinks lead to. */
export const SURROUNDINGS: LayerTree = { target: file, folder: fullDir };
