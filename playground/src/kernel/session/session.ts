/** The kernel behind the page: a node with its history, and answers about it. */
import type { CommandStreams, History } from '@layerscope/core/sandbox';
import type { KernelApi, Notice } from '../api.ts';
import { imageArchive, layerTar } from './exports.ts';
import { startNode, type BuiltIn, type OnProgress } from './node.ts';
import { builtInArchive } from './built-in-archives.ts';
import { machineChart } from '../observe/chart.ts';
import { forestRows, leaseRows } from '../observe/forest.ts';
import { createKnowledge } from '../observe/known.ts';
import { presencesOf } from '../observe/path.ts';
import { copiedTree, stackOf, treesOf } from '../observe/stack.ts';
import { treePage } from '../observe/tree.ts';
import { createPast, type Past } from './past.ts';
import type { Command, Entry, Moment, SnapshotRow } from '../values.ts';
import { createKeyboard } from './keyboard.ts';
import { createLearnerHost, type LearnerHost } from './learner/learner-host.ts';

const STREAMS = ['stdout', 'stderr'] as const;
const encoder = new TextEncoder();

/** Bytes of each of a command's streams that are told to the page, which shows fewer still. */
const SHOWN = 1 << 20;

interface Open {
  readonly history: History;
  readonly past: Past;
  /** When the snapshotter is a learner's. */
  readonly learner?: LearnerHost;
}

export const createSession = (tell: (notice: Notice) => void, builtIn: BuiltIn = builtInArchive): KernelApi => {
  const archives = new Map<string, Blob>();
  const knowledge = createKnowledge();
  let open: Open | undefined;
  let rows: readonly SnapshotRow[] = [];

  let lend: (port: MessagePort) => void = () => undefined;
  const hostOf = (file: string): LearnerHost =>
    createLearnerHost(
      file,
      () =>
        new Promise((resolve) => {
          lend = resolve;
          tell({ type: 'learner', wanted: true });
        }),
      () => tell({ type: 'learner', wanted: false }),
    );

  const begin = async (file?: string): Promise<Open> => {
    open?.learner?.forget();
    const learner = file === undefined ? undefined : hostOf(file);
    const onProgress: OnProgress = (done, total, label) => tell({ type: 'progress', done, total, label });
    const history = await startNode(archives, builtIn, onProgress, learner?.plugin);
    return { history, past: createPast(), ...(learner === undefined ? {} : { learner }) };
  };

  const current = async (): Promise<Open> => (open ??= await begin());

  const announce = async ({ history, learner }: Open): Promise<Moment> => {
    const { node, at, checkpoints, faults, entries } = history;
    const known = await knowledge(node);
    rows = await forestRows(node, known, learner?.places);
    const next = entries.findLast(({ id, parent }) => parent === at && id !== at)?.id;
    const moment: Moment = {
      at,
      path: history.path().map(({ id }) => id),
      ...(next === undefined ? {} : { next }),
      branches: history.branches().map(({ id }) => id),
      checkpoints: [...checkpoints].map(([name, id]) => ({ name, id })),
      faults: faults.armed,
      snapshotter: node.snapshotterName,
      snapshots: rows,
      images: known.images,
      containers: known.containers,
      leases: leaseRows(node),
    };
    tell({ type: 'moment', moment });
    return moment;
  };

  const perform = async ({ history, past }: Open, command: Command, io?: CommandStreams): Promise<Entry> => {
    room = { stdout: SHOWN, stderr: SHOWN };
    const entry = past.tell(await history.execute(command, io));
    tell({ type: 'entry', entry });
    return entry;
  };

  const keyboard = createKeyboard((echoed) =>
    tell({ type: 'output', stream: 'stdout', bytes: encoder.encode(echoed) }),
  );
  /** What may still be shown of what runs. */
  let room = { stdout: 0, stderr: 0 };
  const show = (stream: 'stdout' | 'stderr', bytes: Uint8Array): void => {
    const shown = bytes.slice(0, room[stream]);
    room[stream] -= shown.length;
    if (shown.length > 0) tell({ type: 'output', stream, bytes: shown });
  };

  let turn: Promise<unknown> = Promise.resolve();
  /** One thing at a time: nobody looks at half of a command. */
  const inTurn = <T>(body: (open: Open) => Promise<T>): Promise<T> => {
    const next = async (): Promise<T> => body(await current());
    const result = turn.then(next, next);
    turn = result.catch(() => undefined);
    return result;
  };

  const go = (move: (history: History) => Promise<unknown>): Promise<Moment> =>
    inTurn(async (now) => {
      await move(now.history);
      now.learner?.forget();
      return announce(now);
    });

  return {
    open: ({ commands, at, checkpoints, learner }) =>
      inTurn(async () => {
        open = await begin(learner);
        tell({ type: 'cleared' });
        const { history } = open;
        for (const { parent, command } of commands) {
          if (history.at !== parent) {
            await history.seek(parent);
            open.learner?.forget();
          }
          await perform(open, command);
        }
        for (const { name, id } of checkpoints) {
          await history.seek(id);
          await history.checkpoint(name);
        }
        if (history.at !== at) await history.seek(at);
        if (at !== commands.length) open.learner?.forget();
        return announce(open);
      }),
    lend: async ({ port }) => lend(port),
    execute: (command) =>
      inTurn(async (now) => {
        const entry = await perform(now, command);
        const result = now.history.entries[entry.id]?.result;
        if (result !== undefined) for (const stream of STREAMS) show(stream, result[stream]);
        await announce(now);
        return entry;
      }),
    attend: async (command) => {
      keyboard.expect();
      let left = '';
      const entry = await inTurn(async (now) => {
        const shown = new Set<string>();
        const output = (stream: 'stdout' | 'stderr') => ({
          write: (bytes: Uint8Array): void => {
            shown.add(stream);
            show(stream, bytes);
          },
        });
        const io = { ...keyboard.attach(), stdout: output('stdout'), stderr: output('stderr') };
        const done = await perform(now, command, io);
        const result = now.history.entries[done.id]?.result;
        // Not everything writes while it goes on.
        for (const stream of STREAMS) if (result !== undefined && !shown.has(stream)) show(stream, result[stream]);
        await announce(now);
        return done;
      }).finally(() => {
        left = keyboard.detach();
      });
      return { entry, left };
    },
    type: async (keys) => keyboard.type(keys),
    undo: () => go((history) => history.undo()),
    redo: () => go((history) => history.redo()),
    seek: (id) => go((history) => history.seek(id)),
    checkpoint: (name) => go((history) => history.checkpoint(name)),
    store: async ({ name, blob }) => void archives.set(name, blob),
    layerTar: (key) => inTurn(({ history }) => layerTar(history.node, rows, key)),
    scenario: () =>
      inTurn(async ({ history }) => {
        const { recordScenario } = await import('@layerscope/core/scenarios');
        const scenario = recordScenario(history, { id: 'recorded', title: 'Recorded in the page' });
        return `${JSON.stringify(scenario, null, 2)}\n`;
      }),
    imageArchive: (name) => inTurn(({ history }) => imageArchive(history.node, name)),
    machine: async () => machineChart(),
    lesson: (query) =>
      inTurn(async ({ history }) => {
        const { evaluateLesson } = await import('../../lessons/engine/evaluate.ts');
        return evaluateLesson(history, query);
      }),
    stack: (key) => inTurn(async () => stackOf(rows, key)),
    tree: (query) =>
      inTurn(async ({ history: { node } }) => {
        const sources = await treesOf(node, stackOf(rows, query.key));
        return treePage(
          sources.map(({ tree }) => tree),
          sources.map(({ layer }) => layer.key),
          query,
          await copiedTree(node, rows, query.key),
        );
      }),
    path: ({ key, path }) =>
      inTurn(async ({ history, past }) => {
        const sources = await treesOf(history.node, stackOf(rows, key));
        const effects = sources.flatMap(({ layer }) => past.effectsOn(history, layer.directory));
        const trees = sources.map(({ tree }) => tree);
        const layers = sources.map(({ layer }) => layer);
        return {
          path,
          presences: presencesOf(trees, layers, path),
          effects: effects.filter((one) => one.path === path),
        };
      }),
  };
};
