import { useEffect, useMemo, type ReactElement } from 'react';
import { fill, useTexts } from '../i18n/index.ts';
import { usePage } from '../store/context.ts';
import { followLog } from '../store/follow.ts';
import { actionsOf } from './actions/actions.ts';
import { useShortcuts } from './actions/use-shortcuts.ts';
import { Header } from './header/header.tsx';
import { keepAsItGrows } from './keep/begin.ts';
import { Message } from './message.tsx';
import { DropArea } from './open/drop-area.tsx';
import { Progress } from './open/progress.tsx';
import { useOpening } from './open/use-opening.ts';
import { Overlays } from './overlays.tsx';
import { useSettings } from './settings-context.ts';
import { Stopped } from './stopped.tsx';
import { Workspace } from './layout/workspace.tsx';
import './app.css';

/** The page: its head, its views, and what stands over them. */
export const Shell = (): ReactElement => {
  const page = usePage();
  const texts = useTexts();
  const { settings } = useSettings();
  const { received, receive, openFile, chooseFile, openPrograms } = useOpening();
  const actions = useMemo(
    () => actionsOf(page, texts, { chooseFile, openPrograms }),
    [page, texts, chooseFile, openPrograms],
  );
  useShortcuts(actions);

  useEffect(() => {
    const { kernel, begun, state, embedded } = page;
    const stopFollowing = followLog(page);
    const stopKeeping = embedded ? () => undefined : keepAsItGrows(kernel);
    const readHash = async (): Promise<void> => {
      await begun;
      try {
        const { logOfHash } = await import('./share/link.ts');
        const log = logOfHash(location.hash);
        if (log !== undefined) receive(log);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        state.set({ message: fill(texts.sharing.damaged, { why }) });
      }
    };
    if (location.hash !== '') void readHash();
    else if (!settings.toured && !embedded) state.set({ dialog: 'tour' });
    return () => {
      stopFollowing();
      stopKeeping();
    };
    // oxlint-disable-next-line react/exhaustive-deps -- a page begins once
  }, [page]);

  return (
    <div className="app" data-embedded={page.embedded}>
      {page.embedded ? <h1 className="unseen">{texts.frame.title}</h1> : <Header actions={actions} />}
      <div>
        <Progress />
        <Stopped />
        <Message />
      </div>
      <Workspace />
      <DropArea onFile={openFile} />
      <Overlays actions={actions} received={received} />
    </div>
  );
};
