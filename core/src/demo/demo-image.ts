/** The demo image: an OCI layout in a tar, the same bytes on every platform and every run. */
import { gzipSync } from 'fflate';
import { sha256 } from 'hash-wasm';
import {
  OCI_CONFIG,
  OCI_INDEX,
  OCI_LAYER_GZIP,
  OCI_MANIFEST,
  type Descriptor,
  type Platform,
} from '../images/index.ts';
import { tarOf, type ArchiveEntry } from './archive.ts';
import { demoLayers, programsLayer, type DemoLayer } from './layers.ts';

/** The name the image carries. */
export const DEMO_IMAGE_NAME = 'layerscope.test/demo:latest';

const CREATED = '2024-01-01T00:00:00Z';
/** One set of layers for both: they hold no machine code. */
const PLATFORMS: readonly Platform[] = [
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: 'arm64' },
];

const encoder = new TextEncoder();
const document = (value: unknown): Uint8Array => encoder.encode(`${JSON.stringify(value, null, 2)}\n`);

/**
 * Builds the image: three gzip layers, one manifest each for linux/amd64 and linux/arm64 in a nested index, as registries
 * serve them. About 100 kB.
 */
export const demoImage = (): Promise<Uint8Array<ArrayBuffer>> => layoutOf(DEMO_IMAGE_NAME, demoLayers);

/** The name of the image with programs. */
export const PROGRAMS_IMAGE_NAME = 'layerscope.test/programs:latest';

/**
 * The same with one more layer on top: `programs`, WebAssembly by name, in /bin, and a store of 1 MiB to try `kv` on.
 * The demo's layers are shared with it.
 */
export const programsImage = (programs: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array<ArrayBuffer>> =>
  layoutOf(PROGRAMS_IMAGE_NAME, [...demoLayers, programsLayer(programs)]);

const layoutOf = async (name: string, imageLayers: readonly DemoLayer[]): Promise<Uint8Array<ArrayBuffer>> => {
  const blobs = new Map<string, Uint8Array>();
  const add = async (mediaType: string, bytes: Uint8Array): Promise<Descriptor> => {
    const hex = await sha256(bytes);
    blobs.set(hex, bytes);
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
  };

  const layers: Descriptor[] = [];
  const diffIds: string[] = [];
  for (const { entries } of imageLayers) {
    const tar = await tarOf(entries);
    diffIds.push(`sha256:${await sha256(tar)}`);
    layers.push(await add(OCI_LAYER_GZIP, gzipSync(tar, { mtime: 0 })));
  }
  const manifests: Descriptor[] = [];
  for (const platform of PLATFORMS) {
    const config = await add(
      OCI_CONFIG,
      document({
        created: CREATED,
        ...platform,
        config: { Env: ['PATH=/usr/bin:/bin'], Cmd: ['/bin/sh'], WorkingDir: '/' },
        rootfs: { type: 'layers', diff_ids: diffIds },
        history: imageLayers.map(({ createdBy }) => ({ created: CREATED, created_by: createdBy })),
      }),
    );
    const manifest = { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers };
    manifests.push({ ...(await add(OCI_MANIFEST, document(manifest))), platform });
  }
  const index = await add(OCI_INDEX, document({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }));
  const named = {
    ...index,
    annotations: {
      'io.containerd.image.name': name,
      'org.opencontainers.image.ref.name': 'latest',
    },
  };

  const files: readonly ArchiveEntry[] = [
    { name: 'oci-layout', content: document({ imageLayoutVersion: '1.0.0' }) },
    { name: 'index.json', content: document({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [named] }) },
    { name: 'blobs/', type: 'directory', mode: 0o755 },
    { name: 'blobs/sha256/', type: 'directory', mode: 0o755 },
    ...[...blobs].map(([hex, content]) => ({ name: `blobs/sha256/${hex}`, content })),
  ];
  return tarOf(files);
};
