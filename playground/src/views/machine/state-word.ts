import type { Texts } from '../../i18n/index.ts';
import type { EntityState } from '@layerscope/core/snapshots';

/** What the page calls a state of the lifecycle machine. */
export const stateWord = ({ machine, layers }: Texts, state: string): string =>
  state === 'Absent' ? machine.absent : layers.kinds[state as Exclude<EntityState, 'Absent'>];
