import type { ReactElement } from 'react';
import { useTexts } from '../../i18n/index.ts';
import { useKernel } from '../../store/context.ts';
import { Button } from '../../ui/button.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';
import type { Action } from '../actions/actions.ts';
import { Appearance } from './appearance.tsx';
import './header.css';

/** Those that are always in sight. */
const BUTTONS: readonly (readonly [id: string, icon: IconName, shortcut: boolean])[] = [
  ['undo', 'undo', true],
  ['redo', 'redo', false],
  ['open', 'folder', false],
  ['share', 'share', false],
  ['export', 'download', false],
  ['lessons', 'book', false],
  ['tour', 'compass', false],
  ['palette', 'search', true],
];

const Logo = (): ReactElement => (
  <svg className="logo" viewBox="0 0 28 26" width="28" height="26" aria-hidden="true">
    <path d="M14 10 26 17 14 24 2 17z" className="logo-low" />
    <path d="M14 6 26 13 14 20 2 13z" className="logo-middle" />
    <path d="M14 1 26 8 14 15 2 8z" className="logo-top" />
  </svg>
);

export const Header = ({ actions }: { readonly actions: readonly Action[] }): ReactElement => {
  const { frame } = useTexts();
  const at = useKernel(({ moment }) => moment.at);
  const next = useKernel(({ moment }) => moment.next);
  const impossible = (id: string): boolean => (id === 'undo' ? at === 0 : id === 'redo' && next === undefined);
  return (
    <header className="header">
      <Logo />
      <h1>{frame.title}</h1>
      <p className="tagline">{frame.tagline}</p>
      <div className="header-tools">
        {BUTTONS.map(([id, icon, withKeys]) => {
          const action = actions.find((each) => each.id === id);
          return (
            action && (
              <Button
                key={id}
                title={action.label}
                disabled={impossible(id)}
                onClick={action.run}
                {...(withKeys && action.shortcut !== undefined ? { shortcut: action.shortcut } : {})}
              >
                <Icon name={icon} />
                <span className="button-word">{action.label}</span>
              </Button>
            )
          );
        })}
        <Appearance />
      </div>
    </header>
  );
};
