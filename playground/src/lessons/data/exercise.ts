/** The last lesson: not commands but a file, and its goal is the contract. */
import type { Text } from '@layerscope/core/scenarios';
import type { ExampleName } from '../../editor/examples/index.ts';

export interface ExerciseTask {
  readonly id: string;
  readonly title: Text;
  /** Names of laws that must hold; all of them when empty. */
  readonly laws: readonly string[];
  readonly hint: Text;
}

export interface Exercise {
  readonly id: string;
  readonly title: Text;
  readonly about: Text;
  /** The file to begin with, and one that keeps every law. */
  readonly start: ExampleName;
  readonly solution: ExampleName;
  readonly tasks: readonly ExerciseTask[];
}

export const EXERCISE: Exercise = {
  id: 'write-your-own',
  title: { en: 'Write your own snapshotter', zh: '写一个自己的快照器' },
  about: {
    en: 'This snapshotter looks right, and breaks containerd’s contract in three places. Press Check in the editor, read what each broken law expected, and mend the file. When all laws hold, containerd can use it as it is.',
    zh: '这个快照器看起来没问题，却在三处违反 containerd 的契约。在编辑器里按“检查”，看看每条被违反的规则期望什么，然后修好文件。全部规则成立后，containerd 就能直接使用它。',
  },
  start: 'broken',
  solution: 'blank',
  tasks: [
    {
      id: 'view',
      title: { en: 'A view must be read-only', zh: '视图必须只读' },
      laws: ['A view is read-only'],
      hint: {
        en: 'Look at `bind`: which kind of snapshot must get the option `ro`?',
        zh: '看看 `bind`：哪一种快照必须带 `ro` 选项？',
      },
    },
    {
      id: 'labels',
      title: { en: 'Commit must not inherit labels', zh: 'Commit 不能继承标签' },
      laws: ['Commit replaces labels'],
      hint: {
        en: 'In `commit`, pass the options on as they came: the labels given to Commit replace the old ones.',
        zh: '在 `commit` 里把选项原样传下去：交给 Commit 的标签会取代旧标签。',
      },
    },
    {
      id: 'walk',
      title: { en: 'Walk must heed its filters', zh: 'Walk 必须遵守过滤器' },
      laws: ['Walk'],
      hint: {
        en: '`walk(visit, ...filters)`: hand the filters to `listInfo`.',
        zh: '`walk(visit, ...filters)`：把过滤器交给 `listInfo`。',
      },
    },
    {
      id: 'all',
      title: { en: 'All laws hold', zh: '全部规则成立' },
      laws: [],
      hint: {
        en: 'Press Check and read the first broken law: the rule says what must be, the line below what came instead.',
        zh: '按“检查”，读第一条被违反的规则：规则写明应当如何，下一行是实际结果。',
      },
    },
  ],
};
