import { lazy, Suspense, type ReactElement } from 'react';
import { fill, useTexts, type Texts } from '../../../i18n/index.ts';
import type { PathDetail } from '../../../kernel/layer-values.ts';
import type { Effect } from '../../../kernel/values.ts';
import { usePage, useSelection } from '../../../store/context.ts';
import { bytesText, shortName } from '../../../ui/bytes.ts';
import { Button } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { usePath } from '../stack/use-stack.ts';
import { PresenceList } from './presence-list.tsx';
import { storyOf, type Sentence } from './story.ts';
import './story.css';

const TextDiff = lazy(async () => ({ default: (await import('./text-diff.tsx')).TextDiff }));

export const effectText = ({ story }: Texts, { what, call, bytes }: Effect): string => {
  if (what === 'copy-up') return fill(bytes > 0 ? story.copyUp : story.copyUpShape, { call, bytes: bytesText(bytes) });
  return fill(story[what], { call });
};

const sentenceText = (texts: Texts, sentence: Sentence): string => {
  const { story, layers } = texts;
  switch (sentence.tell) {
    case 'seenFrom':
      return fill(story.seenFrom, { role: layers[sentence.role], title: shortName(sentence.title) });
    case 'mergedFrom':
    case 'replaces':
      return fill(story[sentence.tell], { count: sentence.count });
    case 'hiddenByWhiteout':
    case 'newHere':
      return fill(story[sentence.tell], { title: shortName(sentence.title) });
    case 'hiddenByOpaque':
      return fill(story.hiddenByOpaque, { title: shortName(sentence.title), path: sentence.path });
    case 'gone':
      return story.gone;
    case 'effect':
      return `${effectText(texts, sentence.effect)} ${story.rules[sentence.effect.rule]}`;
  }
};

const Told = ({ detail }: { readonly detail: PathDetail }): ReactElement => {
  const texts = useTexts();
  return (
    <ul className="told">
      {storyOf(detail).map((sentence, index) => (
        <li key={index} data-tell={sentence.tell}>
          {sentenceText(texts, sentence)}
        </li>
      ))}
    </ul>
  );
};

/** What a path holds, layer by layer, and why. */
export const PathStory = (): ReactElement | null => {
  const { story, frame } = useTexts();
  const { selection } = usePage();
  const path = useSelection((selected) => selected.path);
  const detail = usePath();
  if (path === '' || detail === undefined) return null;
  return (
    <section className="story" aria-label={story.title}>
      <header className="story-head">
        <h3>
          <code>{path}</code>
        </h3>
        <Button aria-label={frame.close} title={frame.close} onClick={() => selection.set({ path: '' })}>
          <Icon name="close" />
        </Button>
      </header>
      <Told detail={detail} />
      <PresenceList presences={detail.presences} />
      <Suspense>
        <TextDiff presences={detail.presences} />
      </Suspense>
    </section>
  );
};
