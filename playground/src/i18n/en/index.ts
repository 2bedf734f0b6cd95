import { actions, files, opening, sharing } from './around.ts';
import { editor } from './work/editor.ts';
import { frame } from './frame.ts';
import { happened } from './views/happened.ts';
import { layers } from './views/layers.ts';
import { lessons } from './work/lessons.ts';
import { machine } from './views/machine.ts';
import { story } from './views/story.ts';
import { terminal } from './work/terminal.ts';
import { timeline } from './views/timeline.ts';
import { tour } from './tour.ts';

export const en = {
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
} as const;
