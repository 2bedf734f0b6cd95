import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import type { MetaStore, SnapshotDocument } from '@layerscope/core/snapshots';
import type { MetadataError } from '../../metadata/index.ts';
import { renderSnapshots } from '../render/snapshots.ts';
import { DEFAULT_ROOT } from './serve-command.ts';

/** Below a root: where its metadata is. */
export const metadataFile = (root: string): string => join(root, 'metadata.mdb');

interface RootOption {
  readonly root: string;
}

const withStore = async <T>(
  root: string,
  readOnly: boolean,
  body: (store: MetaStore) => Promise<T> | T,
): Promise<T> => {
  const { openMetaStore } = await import('../../metadata/index.ts');
  const store = await openMetaStore(metadataFile(root), { readOnly });
  try {
    return await body(store);
  } finally {
    await store.close();
  }
};

const documentOf = async (root: string): Promise<SnapshotDocument> => {
  const { exportSnapshots } = await import('@layerscope/core/snapshots');
  return withStore(root, true, (store) => store.read(exportSnapshots));
};

/** Reads something, and names it in the error when it cannot be read. */
const about = <T>(name: string, Failure: typeof MetadataError, read: () => T): T => {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(error.code, `${name}: ${error.message}`, error.advice);
  }
};

const exportCommand = (): Command =>
  new Command('export')
    .description('print what a root holds as JSON; works beside a running service')
    .option('--root <directory>', 'the root of the snapshotter', DEFAULT_ROOT)
    .action(async ({ root }: RootOption) => {
      const { printDocument } = await import('../../metadata/index.ts');
      process.stdout.write(printDocument(await documentOf(root)));
    });

const importCommand = (): Command =>
  new Command('import')
    .description('fill the metadata of a root from JSON; its directories stay as they are')
    .argument('[file]', 'what `metadata export` or `metadata show --json` printed; standard input by default', '-')
    .option('--root <directory>', 'the root of the snapshotter', DEFAULT_ROOT)
    .option('--replace', 'even when snapshots are recorded there; they are forgotten')
    .action(async (file: string, { root, replace = false }: RootOption & { readonly replace?: boolean }) => {
      const { MetadataError, parseDocument } = await import('../../metadata/index.ts');
      const { exportSnapshots, importSnapshots } = await import('@layerscope/core/snapshots');
      const from = file === '-' ? 'standard input' : file;
      const document = about(from, MetadataError, () => parseDocument(readFileSync(file === '-' ? 0 : file, 'utf8')));
      await withStore(root, false, (store) =>
        store.write((tx) => {
          const { length } = exportSnapshots(tx).snapshots;
          if (length > 0 && !replace) {
            throw new MetadataError(
              'METADATA_DOCUMENT',
              `${root} records ${length} snapshots already`,
              'Say --replace to forget them; their directories become orphans then (see `layerscope doctor`).',
            );
          }
          importSnapshots(tx, document);
        }),
      );
      process.stderr.write(`${document.snapshots.length} snapshots recorded in ${root}\n`);
    });

interface ShowOptions {
  readonly bolt?: string;
  readonly root: string;
  readonly json?: boolean;
}

const showCommand = (): Command =>
  new Command('show')
    .description('list the snapshots of a root, or of a copy of a metadata.db that containerd keeps')
    .option('--bolt <file>', "a copy of containerd's metadata.db; containerd itself may run on")
    .option('--root <directory>', 'the root of a snapshotter of layerscope', DEFAULT_ROOT)
    .option('--json', 'print JSON, which `metadata import` reads')
    .action(async ({ bolt, root, json }: ShowOptions) => {
      const { MetadataError, printDocument, readBoltSnapshots } = await import('../../metadata/index.ts');
      const document =
        bolt === undefined
          ? await documentOf(root)
          : about(bolt, MetadataError, () => readBoltSnapshots(readFileSync(bolt)));
      process.stdout.write(json === true ? printDocument(document) : renderSnapshots(document.snapshots));
    });

/** Looks at, keeps and carries what is recorded about snapshots. */
export const metadataCommand = (): Command =>
  new Command('metadata')
    .description('show, export and import what is recorded about snapshots')
    .addCommand(exportCommand())
    .addCommand(importCommand())
    .addCommand(showCommand());
