import { actions, files, opening, sharing } from './around.ts';
import type { Texts } from '../texts.ts';
import { editor } from './editor.ts';
import { frame } from './frame.ts';
import { happened } from './happened.ts';
import { layers } from './layers.ts';
import { lessons } from './lessons.ts';
import { machine } from './machine.ts';
import { story } from './story.ts';
import { terminal } from './terminal.ts';
import { timeline } from './timeline.ts';
import { tour } from './tour.ts';

export const zhCN: Texts = {
  actions,
  files,
  opening,
  sharing,
  frame,
  happened,
  layers,
  machine,
  story,
  timeline,
  tour,
  editor,
  lessons,
  terminal,
};
