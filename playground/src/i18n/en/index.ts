import { editor } from './editor.ts';
import { frame } from './frame.ts';
import { happened } from './happened.ts';
import { layers } from './layers.ts';
import { machine } from './machine.ts';
import { story } from './story.ts';
import { terminal } from './terminal.ts';
import { timeline } from './timeline.ts';

export const en = { frame, happened, layers, machine, story, timeline, editor, terminal } as const;
