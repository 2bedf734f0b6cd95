import { useEffect } from 'react';
import { matchesShortcut } from '../../ui/shortcut.ts';
import type { Action } from './actions.ts';

/** Where keys belong to what is typed in, except those with a modifier that typing does not need. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** Undo belongs to the text while one writes. */
const OF_TEXT: ReadonlySet<string> = new Set(['undo', 'redo', 'shortcuts']);

export const useShortcuts = (actions: readonly Action[]): void =>
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || document.querySelector('dialog[open]') !== null) return;
      const action = actions.find(({ shortcut }) => shortcut !== undefined && matchesShortcut(shortcut, event));
      if (action === undefined || (isTyping(event.target) && OF_TEXT.has(action.id))) return;
      event.preventDefault();
      action.run();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, [actions]);
