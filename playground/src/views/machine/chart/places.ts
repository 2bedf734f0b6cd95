/** Where the states stand and how the arrows run. By hand, because four states are few; a test finds what is missing. */
import type { Transition } from '../../../kernel/machine-values.ts';

export const STATE_WIDTH = 128;
export const STATE_HEIGHT = 58;
export const CHART = { width: 520, height: 280 } as const;

/** Centres. */
export const STATE_PLACES: Readonly<Record<string, { readonly x: number; readonly y: number }>> = {
  Active: { x: 86, y: 52 },
  Committed: { x: 434, y: 52 },
  Absent: { x: 260, y: 222 },
  View: { x: 434, y: 222 },
};

export interface Arrow {
  readonly path: string;
  /** Where its name stands. */
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'middle' | 'end';
}

/** By `from event`. */
export const ARROWS: Readonly<Record<string, Arrow>> = {
  'Absent prepare': { path: 'M206 194 C166 160 136 128 118 84', x: 158, y: 120, anchor: 'start' },
  'Active remove': { path: 'M78 82 C86 150 130 206 194 220', x: 84, y: 160, anchor: 'end' },
  'Active commit': { path: 'M150 44 C220 50 246 110 252 190', x: 196, y: 46, anchor: 'start' },
  'Absent name': { path: 'M268 190 C278 110 300 62 368 48', x: 330, y: 46, anchor: 'end' },
  'Committed remove': { path: 'M400 84 C380 132 344 170 306 192', x: 384, y: 128, anchor: 'start' },
  'Absent view': { path: 'M326 210 C336 207 354 207 368 210', x: 347, y: 200, anchor: 'middle' },
  'View remove': { path: 'M368 236 C354 240 338 240 326 236', x: 347, y: 256, anchor: 'middle' },
};

/** Transitions that lead to another state: what is drawn as an arrow. The others are named inside their state. */
export const isArrow = ({ from, to }: Transition): boolean => to !== undefined && to !== from;

export const arrowOf = ({ from, event }: Transition): Arrow | undefined => ARROWS[`${from} ${event}`];
