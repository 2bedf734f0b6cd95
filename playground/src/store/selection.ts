/** What the user is looking at: the same for all views, and part of no history. */
import type { Mark } from '../kernel/layer-values.ts';

export type ViewName = 'layers' | 'machine' | 'terminal' | 'editor' | 'timeline';

const VIEWS: readonly ViewName[] = ['layers', 'machine', 'terminal', 'editor', 'timeline'];

/** A view by the name an address gives; `''` for any other. */
export const viewOf = (name: string | null): ViewName | '' => VIEWS.find((view) => view === name) ?? '';

/** The parts of the layers view; where there is no room for all, some share a place. */
export const PARTS = ['forest', 'stack', 'files'] as const;

export type Part = (typeof PARTS)[number];

export interface Selection {
  /** The snapshot whose layers are shown. */
  readonly snapshot: string;
  /** The layer of its stack that was picked; `''` = the topmost. */
  readonly layer: string;
  /** That layer alone, or everything merged up to it. */
  readonly scope: 'layer' | 'merged';
  /** The path whose story is told; `''` = none. */
  readonly path: string;
  readonly open: readonly string[];
  readonly filter: string;
  readonly marks: readonly Mark[];
  /** The part of the layers view that was asked for last. */
  readonly part: Part;
  /** The one view a narrow screen shows. */
  readonly view: ViewName;
  /** Fills the screen with one view. */
  readonly maximized: ViewName | '';
}

export const ALL_MARKS: readonly Mark[] = ['added', 'changed', 'hidden', 'opaque', 'unchanged'];

export const FIRST_SELECTION: Selection = {
  snapshot: '',
  layer: '',
  scope: 'merged',
  path: '',
  open: ['/etc'],
  filter: '',
  marks: ALL_MARKS,
  part: 'forest',
  view: 'layers',
  maximized: '',
};

/** `/a/b/c` lies in `/a` and `/a/b`. */
export const foldersAbove = (path: string): readonly string[] =>
  path
    .split('/')
    .slice(1, -1)
    .map((_, depth) => path.split('/', depth + 2).join('/'));

/** Leads to a path: its story, with the folders open that it lies in. */
export const towards = (path: string, { open }: Pick<Selection, 'open'>): Partial<Selection> => ({
  path,
  part: 'files',
  open: [...new Set([...open, ...foldersAbove(path)])],
});
