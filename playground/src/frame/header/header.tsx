import type { ReactElement } from 'react';
import { useTexts } from '../../i18n/index.ts';
import { usePage, useKernel } from '../../store/context.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Appearance } from './appearance.tsx';
import './header.css';

const Logo = (): ReactElement => (
  <svg className="logo" viewBox="0 0 28 26" width="28" height="26" aria-hidden="true">
    <path d="M14 10 26 17 14 24 2 17z" className="logo-low" />
    <path d="M14 6 26 13 14 20 2 13z" className="logo-middle" />
    <path d="M14 1 26 8 14 15 2 8z" className="logo-top" />
  </svg>
);

export const Header = (): ReactElement => {
  const { frame } = useTexts();
  const { kernel } = usePage();
  const at = useKernel(({ moment }) => moment.at);
  const next = useKernel(({ moment }) => moment.next);
  return (
    <header className="header">
      <Logo />
      <h1>{frame.title}</h1>
      <p className="tagline">{frame.tagline}</p>
      <div className="header-tools">
        <Button shortcut="mod+z" disabled={at === 0} onClick={() => void kernel.call('undo', undefined)}>
          <Icon name="undo" />
          <span className="wide-only">{frame.undo}</span>
        </Button>
        <Button
          shortcut="mod+shift+z"
          disabled={next === undefined}
          onClick={() => void kernel.call('redo', undefined)}
        >
          <Icon name="redo" />
          <span className="wide-only">{frame.redo}</span>
        </Button>
        <Appearance />
      </div>
    </header>
  );
};
