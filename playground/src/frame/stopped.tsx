import { useEffect, type ReactElement } from 'react';
import { fill, useTexts } from '../i18n/index.ts';
import { RemoteError } from '../kernel/rpc.ts';
import { useKernel, usePage } from '../store/context.ts';
import { Button } from '../ui/button.tsx';

/** What went wrong below, in a sentence, with the way out. */
export const Stopped = (): ReactElement | null => {
  const { frame } = useTexts();
  const { kernel, state } = usePage();
  const stopped = useKernel((told) => told.stopped);

  // A call that nobody waits for may fail, too: the kernel was restarted meanwhile, say.
  useEffect(() => {
    const listen = (event: PromiseRejectionEvent): void => {
      if (!(event.reason instanceof RemoteError)) return;
      event.preventDefault();
      state.set({ message: [event.reason.message, event.reason.advice].filter(Boolean).join('. ') });
    };
    addEventListener('unhandledrejection', listen);
    return () => removeEventListener('unhandledrejection', listen);
  }, [state]);

  if (stopped === '') return null;
  return (
    <div className="message" role="alert">
      <p>{fill(frame.stopped, { message: stopped })}</p>
      <Button look="main" onClick={() => void kernel.restart()}>
        {frame.restart}
      </Button>
    </div>
  );
};
