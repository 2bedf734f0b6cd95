import type { ReactElement } from 'react';

/** Drawn on a grid of 16, in the colour of the text. */
const PATHS = {
  undo: 'M6 3 3 6l3 3M3 6h6a4 4 0 0 1 0 8H6',
  redo: 'M10 3l3 3-3 3M13 6H7a4 4 0 0 0 0 8h3',
  play: 'M5 3l8 5-8 5z',
  pause: 'M5 3v10M11 3v10',
  step: 'M4 3l6 5-6 5zM12 3v10',
  back: 'M12 3 6 8l6 5zM4 3v10',
  first: 'M13 3 8 8l5 5zM8 3 3 8l5 5z',
  last: 'M3 3l5 5-5 5zM8 3l5 5-5 5z',
  maximize: 'M9 3h4v4M7 13H3V9M13 3 9 7M3 13l4-4',
  minimize: 'M13 7H9V3M3 9h4v4M9 7l4-4M7 9l-4 4',
  lock: 'M4 7h8v6H4zM6 7V5a2 2 0 0 1 4 0v2',
  pencil: 'M3 13l1-3 7-7 2 2-7 7zM9.5 4.5l2 2',
  eye: 'M1.5 8S4 4 8 4s6.5 4 6.5 4S12 12 8 12 1.5 8 1.5 8zM8 6.3a1.7 1.7 0 1 0 0 3.4 1.7 1.7 0 0 0 0-3.4z',
  folder: 'M2 4h4l1.5 1.5H14V13H2z',
  share: 'M8 10V2M5 5l3-3 3 3M3 8v6h10V8',
  download: 'M8 2v8M5 7l3 3 3-3M3 12v2h10v-2',
  search: 'M7 3a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM10 10l4 4',
  flag: 'M4 14V2h8l-2 3 2 3H4',
  bolt: 'M9 1 3 9h4l-1 6 7-9H9z',
  fork: 'M4 2v5a3 3 0 0 0 3 3h5M9 7l3 3-3 3M4 7v7',
  sun: 'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1',
  moon: 'M13 9.5A5.5 5.5 0 1 1 6.5 3 4.5 4.5 0 0 0 13 9.5z',
  half: 'M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12',
  globe: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM2 8h12M8 2c2 2 2 10 0 12M8 2c-2 2-2 10 0 12',
  book: 'M3 3h4l1 1 1-1h4v10H9l-1 1-1-1H3zM8 4v10',
  compass: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM10.5 5.5 9 9l-3.5 1.5L7 7z',
  close: 'M4 4l8 8M12 4l-8 8',
} as const;

export type IconName = keyof typeof PATHS;

export const Icon = ({ name, size = 16 }: { readonly name: IconName; readonly size?: number }): ReactElement => (
  <svg
    width={size}
    height={size}
    viewBox="0 0 16 16"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.5"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
  >
    <path d={PATHS[name]} />
  </svg>
);
