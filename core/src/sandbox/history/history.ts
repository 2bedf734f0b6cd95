/**
 * A node with a past: every command is an entry of a log, and every entry's state can be gone back to.
 *
 *            ┌─ 3 ── 4          undo goes to the parent, redo to the child one came from,
 *   0 ── 1 ──┤                  seek anywhere; a command after an undo begins a branch,
 *            └─ 5 ── 6 (at)     and the branch that was left stays
 *
 * The same commands with the same seed give the same state to the byte, here and in a browser: see `hash`.
 */
import { portableCodecs } from '../../layers/index.ts';
import { type Moment, createTimeline } from '../../timeline/index.ts';
import { taskRows } from '../containers/tasks/task-row.ts';
import type { FaultControl } from '../faults/index.ts';
import { commandResult, type CommandResult, type CommandStreams } from '../node/command.ts';
import type { Sandbox } from '../sandbox.ts';
import { attach, type Attached, InterruptedError } from './attached.ts';
import { type MachineOptions, createMachine } from './boot.ts';
import { type StateRows, captureRows } from './capture.ts';
import { type StateDifference, differencesOf } from './differences.ts';
import type { Entry, HistoryCommand, HistoryEvent } from './entry.ts';
import { hashRows } from './state-hash.ts';

export interface HistoryOptions extends MachineOptions {
  /** Hears every event as it happens, those of going back to a state not among them. Must not throw. */
  readonly onEvent?: (event: HistoryEvent) => void;
}

export interface History {
  /** The node, in the state of the entry `at`. Another object after a crash. */
  readonly node: Sandbox;
  /** All entries of all branches; an entry's id is its index. */
  readonly entries: readonly Entry[];
  /** The entry whose state the node is in. */
  readonly at: number;
  /** Names of entries. */
  readonly checkpoints: ReadonlyMap<string, number>;
  /** Faults that wait, and how many changes were made so far. */
  readonly faults: Pick<FaultControl, 'armed' | 'counts'>;
  /** The entries from the start to `at`, the start not among them. */
  path(): readonly Entry[];
  /** The last entry of every branch. */
  branches(): readonly Entry[];
  /**
   * Carries a command out after `at`. Calls wait for one another. A failed command is an entry, too. What it read of
   * `io.stdin` is kept as the entry's `stdin`, and when `io.patience` ended as its `interrupt`. Throws `InterruptedError`
   * when somebody interrupted it in the midst of its work: then it is taken back, as if it had not been.
   */
  execute(command: HistoryCommand, io?: CommandStreams): Promise<Entry>;
  /** Takes back the entry `at`. Answers whether there was one. */
  undo(): Promise<boolean>;
  /** Makes again what was taken back last. Answers whether there was something. */
  redo(): Promise<boolean>;
  /** Goes to the state of an entry on any branch. RangeError for one that is not there. */
  seek(id: number): Promise<void>;
  /** Names the state that the node is in; a name that was given before moves. */
  checkpoint(name: string): Promise<void>;
  /** Goes to a checkpoint. RangeError for a name that was not given. */
  seekCheckpoint(name: string): Promise<void>;
  /**
   * Looks at the node with whatever calls it takes: their traces are taken back, and their events go nowhere. What
   * `body` changes outside the node stays.
   */
  inspect<T>(body: (node: Sandbox) => Promise<T> | T): Promise<T>;
  /** `sha256:` of everything: disk, mounts, records, log, clock, chance. */
  hash(): Promise<string>;
  /** What is different in the state of entry `to` from that of `from`. */
  differences(from: number, to: number): Promise<readonly StateDifference[]>;
}

/** Starts a machine with an empty disk and keeps its history. */
export const createHistory = async ({ onEvent, ...options }: HistoryOptions = {}): Promise<History> => {
  const timeline = createTimeline();
  const codecs = options.codecs ?? portableCodecs;
  let events: HistoryEvent[] = [];
  let isInspected = false;
  const emit = (event: HistoryEvent): void => {
    if (isInspected) return;
    if (event.type !== 'image' || event.event.type !== 'layer-progress') events.push(event);
    onEvent?.(event);
  };
  const machine = await createMachine(options, timeline, emit);

  const entries: Entry[] = [];
  const moments: Moment[] = [];
  /** Of each entry, the child that was carried out or gone through last. */
  const onward = new Map<number, number>();
  const checkpoints = new Map<string, number>();
  let at = 0;

  const add = (command: HistoryCommand, result: CommandResult): Entry => {
    const entry: Entry = { id: entries.length, parent: at, command, result, events };
    entries.push(entry);
    moments.push(timeline.mark());
    if (entry.id !== at) onward.set(at, entry.id);
    at = entry.id;
    events = [];
    return entry;
  };
  add({ type: 'advance', nanoseconds: 0 }, commandResult(0));

  const goTo = (id: number): void => {
    const moment = moments[id];
    if (moment === undefined)
      throw new RangeError(`the history has no entry ${id}: its entries are 0 to ${moments.length - 1}`);
    timeline.moveTo(moment);
    at = id;
    for (let child = id; child !== 0;) {
      const parent = entries[child]?.parent ?? 0;
      onward.set(parent, child);
      child = parent;
    }
  };

  const carryOut = async (command: HistoryCommand, io: CommandStreams = {}): Promise<CommandResult> => {
    if (command.type === 'fault') machine.faults.arm(command.fault);
    else if (command.type === 'crash') machine.power.cut();
    else return machine.node.execute(command, io);
    return commandResult(0);
  };

  const recover = async (): Promise<void> => {
    const { during } = machine.power;
    emit({ type: 'power-cut', ...(during === undefined ? {} : { during }) });
    const { kernel, database } = machine.node;
    const tasks = database.meta.read((tx) => [...taskRows(tx)].map(([namespace, id]) => ({ namespace, id })));
    emit({ type: 'lost', mounts: kernel.mounts().slice(1), tasks });
    await machine.restart();
    emit({ type: 'restarted', boot: machine.boots });
  };

  /**
   * Programs that have gone on since the state that was gone back to cannot be taken back: nobody can make a JavaScript
   * function continue twice. They are run again from before they began, by the commands that made them do what they did.
   */
  const revive = async ({ io: { onStart }, interrupted }: Attached): Promise<void> => {
    const again: number[] = [];
    const here = at;
    for (let id = here; id !== 0 && machine.node.programs.isStale;) {
      again.push(id);
      id = (entries[id] as Entry).parent;
      goTo(id);
    }
    isInspected = true;
    try {
      for (const id of again.toReversed()) {
        await carryOut((entries[id] as Entry).command, onStart === undefined ? {} : { onStart });
        if (interrupted()) throw new InterruptedError();
        if (!machine.power.on) await recover();
        moments[id] = timeline.mark();
      }
    } catch (error) {
      goTo(here);
      throw error;
    } finally {
      isInspected = false;
    }
    at = here;
  };

  const inspect = async <T>(body: (node: Sandbox) => Promise<T> | T): Promise<T> => {
    isInspected = true;
    try {
      return await body(machine.node);
    } finally {
      timeline.moveTo(timeline.now);
      isInspected = false;
    }
  };
  const read = (): Promise<StateRows> =>
    inspect(({ kernel, stores, clock, random }) => {
      const { boots, faults } = machine;
      const others = { clock: clock.now(), random: random.bytes(8), boots, faults: faults.armed };
      return captureRows({ kernel, stores, others });
    });

  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(body: () => Promise<T> | T): Promise<T> => {
    const turn = last.then(body);
    last = turn.catch(() => {});
    return turn;
  };

  return {
    get node() {
      return machine.node;
    },
    get at() {
      return at;
    },
    entries,
    checkpoints,
    faults: machine.faults,
    path: () => {
      const path: Entry[] = [];
      for (let id = at; id !== 0;) {
        const entry = entries[id] as Entry;
        path.push(entry);
        id = entry.parent;
      }
      return path.toReversed();
    },
    branches: () => {
      const parents = new Set(entries.slice(1).map(({ parent }) => parent));
      return entries.filter(({ id }) => !parents.has(id));
    },
    execute: (command, io) =>
      inTurn(async () => {
        const attached = attach(io);
        await revive(attached);
        const result = await carryOut(command, attached.io);
        if (!machine.power.on) await recover();
        if (attached.interrupted()) {
          goTo(at);
          events = [];
          throw new InterruptedError();
        }
        const done = attached.withInput(command);
        const { interrupted } = result;
        return add(interrupted === undefined ? done : ({ ...done, interrupt: interrupted } as HistoryCommand), result);
      }),
    undo: () =>
      inTurn(() => {
        if (at === 0) return false;
        const from = at;
        const { parent } = entries[at] as Entry;
        goTo(parent);
        onward.set(parent, from);
        return true;
      }),
    redo: () =>
      inTurn(() => {
        const next = onward.get(at);
        if (next === undefined) return false;
        goTo(next);
        return true;
      }),
    seek: (id) => inTurn(() => goTo(id)),
    checkpoint: (name) => inTurn(() => void checkpoints.set(name, at)),
    seekCheckpoint: (name) =>
      inTurn(() => {
        const id = checkpoints.get(name);
        if (id === undefined) throw new RangeError(`there is no checkpoint ${name}`);
        goTo(id);
      }),
    inspect: (body) => inTurn(() => inspect(body)),
    hash: () => inTurn(async () => hashRows(await read(), codecs)),
    differences: (from, to) =>
      inTurn(async () => {
        const here = at;
        const before = [...onward];
        try {
          goTo(from);
          const rows = await read();
          goTo(to);
          return await differencesOf(rows, await read(), codecs);
        } finally {
          goTo(here);
          for (const [parent, child] of before) onward.set(parent, child);
        }
      }),
  };
};
