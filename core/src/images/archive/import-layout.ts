/** Imports an OCI image layout that lies in a directory. */
import { listNames, readChunks, readPlainFile, sizeOf, type PlainFiles } from '../../fs/index.ts';
import type { ContentStore } from '../content/content-store.ts';
import { readDocument } from '../content/documents.ts';
import { ImageError } from '../errors.ts';
import { isIndexType, isManifestType, type Descriptor } from '../oci/descriptor.ts';
import { ImportSession } from './import-session.ts';
import type { ImportedArchive, ImportOptions } from './imported.ts';
import { layoutImages } from './layout-documents.ts';

/** Copies the blob of `descriptor` and all it leads to. What is not there is left out: another platform, often. */
const copyTree = async (
  files: PlainFiles,
  folder: string,
  session: ImportSession,
  descriptor: Descriptor,
): Promise<void> => {
  const { digest, mediaType } = descriptor;
  const entry = `blobs/sha256/${digest.slice('sha256:'.length)}`;
  const size = await sizeOf(files, `${folder}/${entry}`);
  if (size === undefined) return;
  await session.add(entry, readChunks(files, `${folder}/${entry}`), size, digest);
  if (!isIndexType(mediaType) && !isManifestType(mediaType)) return;
  const document = await readDocument(session.store, descriptor, { image: session.image });
  const children =
    document.kind === 'index' ? document.index.manifests : [document.manifest.config, ...document.manifest.layers];
  for (const child of children) await copyTree(files, folder, session, child);
};

/**
 * Reads the OCI layout in `folder` (absolute) into `store`, as `importArchive` reads an archive. `not-an-image` when the
 * folder has no `oci-layout`.
 */
export const importLayout = (
  files: PlainFiles,
  folder: string,
  store: ContentStore,
  options: ImportOptions,
): Promise<ImportedArchive> => {
  const session = new ImportSession(store, options);
  return session.run(async () => {
    const layout = await readPlainFile(files, `${folder}/oci-layout`);
    if (layout === undefined)
      throw new ImageError('not-an-image', {
        image: options.image,
        found: (await listNames(files, folder)).slice(0, 5),
      });
    const archive = layoutImages(layout, await readPlainFile(files, `${folder}/index.json`), options.image);
    for (const { target } of archive.images) await copyTree(files, folder, session, target);
    return archive;
  });
};
