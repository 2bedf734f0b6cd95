import type { ReactElement } from 'react';
import { useTexts } from '../../i18n/index.ts';
import { useKernel, usePage } from '../../store/context.ts';
import { SUGGESTION_NAMES, SUGGESTIONS } from './suggestions.ts';

/** Commands to run with one click, for those who do not know yet what to type. */
export const TryIt = (): ReactElement | null => {
  const { happened } = useTexts();
  const { kernel } = usePage();
  const container = useKernel(({ moment }) => moment.containers.at(-1)?.id);
  const busy = useKernel((state) => state.busy > 0);
  if (container === undefined) return null;
  return (
    <p className="try-it" role="group" aria-label={happened.tryIt}>
      <span className="quiet">{happened.tryIt}</span>
      {SUGGESTION_NAMES.map((name) => (
        <button
          key={name}
          type="button"
          className="chip"
          disabled={busy}
          title={happened.suggestions[name]}
          onClick={() =>
            void kernel.call('execute', { type: 'exec', container, args: ['sh', '-c', SUGGESTIONS[name]] })
          }
        >
          <code>{SUGGESTIONS[name]}</code>
        </button>
      ))}
    </p>
  );
};
