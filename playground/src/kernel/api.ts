/** What the page may ask of the kernel worker, and what the worker tells unasked. */
import type { LessonQuery, LessonState } from '../lessons/engine/values.ts';
import type { LayerStack, PathDetail, PathQuery, TreePage, TreeQuery } from './layer-values.ts';
import type { MachineChart } from './machine-values.ts';
import type { Command, Entry, Moment } from './values.ts';

/** A log as it is kept: every command with the entry it came after. An entry's id is its place here, plus one. */
export interface KeptLog {
  readonly commands: readonly { readonly parent: number; readonly command: Command }[];
  /** The entry to stand at. */
  readonly at: number;
  readonly checkpoints: readonly { readonly name: string; readonly id: number }[];
}

/** What came of a command that somebody was at. */
export interface Attended {
  readonly entry: Entry;
  /** Keys that nothing read: they are for the next prompt. */
  readonly left: string;
}

export interface KernelApi {
  /**
   * Begins anew and carries out everything in the log. With the name of a `learner`'s file its snapshotter is the node's;
   * the page is then asked for a worker that has it.
   */
  open(log: KeptLog & { readonly learner?: string }): Promise<Moment>;
  /** Lends the worker that was asked for. */
  lend(learner: { readonly port: MessagePort }): Promise<void>;
  /** Carries out a command at the present moment. After an undo this begins a branch; the other stays. */
  execute(command: Command): Promise<Entry>;
  /** The same with somebody at the terminal: what runs reads what `type` hands over. ^C takes the command back, and this fails. */
  attend(command: Command): Promise<Attended>;
  /** Keys, as a terminal in raw mode sends them, for what `attend` runs or will run. Answers them when it runs nothing. */
  type(keys: string): Promise<string>;
  undo(): Promise<Moment>;
  redo(): Promise<Moment>;
  /** Goes to the state of an entry on any branch. */
  seek(id: number): Promise<Moment>;
  /** Names the present moment. */
  checkpoint(name: string): Promise<Moment>;
  /** Hands over an archive that `import` commands call by this name. It is read when it is imported, piece by piece. */
  store(archive: { readonly name: string; readonly blob: Blob }): Promise<void>;
  /** The layer tar of what a snapshot changes against its parent. */
  layerTar(key: string): Promise<Uint8Array>;
  /** The way to the present moment as a scenario, JSON: `layerscope play` carries it out and compares. */
  scenario(): Promise<string>;
  /** An image as one archive: an OCI layout that `docker load` reads, too. */
  imageArchive(name: string): Promise<Uint8Array>;
  /** The lifecycle machine's definition. */
  machine(): Promise<MachineChart>;
  stack(key: string): Promise<LayerStack>;
  tree(query: TreeQuery): Promise<TreePage>;
  path(query: PathQuery): Promise<PathDetail>;
  /** How far the learner is at the present moment. */
  lesson(query: LessonQuery): Promise<LessonState>;
}

/** Told as it happens. */
export type Notice =
  | { readonly type: 'moment'; readonly moment: Moment }
  | { readonly type: 'entry'; readonly entry: Entry }
  /** Everything that was told before is void. */
  | { readonly type: 'cleared' }
  /** The node wants a worker with the learner's file, or is done with the one it has. */
  | { readonly type: 'learner'; readonly wanted: boolean }
  | { readonly type: 'output'; readonly stream: 'stdout' | 'stderr'; readonly bytes: Uint8Array }
  | { readonly type: 'progress'; readonly done: number; readonly total: number; readonly label: string };
