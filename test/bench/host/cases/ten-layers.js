/** An image of ten gzipped layers of files of this machine, with a busybox that runs, as an OCI archive. */
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const LAYERS = 10;
const FILES = 150;
const LARGEST = 200_000;

const digestOf = (bytes) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

const json = (value) => Buffer.from(JSON.stringify(value));

/** Different files for each layer, some 150 of them and 4 MB. */
const someFiles = () =>
  readdirSync('/usr/lib/x86_64-linux-gnu', { recursive: true, withFileTypes: true })
    .concat(readdirSync('/usr/share', { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => statSync(path).size < LARGEST)
    .toSorted()
    .filter((_, index) => index % 5 === 0)
    .slice(0, LAYERS * FILES);

/** Writes `<folder>/ten.tar`, whose image is called `name`, and answers its path. */
export const tenLayers = (folder, name) => {
  const layout = join(folder, 'ten');
  const blobs = join(layout, 'blobs/sha256');
  mkdirSync(blobs, { recursive: true });
  const blob = (bytes, mediaType) => {
    const digest = digestOf(bytes);
    writeFileSync(join(blobs, digest.slice('sha256:'.length)), bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const files = someFiles();
  const diffIds = [];
  const layers = [];
  const tar = [
    '--owner=0',
    '--group=0',
    '--mtime=@0',
    '--format=posix',
    '--pax-option=delete=atime,delete=ctime',
    '-c',
  ];
  for (let layer = 0; layer < LAYERS; layer++) {
    const tree = join(folder, 'tree');
    mkdirSync(join(tree, `layer-${layer}`), { recursive: true });
    if (layer === 0) {
      mkdirSync(join(tree, 'bin'));
      copyFileSync(execFileSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).trim(), `${tree}/bin/true`);
    }
    files
      .slice(layer * FILES, (layer + 1) * FILES)
      .forEach((path, index) => copyFileSync(path, join(tree, `layer-${layer}/${index}`)));
    const bytes = execFileSync('tar', [...tar, '-C', tree, '.'], { maxBuffer: 2 ** 30 });
    rmSync(tree, { recursive: true });
    diffIds.push(digestOf(bytes));
    layers.push(blob(gzipSync(bytes), 'application/vnd.oci.image.layer.v1.tar+gzip'));
  }
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const config = blob(
    json({
      architecture,
      os: 'linux',
      config: { Cmd: ['/bin/true'], Env: ['PATH=/bin'] },
      rootfs: { type: 'layers', diff_ids: diffIds },
      history: diffIds.map(() => ({ created_by: 'bench' })),
    }),
    'application/vnd.oci.image.config.v1+json',
  );
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = blob(json({ schemaVersion: 2, mediaType, config, layers }), mediaType);
  const named = { ...manifest, annotations: { 'io.containerd.image.name': name } };
  writeFileSync(join(layout, 'index.json'), json({ schemaVersion: 2, manifests: [named] }));
  writeFileSync(join(layout, 'oci-layout'), json({ imageLayoutVersion: '1.0.0' }));
  const archive = join(folder, 'ten.tar');
  execFileSync('tar', ['-C', layout, '-cf', archive, '.']);
  rmSync(layout, { recursive: true });
  return archive;
};
