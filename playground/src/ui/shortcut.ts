/** Keys as they are written for a reader, and as they come from a keyboard. `mod` is Ctrl, or ⌘ on Apple's. */
const isApple = (): boolean => /mac|iphone|ipad/i.test(globalThis.navigator?.platform ?? '');

const SIGNS: Readonly<Record<string, string>> = {
  shift: '⇧',
  alt: 'Alt',
  arrowleft: '←',
  arrowright: '→',
  space: '␣',
  enter: '⏎',
};

/** `mod+shift+z` → `Ctrl ⇧ Z`. */
export const shortcutText = (shortcut: string, apple: boolean = isApple()): string =>
  shortcut
    .split('+')
    .map((key) => (key === 'mod' ? (apple ? '⌘' : 'Ctrl') : (SIGNS[key] ?? key.toUpperCase())))
    .join(' ');

type Keys = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

export const matchesShortcut = (shortcut: string, event: Keys): boolean => {
  const keys = shortcut.split('+');
  const key = keys.at(-1) ?? '';
  const mod = event.ctrlKey || event.metaKey;
  return (
    event.key.toLowerCase() === key &&
    keys.includes('mod') === mod &&
    keys.includes('shift') === event.shiftKey &&
    keys.includes('alt') === event.altKey
  );
};
