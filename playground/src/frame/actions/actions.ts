/** Everything the page can do, in one list: the header, the keyboard and the command palette all use it. */
import type { Texts } from '../../i18n/index.ts';
import type { Page } from '../../store/context.ts';
import type { ViewName } from '../../store/selection.ts';
import { FIRST_LOG } from '../first-log.ts';
import type { Opening } from '../open/use-opening.ts';
import { forgetEverything } from '../keep/database.ts';

export interface Action {
  readonly id: string;
  readonly label: string;
  /** As `matchesShortcut` reads it. */
  readonly shortcut?: string;
  run(): void;
}

const VIEW_KEYS: Readonly<Record<ViewName, string>> = {
  layers: 'alt+1',
  terminal: 'alt+2',
  timeline: 'alt+3',
  machine: 'alt+4',
  editor: 'alt+5',
};

/** What takes the focus in a view: the first of these that it has. */
const FOCUS: readonly string[] = ['[role=treegrid]', 'textarea', '[aria-current]', 'input', 'button'];

/** Brings a view to the front, and the focus into it. */
export const showView = ({ selection }: Page, view: ViewName): void => {
  selection.set({ view, maximized: '' });
  requestAnimationFrame(() => {
    const card = document.querySelector<HTMLElement>(`[data-view="${view}"]`);
    const found = FOCUS.map((selector) => card?.querySelector<HTMLElement>(selector)).find(Boolean);
    found?.focus();
  });
};

export const actionsOf = (
  page: Page,
  { frame, actions, timeline, machine }: Texts,
  { chooseFile, openPrograms }: Pick<Opening, 'chooseFile' | 'openPrograms'>,
): readonly Action[] => {
  const { kernel, state } = page;
  const views = Object.entries(VIEW_KEYS) as readonly (readonly [ViewName, string])[];
  return [
    { id: 'palette', label: frame.palette, shortcut: 'mod+k', run: () => state.set({ dialog: 'palette' }) },
    { id: 'undo', label: frame.undo, shortcut: 'mod+z', run: () => void kernel.call('undo', undefined) },
    { id: 'redo', label: frame.redo, shortcut: 'mod+shift+z', run: () => void kernel.call('redo', undefined) },
    { id: 'open', label: frame.openImage, shortcut: 'mod+o', run: chooseFile },
    { id: 'programs', label: actions.programs, run: openPrograms },
    { id: 'share', label: frame.share, shortcut: 'mod+shift+s', run: () => state.set({ dialog: 'share' }) },
    { id: 'export', label: frame.export, shortcut: 'mod+s', run: () => state.set({ dialog: 'export' }) },
    { id: 'lessons', label: frame.lessons, shortcut: 'alt+l', run: () => state.set({ lessons: !state.get().lessons }) },
    { id: 'tour', label: frame.tour, run: () => state.set({ dialog: 'tour' }) },
    { id: 'shortcuts', label: actions.shortcuts, shortcut: 'shift+?', run: () => state.set({ dialog: 'shortcuts' }) },
    { id: 'gc', label: machine.collect, run: () => void kernel.call('execute', { type: 'gc' }) },
    { id: 'crash', label: timeline.crash, run: () => void kernel.call('execute', { type: 'crash' }) },
    ...views.map(([view, shortcut]) => ({
      id: `view-${view}`,
      label: actions.show.replace('{view}', frame.views[view]),
      shortcut,
      run: () => showView(page, view),
    })),
    {
      id: 'again',
      label: actions.startOver,
      run: () => void forgetEverything().then(() => kernel.call('open', FIRST_LOG)),
    },
  ];
};
