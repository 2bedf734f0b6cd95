/** The kernel behind the page: a log of commands, the node they lead to, and answers about it. */
import type { KernelApi, Notice } from './api.ts';
import { createPageNode, type PageNode } from './node.ts';
import { forestRows } from './observe/forest.ts';
import { presencesOf } from './observe/path.ts';
import { stackOf, treesOf } from './observe/stack.ts';
import { treePage } from './observe/tree.ts';
import { failureOf } from './rpc.ts';
import type { Command, Entry, Moment, SnapshotRow } from './values.ts';

export const createSession = (tell: (notice: Notice) => void): KernelApi => {
  const archives = new Map<string, Uint8Array>();
  let node: PageNode | undefined;
  let rows: readonly SnapshotRow[] = [];
  let log: Entry[] = [];
  let position = 0;
  let muted = false;

  const newNode = (): Promise<PageNode> =>
    createPageNode({
      archives,
      onOutput: (stream, bytes) => muted || tell({ type: 'output', stream, bytes }),
      onProgress: (done, total, label) => tell({ type: 'progress', done, total, label }),
    });

  const current = async (): Promise<PageNode> => (node ??= await newNode());

  const look = async (): Promise<Moment> => {
    const now = await current();
    rows = await forestRows(now);
    return { position, length: log.length, snapshots: rows, images: now.images(), containers: now.containers() };
  };

  const perform = async (command: Command, index: number): Promise<Entry> => {
    const now = await current();
    try {
      const exitCode = await now.execute(command);
      return { index, command, calls: now.recorder.take(), ...(exitCode === undefined ? {} : { exitCode }) };
    } catch (error) {
      return { index, command, calls: now.recorder.take(), error: failureOf(error).message };
    }
  };

  const announce = async (): Promise<Moment> => {
    const moment = await look();
    tell({ type: 'moment', moment });
    return moment;
  };

  const replay = async (commands: readonly Command[]): Promise<void> => {
    node = await newNode();
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
    stack: (key) => inTurn(async () => stackOf(await current(), rows, key)),
    tree: (query) =>
      inTurn(async () => {
        const now = await current();
        const sources = await treesOf(now, await stackOf(now, rows, query.key));
        return treePage(
          sources.map(({ tree }) => tree),
          sources.map(({ layer }) => layer.key),
          query,
        );
      }),
    path: ({ key, path }) =>
      inTurn(async () => {
        const now = await current();
        const sources = await treesOf(now, await stackOf(now, rows, key));
        const effects = sources.flatMap(({ layer }) => now.recorder.effectsOn(layer.key));
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
