import { frame } from './frame.ts';
import { layers } from './layers.ts';

export const en = { frame, layers } as const;
