/** What the user is looking at: the same for all views, and part of no history. */
import type { Mark } from '../kernel/layer-values.ts';

export type ViewName = 'layers' | 'machine' | 'terminal' | 'editor' | 'timeline';

export interface Selection {
  /** The snapshot whose layers are shown. */
  readonly snapshot: string;
  /** The layer of its stack that is shown alone; `''` = all of them merged. */
  readonly layer: string;
  /** The path whose story is told; `''` = none. */
  readonly path: string;
  readonly open: readonly string[];
  readonly filter: string;
  readonly marks: readonly Mark[];
  /** The one view a narrow screen shows. */
  readonly view: ViewName;
  /** Fills the screen with one view. */
  readonly maximized: ViewName | '';
}

export const ALL_MARKS: readonly Mark[] = ['added', 'changed', 'hidden', 'opaque', 'unchanged'];

export const FIRST_SELECTION: Selection = {
  snapshot: '',
  layer: '',
  path: '',
  open: ['/etc'],
  filter: '',
  marks: ALL_MARKS,
  view: 'layers',
  maximized: '',
};
