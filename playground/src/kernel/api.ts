/** What the page may ask of the kernel worker, and what the worker tells unasked. */
import type { Command, Entry, Moment } from './values.ts';
import type { LayerStack, PathDetail, PathQuery, TreePage, TreeQuery } from './layer-values.ts';

export interface KernelApi {
  /** Begins anew from a log; `[]` is an empty node. */
  open(log: readonly Command[]): Promise<Moment>;
  /** Carries out a command at the present moment; what was undone is dropped. */
  execute(command: Command): Promise<Entry>;
  /** Goes to the moment after `position` commands. */
  seek(position: number): Promise<Moment>;
  /** Hands over the bytes of an archive and answers the key `import` commands name it by. */
  store(archive: { readonly name: string; readonly bytes: Uint8Array }): Promise<string>;
  stack(key: string): Promise<LayerStack>;
  tree(query: TreeQuery): Promise<TreePage>;
  path(query: PathQuery): Promise<PathDetail>;
}

/** Told as it happens. */
export type Notice =
  | { readonly type: 'moment'; readonly moment: Moment }
  | { readonly type: 'entry'; readonly entry: Entry }
  /** The log as it is now; entries that are not told again are the same. */
  | { readonly type: 'log'; readonly length: number }
  | { readonly type: 'output'; readonly stream: 'stdout' | 'stderr'; readonly bytes: Uint8Array }
  | { readonly type: 'progress'; readonly done: number; readonly total: number; readonly label: string };
