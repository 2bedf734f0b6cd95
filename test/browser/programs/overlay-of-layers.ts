import { createMemoryFileSystem, ROOT, seededRandom, steppingClock, type Tree } from '@layerscope/core/fs';
import { applyLayer, portableCodecs } from '@layerscope/core/layers';
import { createOverlayFileSystem, type OverlayEvent } from '@layerscope/core/overlay';
import { pack } from 'tar-stream';
import { treeLines } from './tree-lines.ts';

const directoryIn = ({ fs, root }: Tree, name: string): Tree => ({ fs, root: fs.mkdir(root, name, 0o755, ROOT) });

async function* gzippedTar(entries: Readonly<Record<string, string>>): AsyncGenerator<Uint8Array> {
  const archive = pack();
  for (const [name, text] of Object.entries(entries)) archive.entry({ name, mtime: new Date(1e12) }, text);
  archive.finalize();
  yield* portableCodecs.gzip(archive as unknown as AsyncIterable<Uint8Array>);
}

/** Two layers out of gzip tars, an overlay over them, changes through it: what is merged, what is in upper, and why. */
export const run = async (): Promise<unknown> => {
  const fs = createMemoryFileSystem({ clock: steppingClock(1_700_000_000_000_000_000n) });
  const disk: Tree = { fs, root: fs.root };
  const [one, two, upper, work] = ['one', 'two', 'upper', 'work'].map((name) => directoryIn(disk, name)) as [
    Tree,
    Tree,
    Tree,
    Tree,
  ];
  const layers = [
    { tree: one, entries: { 'etc/motd': 'hello\n', 'etc/hosts': 'localhost\n', 'doc/a': 'a', 'doc/b': 'b' } },
    { tree: two, entries: { 'etc/.wh.hosts': '', 'doc/.wh..wh..opq': '', 'doc/c': 'c' } },
  ];
  for (const { tree, entries } of layers) {
    await applyLayer(portableCodecs.gunzip(gzippedTar(entries)), tree, { whiteouts: 'overlay' });
  }
  const events: OverlayEvent[] = [];
  const overlay = createOverlayFileSystem({
    lowers: [two, one],
    upper,
    work,
    dev: 40,
    random: seededRandom(1),
    mounter: ROOT,
    onEvent: (event) => events.push(event),
  });
  const merged: Tree = { fs: overlay, root: overlay.root };
  const etc = overlay.lookup(overlay.root, 'etc')!;
  overlay.setattr(overlay.lookup(etc, 'motd')!, { mode: 0o600 }, ROOT);
  overlay.unlink(overlay.lookup(overlay.root, 'doc')!, 'c', ROOT);
  overlay.create(etc, 'new', 0o644, ROOT);
  return {
    merged: treeLines(merged),
    disk: treeLines(disk),
    events: events.map((event) => JSON.stringify(event, plain)),
  };
};

const plain = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}` : value);
