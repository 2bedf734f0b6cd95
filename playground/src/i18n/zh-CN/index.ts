import type { Texts } from '../texts.ts';
import { frame } from './frame.ts';
import { layers } from './layers.ts';

export const zhCN: Texts = { frame, layers };
