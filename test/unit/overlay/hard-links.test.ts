/** Two names of one lower file, changed, linked and removed in turn, as Linux 6.18 showed them and left them in the layers. */
import { O_APPEND, O_RDONLY, O_WRONLY } from '@layerscope/core/fs';
import type { OverlayOptions } from '@layerscope/core/overlay';
import { describe, expect, it } from 'vitest';
import { describeTree, linesOf } from './describe-tree.ts';
import recorded from './golden/hard-links.json' with { type: 'json' };
import { put } from './layer-entries.ts';
import { outcome, SimulatedMount } from './simulated-mount.ts';

const NAMES = ['h1', 'h2', 'd/h3'];
const LETTERS = 'abc';

const append = ({ root }: SimulatedMount, path: string, text: string): void => {
  const fd = root.open(path, O_WRONLY | O_APPEND);
  root.write(fd, new TextEncoder().encode(text));
  root.close(fd);
};

const STEPS: Readonly<Record<string, (mount: SimulatedMount, options: OverlayOptions) => void>> = {
  initial: () => undefined,
  'append h1': (mount) => append(mount, '/m/h1', '+w'),
  'append h2': (mount) => append(mount, '/m/h2', '+z'),
  'link h1 d/h3': ({ root }) => root.link('/m/h1', '/m/d/h3'),
  'unlink h1': ({ root }) => root.unlink('/m/h1'),
  remount: (mount, options) => {
    mount.unmount();
    mount.mount(options);
  },
  'unlink all': ({ root }) => NAMES.slice(1).forEach((name) => root.unlink(`/m/${name}`)),
};

/** `b n2 "text"`: which of the inodes seen so far, its link count, and what it holds. */
const lookAt = ({ root }: SimulatedMount, name: string, inodes: bigint[]): string => {
  const path = `/m/${name}`;
  const found = outcome(() => root.stat(path));
  if (found !== 'ok') return found;
  const { ino, nlink } = root.stat(path);
  if (!inodes.includes(ino)) inodes.push(ino);
  const fd = root.open(path, O_RDONLY);
  const bytes = new Uint8Array(64);
  const text = new TextDecoder().decode(bytes.subarray(0, root.read(fd, bytes)));
  root.close(fd);
  return `${LETTERS[inodes.indexOf(ino)]} n${nlink} ${JSON.stringify(text)}`;
};

/** A layer, without the numbers in the names of temporary files and index entries. */
const layer = (mount: SimulatedMount, dir: string, hidden: readonly string[]): readonly string[] =>
  linesOf(describeTree(mount.root, dir), (path) => !hidden.includes(path))
    .split('\n')
    .filter(Boolean)
    .map((line) =>
      line
        .replace(/^(\/\w+\/#)\w+/, '$1')
        .replace(/^\/index\/[0-9a-f]+/, '/index/entry')
        .replace(/\{upper=.*\}$/su, '{upper}'),
    )
    .toSorted();

describe('two hard links of a lower file', () => {
  it.each(recorded)('with $options', ({ options, steps }) => {
    const mount = new SimulatedMount();
    put(mount, '/l0', { h1: 'hard', d: {} });
    mount.root.link('/l0/h1', '/l0/h2');
    mount.mount(options as OverlayOptions);
    const inodes: bigint[] = [];
    const played = steps.map(({ step, work }) => {
      STEPS[step]?.(mount, options as OverlayOptions);
      return {
        step,
        merged: NAMES.map((name) => lookAt(mount, name, inodes)).join(' | '),
        upper: layer(mount, '/u', ['/']),
        ...(work === undefined ? {} : { work: layer(mount, '/w', ['/', '/work']) }),
      };
    });
    expect(played).toEqual(steps);
  });
});
