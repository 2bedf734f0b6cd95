import { lazy, Suspense, type ReactElement } from 'react';
import { usePage } from '../store/context.ts';
import { useStore } from '../store/store.ts';
import type { Action } from './actions/actions.ts';
import type { SharedLog } from './share/check-log.ts';
import { useSettings } from './settings-context.ts';

const Palette = lazy(async () => ({ default: (await import('./actions/palette.tsx')).Palette }));
const ShortcutsDialog = lazy(async () => ({
  default: (await import('./actions/shortcuts-dialog.tsx')).ShortcutsDialog,
}));
const ExportDialog = lazy(async () => ({ default: (await import('./export/export-dialog.tsx')).ExportDialog }));
const ShareDialog = lazy(async () => ({ default: (await import('./share/share-dialog.tsx')).ShareDialog }));
const SharedDialog = lazy(async () => ({ default: (await import('./share/shared-dialog.tsx')).SharedDialog }));
const Tour = lazy(async () => ({ default: (await import('./tour/tour.tsx')).Tour }));

interface Props {
  readonly actions: readonly Action[];
  /** What a link or a file brought, not carried out yet. */
  readonly received: SharedLog | undefined;
}

/** Whatever stands over the views for a while; loaded when it is asked for. */
export const Overlays = ({ actions, received }: Props): ReactElement => {
  const { state } = usePage();
  const { change } = useSettings();
  const dialog = useStore(state, (page) => page.dialog);
  const close = (): void => state.set({ dialog: '' });
  return (
    <Suspense>
      {dialog === 'palette' && <Palette actions={actions} onClose={close} />}
      {dialog === 'shortcuts' && <ShortcutsDialog actions={actions} onClose={close} />}
      {dialog === 'export' && <ExportDialog onClose={close} />}
      {dialog === 'share' && <ShareDialog onClose={close} />}
      {dialog === 'shared' && received !== undefined && <SharedDialog log={received} onClose={close} />}
      {dialog === 'tour' && (
        <Tour
          onClose={() => {
            change({ toured: true });
            close();
          }}
        />
      )}
    </Suspense>
  );
};
