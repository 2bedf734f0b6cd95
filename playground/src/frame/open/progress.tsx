import type { ReactElement } from 'react';
import { fill, useTexts } from '../../i18n/index.ts';
import { useKernel, usePage } from '../../store/context.ts';
import { bytesText } from '../../ui/bytes.ts';
import { Button } from '../../ui/button.tsx';

/** Smaller archives are read before one could see it. Bytes. */
const WORTH_SHOWING = 1 << 20;

/** How far an import is, and a way to end it: the kernel is begun anew from the log without it. */
export const Progress = (): ReactElement | null => {
  const { frame, opening } = useTexts();
  const { kernel } = usePage();
  const progress = useKernel((state) => state.progress);
  const busy = useKernel((state) => state.busy > 0);
  if (progress === undefined || !busy || progress.total < WORTH_SHOWING) return null;
  const { done, total, label } = progress;
  const text = fill(opening.progress, { label, done: bytesText(done), total: bytesText(total) });
  return (
    <div className="progress" role="status">
      <span>{text}</span>
      <progress value={done} max={total} aria-label={text} />
      <Button look="line" onClick={() => void kernel.restart()}>
        {frame.cancel}
      </Button>
    </div>
  );
};
