import type { ButtonHTMLAttributes, ReactElement } from 'react';
import { shortcutText } from './shortcut.ts';
import './button.css';

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: 'plain' | 'line' | 'main';
  /** Shown beside the label: `mod+z`. The page's key map does what it says. */
  readonly shortcut?: string;
}

export const Button = ({ look = 'plain', shortcut, children, className, ...rest }: Props): ReactElement => (
  <button
    type="button"
    className={`button ${className ?? ''}`}
    data-look={look}
    aria-keyshortcuts={shortcut?.replace('mod', 'Control')}
    {...rest}
  >
    {children}
    {shortcut !== undefined && (
      <kbd className="key-hint" aria-hidden="true">
        {shortcutText(shortcut)}
      </kbd>
    )}
  </button>
);
