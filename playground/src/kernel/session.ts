/** The kernel behind the page: a log of commands, the node they lead to, and answers about it. */
import type { KernelApi, Notice } from './api.ts';
import { createPageNode, type PageNode } from './node.ts';
import { forestRows } from './observe/forest.ts';
import { createKnowledge } from './observe/known.ts';
import { presencesOf } from './observe/path.ts';
import { stackOf, treesOf } from './observe/stack.ts';
import { treePage } from './observe/tree.ts';
import type { Command, Entry, Moment, SnapshotRow } from './values.ts';

const NOTHING: Moment = { position: 0, length: 0, snapshotter: '', snapshots: [], images: [], containers: [] };

/** Output in the log is for reading: what is longer is cut. */
const OUTPUT_LIMIT = 4096;

const decoder = new TextDecoder();

const textOf = (bytes: Uint8Array): string => decoder.decode(bytes.subarray(0, OUTPUT_LIMIT));

export const createSession = (tell: (notice: Notice) => void): KernelApi => {
  const archives = new Map<string, Uint8Array>();
  let node: PageNode | undefined;
  let rows: readonly SnapshotRow[] = [];
  let log: Entry[] = [];
  let position = 0;
  let muted = false;
  let knowledge: ReturnType<typeof createKnowledge> | undefined;

  const begin = async (): Promise<PageNode> => {
    const made = await createPageNode(archives, (done, total, label) => tell({ type: 'progress', done, total, label }));
    knowledge = createKnowledge(made.sandbox);
    return made;
  };

  const current = async (): Promise<PageNode> => (node ??= await begin());

  const look = async (): Promise<Moment> => {
    const { sandbox } = await current();
    const known = await knowledge?.();
    if (known === undefined) return { ...NOTHING, position, length: log.length };
    rows = await forestRows(sandbox, known);
    node?.recorder.take();
    const { images, containers } = known;
    const { snapshotterName: snapshotter } = sandbox;
    return { position, length: log.length, snapshotter, snapshots: rows, images, containers };
  };

  const perform = async (command: Command, index: number): Promise<Entry> => {
    const now = await current();
    const { exitCode, stdout, stderr } = await now.execute(command);
    if (!muted) {
      tell({ type: 'output', stream: 'stdout', bytes: stdout });
      tell({ type: 'output', stream: 'stderr', bytes: stderr });
    }
    return { index, command, calls: now.recorder.take(), exitCode, stdout: textOf(stdout), stderr: textOf(stderr) };
  };

  const announce = async (): Promise<Moment> => {
    const moment = await look();
    tell({ type: 'moment', moment });
    return moment;
  };

  const replay = async (commands: readonly Command[]): Promise<void> => {
    node = await begin();
    position = 0;
    muted = true;
    try {
      for (const command of commands) {
        log[position] = await perform(command, position);
        tell({ type: 'entry', entry: log[position] as Entry });
        position += 1;
      }
    } finally {
      muted = false;
    }
  };

  let turn: Promise<unknown> = Promise.resolve();
  /** One thing at a time: commands must not overlap, and nobody looks at half of one. */
  const inTurn = <T>(body: () => Promise<T>): Promise<T> => {
    const result = turn.then(body, body);
    turn = result.catch(() => undefined);
    return result;
  };

  return {
    open: (commands) =>
      inTurn(async () => {
        log = [];
        tell({ type: 'log', length: 0 });
        await replay(commands);
        return announce();
      }),
    execute: (command) =>
      inTurn(async () => {
        if (log.length > position) {
          log.length = position;
          tell({ type: 'log', length: position });
        }
        const entry = await perform(command, position);
        log.push(entry);
        position += 1;
        tell({ type: 'entry', entry });
        await announce();
        return entry;
      }),
    seek: (to) =>
      inTurn(async () => {
        await replay(log.slice(0, to).map(({ command }) => command));
        return announce();
      }),
    store: async ({ name, bytes }) => {
      const key = `${name}#${bytes.length}`;
      archives.set(key, bytes);
      return key;
    },
    stack: (key) => inTurn(async () => stackOf((await current()).sandbox, rows, key)),
    tree: (query) =>
      inTurn(async () => {
        const { sandbox } = await current();
        const sources = await treesOf(sandbox, stackOf(sandbox, rows, query.key));
        return treePage(
          sources.map(({ tree }) => tree),
          sources.map(({ layer }) => layer.key),
          query,
        );
      }),
    path: ({ key, path }) =>
      inTurn(async () => {
        const { sandbox, recorder } = await current();
        const sources = await treesOf(sandbox, stackOf(sandbox, rows, key));
        const effects = sources.flatMap(({ layer }) => recorder.effectsOn(layer.directory));
        return {
          path,
          presences: presencesOf(
            sources.map(({ tree }) => tree),
            sources.map(({ layer }) => layer),
            path,
          ),
          effects: effects.filter((effect) => effect.path === path),
        };
      }),
  };
};
