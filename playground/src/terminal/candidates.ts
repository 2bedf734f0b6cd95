/** What Tab can offer at this moment. */
import type { KernelClient } from '../store/kernel-client.ts';
import { ALL_MARKS, foldersAbove } from '../store/selection.ts';
import { CTR_WORDS, PROGRAMS, TERMINAL_WORDS, type Candidates } from './line/index.ts';
import type { TerminalSession } from './session.ts';

export const candidatesOf = (kernel: KernelClient, session: TerminalSession): Candidates => ({
  programs: [...TERMINAL_WORDS, ...PROGRAMS],
  ctr: (typed) => {
    const words = CTR_WORDS[typed.join(' ')];
    if (words !== undefined) return words;
    const { snapshots, images, containers } = kernel.state.get().moment;
    const names = [...snapshots, ...images].map(({ name }) => name);
    return [...names, ...containers.map(({ id }) => id)];
  },
  list: async (directory) => {
    const { containers } = kernel.state.get().moment;
    const container = containers.find(({ id }) => id === session.state.get().target);
    if (container === undefined) return [];
    const open = directory === '/' ? [] : [...foldersAbove(directory), directory];
    const { rows } = await kernel.call('tree', {
      key: container.snapshot,
      scope: 'merged',
      open,
      filter: '',
      marks: ALL_MARKS.filter((mark) => mark !== 'hidden'),
    });
    const depth = open.length + 1;
    return rows
      .filter((row) => row.depth === depth && row.path === `${directory === '/' ? '' : directory}/${row.name}`)
      .map(({ name, type }) => (type === 'directory' ? `${name}/` : name));
  },
});
