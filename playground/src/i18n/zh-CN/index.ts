import type { Texts } from '../texts.ts';
import { editor } from './editor.ts';
import { frame } from './frame.ts';
import { happened } from './happened.ts';
import { layers } from './layers.ts';
import { story } from './story.ts';

export const zhCN: Texts = { frame, happened, layers, story, editor };
