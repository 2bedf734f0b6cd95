import { useEffect, useId, useRef, type ReactElement, type ReactNode } from 'react';
import { useTexts } from '../i18n/index.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import './dialog.css';

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** The platform's own modal: it keeps the focus, Escape closes it, and the page behind is inert. */
export const Dialog = ({ title, onClose, children }: Props): ReactElement => {
  const { frame } = useTexts();
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    box.current?.showModal();
    // By itself it would go to the first button, which closes.
    box.current?.querySelector<HTMLElement>('.dialog-body input')?.focus();
  }, []);
  return (
    <dialog ref={box} className="dialog" aria-labelledby={id} onClose={onClose}>
      <header className="dialog-head">
        <h2 id={id}>{title}</h2>
        <Button aria-label={frame.close} title={frame.close} onClick={() => box.current?.close()}>
          <Icon name="close" />
        </Button>
      </header>
      <div className="dialog-body">{children}</div>
    </dialog>
  );
};
