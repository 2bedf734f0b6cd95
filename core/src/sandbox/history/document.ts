/**
 * A history as one JSON document: the commands of all branches, and what they must answer. The archives that commands
 * name lie beside it, by digest. Whoever opens it carries the commands out again; the state is then the same to the byte.
 */
import type { LayerCodecs } from '../../layers/index.ts';
import type { BlobSource } from '../node/command.ts';
import type { HistoryCommand } from './entry.ts';
import { type History, type HistoryOptions, createHistory } from './history.ts';

/** Raised when a field changes its meaning or goes. */
export const HISTORY_VERSION = 1;

export interface HistoryDocument {
  readonly format: 'layerscope-history';
  readonly version: typeof HISTORY_VERSION;
  readonly machine: { readonly seed?: number; readonly snapshotter?: string; readonly diskSize?: number };
  /** By name in commands: `sha256:…` and bytes. */
  readonly blobs: Readonly<Record<string, { readonly digest: string; readonly size: number }>>;
  /** In the order they were carried out; the first is entry 1. */
  readonly entries: readonly {
    readonly parent: number;
    readonly command: HistoryCommand;
    readonly exitCode: number;
  }[];
  readonly checkpoints: Readonly<Record<string, number>>;
  readonly at: number;
  /** Of the state at `at`. */
  readonly hash: string;
}

/** A document that cannot be opened, and why. */
export class HistoryError extends Error {
  readonly code: 'invalid-history' | 'missing-blob' | 'diverged';

  constructor(code: HistoryError['code'], message: string) {
    super(message);
    this.name = 'HistoryError';
    this.code = code;
  }
}

const digestOf = async (
  bytes: AsyncIterable<Uint8Array>,
  codecs: Pick<LayerCodecs, 'sha256'>,
): Promise<{ readonly digest: string; readonly size: number }> => {
  const hasher = await codecs.sha256();
  let size = 0;
  for await (const chunk of bytes) {
    hasher.update(chunk);
    size += chunk.length;
  }
  return { digest: `sha256:${hasher.hex()}`, size };
};

/** Names of archives in commands, each once. */
const blobNames = (history: History): readonly string[] => [
  ...new Set(history.entries.flatMap(({ command }) => (command.type === 'import' ? [command.blob] : []))),
];

/** Writes a history down. `machine` is what `createHistory` was given. Archives that are not there are left out. */
export const exportHistory = async (
  history: History,
  machine: HistoryDocument['machine'],
  codecs: Pick<LayerCodecs, 'sha256'>,
): Promise<HistoryDocument> => {
  const blobs: Record<string, { readonly digest: string; readonly size: number }> = {};
  for (const name of blobNames(history)) {
    const bytes = history.node.blobs(name);
    if (bytes !== undefined) blobs[name] = await digestOf(bytes, codecs);
  }
  return {
    format: 'layerscope-history',
    version: HISTORY_VERSION,
    machine,
    blobs,
    entries: history.entries.slice(1).map(({ parent, command, result }) => ({
      parent,
      command,
      exitCode: result.exitCode,
    })),
    checkpoints: Object.fromEntries(history.checkpoints),
    at: history.at,
    hash: await history.hash(),
  };
};

/**
 * Carries a written history out again. `open` finds archives by digest. HistoryError: `missing-blob` before anything is
 * done; `diverged` when a command or the state at the end is not what was written, and which.
 */
export const importHistory = async (
  document: HistoryDocument,
  open: BlobSource,
  options: Omit<HistoryOptions, 'seed' | 'snapshotter' | 'diskSize' | 'blobs'> = {},
): Promise<History> => {
  if (document.format !== 'layerscope-history' || document.version !== HISTORY_VERSION)
    throw new HistoryError('invalid-history', `this is no history of version ${HISTORY_VERSION}`);
  const { machine, blobs, entries, checkpoints, at, hash } = document;
  for (const [name, { digest }] of Object.entries(blobs))
    if (open(digest) === undefined)
      throw new HistoryError('missing-blob', `the archive ${name} (${digest}) is not there`);
  const history = await createHistory({
    ...options,
    ...machine,
    blobs: (name) => {
      const blob = blobs[name];
      return blob === undefined ? undefined : open(blob.digest);
    },
  });
  for (const [index, { parent, command, exitCode }] of entries.entries()) {
    if (history.at !== parent) await history.seek(parent);
    const { result } = await history.execute(command);
    if (result.exitCode !== exitCode)
      throw new HistoryError(
        'diverged',
        `command ${index + 1} (${command.type}) ended with ${result.exitCode}; it was ${exitCode} when the history was written`,
      );
  }
  for (const [name, id] of Object.entries(checkpoints)) {
    await history.seek(id);
    await history.checkpoint(name);
  }
  await history.seek(at);
  if ((await history.hash()) !== hash)
    throw new HistoryError('diverged', 'the commands end in another state than when the history was written');
  return history;
};
