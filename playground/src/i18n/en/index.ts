import { editor } from './editor.ts';
import { frame } from './frame.ts';
import { happened } from './happened.ts';
import { layers } from './layers.ts';
import { story } from './story.ts';

export const en = { frame, happened, layers, story, editor } as const;
