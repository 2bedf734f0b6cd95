import { useEffect, type ReactElement } from 'react';
import { Button } from '../../ui/button.tsx';
import { matchesShortcut } from '../../ui/shortcut.ts';

export interface Tool {
  readonly label: string;
  readonly shortcut: string;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  /** The page's key map has this key already. */
  readonly isPages?: boolean;
  run(): void;
}

/** What can be done in a lesson, as buttons that show their keys. */
export const Tools = ({ tools, label }: { readonly tools: readonly Tool[]; readonly label: string }): ReactElement => {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const tool = tools.find(({ shortcut, isPages }) => isPages !== true && matchesShortcut(shortcut, event));
      if (tool === undefined || tool.disabled === true) return;
      event.preventDefault();
      tool.run();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [tools]);
  return (
    <div className="lesson-tools" role="group" aria-label={label}>
      {tools.map(({ label: name, shortcut, pressed, disabled, run }) => (
        <Button
          key={name}
          look="line"
          shortcut={shortcut}
          disabled={disabled === true}
          {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
          onClick={run}
        >
          {name}
        </Button>
      ))}
    </div>
  );
};
