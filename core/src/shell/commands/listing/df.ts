/** `df`: what statfs(2) says of the file systems under the operands, or of all that are mounted. */
import { complain, errorText, print, quote, type Command, type Invocation } from '../../command.ts';
import type { MountRow } from '../../../kernel/index.ts';
import { canonicalPath } from '../../canonical-path.ts';
import { parseOptions } from '../../options.ts';
import { humanSize } from '../support/sizes.ts';

const mountOf = (invocation: Invocation, path: string): MountRow | undefined => {
  const real = canonicalPath(invocation.process, path);
  const covers = ({ target }: MountRow): boolean => real === target || target === '/' || real.startsWith(`${target}/`);
  return invocation.mounts
    ?.list()
    .filter(covers)
    .reduce<MountRow | undefined>(
      (best, row) => (best === undefined || row.target.length >= best.target.length ? row : best),
      undefined,
    );
};

const percent = (used: number, free: number): string =>
  used + free === 0 ? '-' : `${Math.ceil((used * 100) / (used + free))}%`;

export const df: Command = (invocation) => {
  const options = parseOptions(invocation, {
    short: 'ahikPTHB:',
    long: {
      all: 'a',
      'human-readable': 'h',
      si: 'H',
      inodes: 'i',
      portability: 'P',
      'print-type': 'T',
      'block-size': 'B',
    },
  });
  const human = options.has('h', 'H');
  const inodes = options.has('i');
  const size = (blocks: number, unit: number): string => {
    const bytes = blocks * unit;
    return human ? humanSize(bytes, options.has('H') ? 1000 : 1024) : String(Math.ceil(bytes / 1024));
  };
  const count = (value: number): string => (human ? humanSize(value) : String(value));
  const types = options.has('T') ? ['Type'] : [];
  const header = inodes
    ? ['Filesystem', ...types, 'Inodes', 'IUsed', 'IFree', 'IUse%', 'Mounted on']
    : human
      ? ['Filesystem', ...types, 'Size', 'Used', 'Avail', 'Use%', 'Mounted on']
      : [
          'Filesystem',
          ...types,
          options.has('P') ? '1024-blocks' : '1K-blocks',
          'Used',
          'Available',
          options.has('P') ? 'Capacity' : 'Use%',
          'Mounted on',
        ];
  const row = (path: string, mount: MountRow | undefined): readonly string[] => {
    const info = invocation.process.statfs(path);
    const source = mount?.source ?? '-';
    const target = mount?.target ?? canonicalPath(invocation.process, path);
    const start = [source, ...(options.has('T') ? [mount?.type ?? '-'] : [])];
    if (inodes) {
      const used = info.files - info.ffree;
      return [...start, count(info.files), count(used), count(info.ffree), percent(used, info.ffree), target];
    }
    const used = info.blocks - info.bfree;
    const cells = [info.blocks, used, info.bavail].map((blocks) => size(blocks, info.bsize));
    return [...start, ...cells, percent(used, info.bavail), target];
  };
  let status = 0;
  const rows: (readonly string[])[] = [];
  if (options.operands.length === 0) {
    const all = invocation.mounts?.list() ?? [];
    for (const mount of all.length === 0 ? [undefined] : all) rows.push(row(mount?.target ?? '/', mount));
  }
  for (const operand of options.operands) {
    try {
      rows.push(row(operand, mountOf(invocation, operand)));
    } catch (error) {
      status = complain(invocation, `${operand}: ${errorText(error)}`);
    }
  }
  if (rows.length === 0) return status || complain(invocation, `no file systems processed: ${quote('')}`);
  const table = [header, ...rows];
  const widths = header.map((_, column) =>
    Math.max(column === 0 ? 14 : 0, ...table.map((cells) => cells[column]?.length ?? 0)),
  );
  for (const cells of table) {
    const last = cells.length - 1;
    const line = cells.map((cell, column) =>
      column === last
        ? cell
        : column === 0 || (column === 1 && types.length > 0)
          ? cell.padEnd(widths[column] ?? 0)
          : cell.padStart(widths[column] ?? 0),
    );
    print(invocation, `${line.join(' ')}\n`);
  }
  return status;
};
