/**
 * An image on disk by other means than ours: its layers taken out by hand, whiteouts done as the OCI image spec says, the
 * rest extracted by GNU tar.
 */
import { createReadStream, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { extract, type Header } from 'tar-stream';
import { command, commandBytes } from '../command.ts';

interface Document {
  readonly manifests?: readonly { readonly digest: string; readonly platform?: { readonly architecture: string } }[];
  readonly layers?: readonly { readonly digest: string }[];
}

const blob = (digest: string): string => join('blobs', digest.replace(':', '/'));

/** The layers of an unpacked OCI layout (for amd64) or docker archive, lowest first, as files. */
const layersIn = (folder: string): readonly string[] => {
  const read = (path: string): unknown => JSON.parse(readFileSync(join(folder, path), 'utf8'));
  if (!readdirSync(folder).includes('index.json')) {
    const [image] = read('manifest.json') as readonly [{ readonly Layers: readonly string[] }];
    return image.Layers.map((path) => join(folder, path));
  }
  let document = read('index.json') as Document;
  while (document.manifests !== undefined) {
    const chosen = document.manifests.find(({ platform }) => (platform?.architecture ?? 'amd64') === 'amd64');
    document = read(blob(chosen!.digest)) as Document;
  }
  return document.layers!.map(({ digest }) => join(folder, blob(digest)));
};

const MAGIC: readonly (readonly [hex: string, program: string])[] = [
  ['1f8b', 'gzip'],
  ['28b52ffd', 'zstd'],
];

const decompressed = (layer: string, to: string): string => {
  const start = readFileSync(layer).subarray(0, 4).toString('hex');
  const program = MAGIC.find(([magic]) => start.startsWith(magic))?.[1];
  command('bash', ['-c', program === undefined ? `cp "$1" "$2"` : `${program} -dc < "$1" > "$2"`, 'sh', layer, to]);
  return to;
};

const entriesOf = async (tar: string): Promise<readonly Header[]> => {
  const headers: Header[] = [];
  const archive = extract();
  createReadStream(tar).pipe(archive as unknown as NodeJS.WritableStream);
  for await (const entry of archive) {
    headers.push(entry.header);
    entry.resume();
  }
  return headers;
};

const typeAt = (path: string): 'none' | 'directory' | 'other' => {
  try {
    return lstatSync(path).isDirectory() ? 'directory' : 'other';
  } catch {
    return 'none';
  }
};

/** OCI image spec, "Layer changeset": what a layer hides is gone before anything of the layer is there. */
const hide = (headers: readonly Header[], root: string): void => {
  for (const { name } of headers) {
    const folder = join(root, dirname(name));
    const base = basename(name);
    if (base === '.wh..wh..opq') {
      for (const child of typeAt(folder) === 'directory' ? readdirSync(folder) : []) {
        rmSync(join(folder, child), { recursive: true });
      }
    } else if (base.startsWith('.wh.')) rmSync(join(folder, base.slice(4)), { recursive: true, force: true });
  }
  for (const { name, type } of headers) {
    const found = typeAt(join(root, name));
    if (found !== 'none' && (found === 'directory') !== (type === 'directory')) {
      rmSync(join(root, name), { recursive: true });
    }
  }
};

/** Makes the tree of an image (an archive or a layout folder) in `root`, an empty folder; `scratch` is another. */
export const extractByTar = async (image: string, root: string, scratch: string): Promise<void> => {
  let layout = image;
  if (!statSync(image).isDirectory()) {
    layout = join(scratch, 'layout');
    mkdirSync(layout);
    command('tar', ['-xf', image, '-C', layout]);
  }
  for (const layer of layersIn(layout)) {
    const tar = decompressed(layer, join(scratch, 'layer.tar'));
    // umoci leaves out the padding of the last entry and the end marker: to GNU tar that is a broken archive.
    command('truncate', ['-s', '%512', tar]);
    command('truncate', ['-s', '+1024', tar]);
    hide(await entriesOf(tar), root);
    commandBytes('tar', [
      ...`-xpf ${tar} -C ${root} --same-owner --numeric-owner --xattrs --xattrs-include=* --delay-directory-restore`.split(
        ' ',
      ),
      '--wildcards',
      '--exclude=.wh.*',
    ]);
  }
};
