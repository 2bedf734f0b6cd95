/** The guided tour: where to look, and what to do with one click. Its words are strings of the page. */
import { SUGGESTIONS } from '../../views/happened/suggestions.ts';

export type Area = 'forest' | 'stack' | 'files' | 'happened' | 'timeline' | 'terminal';

export interface TourStep {
  readonly id: 'layers' | 'sight' | 'append' | 'copied' | 'remove' | 'undo' | 'yours';
  readonly area: Area;
  /** The path to look at. */
  readonly path?: string;
  /** A command the visitor runs with a click, in the container. */
  readonly script?: string;
  readonly undo?: boolean;
}

export const TOUR: readonly TourStep[] = [
  { id: 'layers', area: 'forest' },
  { id: 'sight', area: 'stack', path: '/etc/motd' },
  { id: 'append', area: 'stack', path: '/etc/motd', script: SUGGESTIONS.append },
  { id: 'copied', area: 'stack', path: '/etc/motd' },
  { id: 'remove', area: 'stack', path: '/etc/hostname', script: SUGGESTIONS.remove },
  { id: 'undo', area: 'timeline', undo: true },
  { id: 'yours', area: 'terminal' },
];
