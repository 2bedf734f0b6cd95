/** Writes what a run left into files. A file appears whole or not at all. */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { commitImage, exportArchive, withSnapshotDiff } from '@layerscope/core/images';
import { nodeCodecs } from '../../codecs/index.ts';
import type { FinishedRun } from './run-image.ts';

const saveStream = async (bytes: AsyncIterable<Uint8Array>, path: string): Promise<void> => {
  const partial = `${path}.partial`;
  try {
    await pipeline(Readable.from(bytes, { objectMode: false }), createWriteStream(partial));
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
};

/** The container's changes as a layer tar; gzip when the name ends in `.gz` or `.tgz`. */
export const saveDiff = ({ sandbox, container }: FinishedRun, path: string): Promise<void> =>
  withSnapshotDiff(sandbox, container.id, (tar) => saveStream(/\.t?gz$/.test(path) ? nodeCodecs.gzip(tar) : tar, path));

/** What a committed image is called: its base's name, told apart by the tag. */
const committedName = (base: string | undefined): string =>
  `${base?.split('@')[0] ?? 'layerscope.local/image:commit'}-layerscope`;

/** A new image: the one that was run plus one layer. Answers its name. */
export const saveCommit = async ({ sandbox, image, container, report }: FinishedRun, path: string): Promise<string> => {
  const committed = await commitImage(image, container.id, sandbox.content, sandbox, {
    createdBy: report.command.args.join(' '),
    comment: 'committed by layerscope',
  });
  const name = committedName(image.references[0]);
  await saveStream(exportArchive(sandbox.content, [{ names: [name], target: committed.target }]), path);
  return name;
};
