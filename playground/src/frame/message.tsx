import type { ReactElement } from 'react';
import { useTexts } from '../i18n/index.ts';
import { usePage } from '../store/context.ts';
import { useStore } from '../store/store.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';

/** The sentence the page has for its user at the moment. */
export const Message = (): ReactElement => {
  const { frame } = useTexts();
  const { state } = usePage();
  const message = useStore(state, (page) => page.message);
  return (
    <div role="status">
      {message !== '' && (
        <div className="message">
          <p>{message}</p>
          <Button aria-label={frame.close} title={frame.close} onClick={() => state.set({ message: '' })}>
            <Icon name="close" />
          </Button>
        </div>
      )}
    </div>
  );
};
