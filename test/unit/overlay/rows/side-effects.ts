/** What happens beside the thing that was asked for, as on Linux 6.18: marks that looking writes or takes away. */
import { O_RDONLY } from '@layerscope/core/fs';
import type { SystemCalls } from '@layerscope/core/vfs';
import { describeObject, describeTree, linesOf } from '../describe-tree.ts';
import { outcome } from '../simulated-mount.ts';
import type { Stage } from '../stage.ts';
import { opened } from './acts.ts';
import type { Row } from './row.ts';

const listDirectory = (calls: SystemCalls, path: string): void =>
  void opened(calls, path, O_RDONLY, (fd) => calls.getdents(fd));

export const SIDE_EFFECT_ROWS: readonly Row[] = [
  {
    name: 'an upper directory is impure until it is listed without anything that was copied up',
    lower: { f: '1' },
    layers: ({ base, root }) => root.mkdir(`${base}/u/p`, 0o755),
    act: (calls, { base, root }) => {
      const said: string[] = [];
      const steps: readonly (() => void)[] = [
        () => calls.rename('f', 'p/f'),
        () => listDirectory(calls, 'p'),
        () => calls.unlink('p/f'),
        () => listDirectory(calls, 'p'),
      ];
      for (const step of steps) {
        step();
        said.push(describeObject(root, `${base}/u/p`));
      }
      return said.join('; ');
    },
    result: 'ok:d 0755 {impure=y}; d 0755 {impure=y}; d 0755 {impure=y}; d 0755',
    upper: '/f WHITEOUT\n/p d 0755',
  },
  {
    name: 'a merged directory stays impure',
    lower: { d: { f: '1' } },
    act: (calls) => {
      calls.chmod('d/f', 0o600);
      calls.unlink('d/f');
      listDirectory(calls, 'd');
    },
    result: 'ok',
    upper: '/d d 0755 {impure=y,origin}\n/d/f WHITEOUT n2',
  },
  ...[false, true].map((readOnly) => ({
    name: `a stat gives a merged directory its origin${readOnly ? ', even through a read-only mount' : ''}`,
    lower: { d: { x: '1' } },
    layers: ({ base, root }: Stage) => root.mkdir(`${base}/u/d`, 0o755),
    options: { readOnly },
    act: (calls: SystemCalls, { base, root }: Stage) => {
      const before = linesOf(describeTree(root, `${base}/u`));
      calls.stat('d');
      return `${before}\n${linesOf(describeTree(root, `${base}/u`))}`;
    },
    result: 'ok:/ d 0755 {uuid}\n/d d 0755\n/ d 0755 {impure=y,uuid}\n/d d 0755 {origin}',
    upper: '/d d 0755 {origin}',
  })),
  {
    name: 'an upper root that was used before gets no id',
    layers: ({ base, root }) => root.setxattr(`${base}/u`, 'trusted.overlay.impure', Uint8Array.of(0x79)),
    act: (_calls, { base, root }) => describeObject(root, `${base}/u`),
    result: 'ok:d 0755 {impure=y}',
  },
  {
    name: 'a rename takes one of two lower hard links away from the other',
    lower: { a: '1' },
    layers: ({ base, root }) => root.link(`${base}/l0/a`, `${base}/l0/b`),
    act: (calls) => {
      calls.rename('a', 'c');
      return `${calls.stat('c').nlink} ${calls.stat('b').nlink}`;
    },
    result: 'ok:1 2',
    upper: '/a WHITEOUT\n/c f"1" 0644',
  },
  {
    name: 'rename and link between the mount and its upper directory',
    lower: { f: '1' },
    act: (calls, { base }) =>
      [() => calls.rename('f', `${base}/u/x`), () => calls.link('f', `${base}/u/x`)].map(outcome).join(),
    result: 'ok:EXDEV,EXDEV',
  },
  {
    name: 'the shared whiteout stays in the work directory for the next mount to clean up',
    lower: { f: '1' },
    act: (calls, stage) => {
      const work = (): string => linesOf(describeTree(stage.root, `${stage.base}/w`)).replaceAll(/#[0-9a-f]+/g, '#N');
      const said = [work()];
      calls.unlink('f');
      said.push(work());
      calls.chdir('/');
      stage.unmount();
      said.push(work());
      stage.mount({});
      return [...said, work()].join('; ');
    },
    result:
      'ok:/ d 0755\n/work d 0000; / d 0755\n/work d 0000\n/work/#N WHITEOUT n2; / d 0755\n/work d 0000\n/work/#N WHITEOUT n2; / d 0755\n/work d 0000',
    upper: '/f WHITEOUT',
  },
  {
    name: 'the id of a new upper root leaves its atime and mtime',
    layers: ({ base, root }) => root.utimens(`${base}/u`, 5n, 6n),
    act: (_calls, { base, root }) => {
      const { atime, mtime } = root.stat(`${base}/u`);
      return `${atime} ${mtime}`;
    },
    result: 'ok:5 6',
  },
];
