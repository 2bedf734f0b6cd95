import { useEffect, useState, type ReactElement } from 'react';
import { useTexts } from '../../i18n/index.ts';
import { useSelection } from '../../store/context.ts';
import { Button } from '../../ui/button.tsx';

export const PARTS = ['forest', 'stack', 'files'] as const;
export type Part = (typeof PARTS)[number];

/** The one part a narrow screen shows. Who looks for a path gets to see it. */
export const usePart = (): readonly [Part, (part: Part) => void] => {
  const [part, setPart] = useState<Part>('stack');
  const path = useSelection((selection) => selection.path);
  useEffect(() => {
    if (path !== '') setPart('files');
  }, [path]);
  return [part, setPart];
};

interface Props {
  readonly shown: Part;
  readonly onShow: (part: Part) => void;
}

export const PartTabs = ({ shown, onShow }: Props): ReactElement => {
  const { layers } = useTexts();
  return (
    <nav className="part-tabs" aria-label={layers.parts}>
      {PARTS.map((part) => (
        <Button
          key={part}
          aria-current={part === shown ? 'true' : undefined}
          look={part === shown ? 'line' : 'plain'}
          onClick={() => onShow(part)}
        >
          {layers[part]}
        </Button>
      ))}
    </nav>
  );
};
