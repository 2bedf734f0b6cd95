/** What an import answers: the images of an archive or layout. */
import { ImageError, type Place } from '../errors.ts';
import type { ImageListener } from '../events.ts';
import {
  ANNOTATION_IMAGE_NAME,
  ANNOTATION_REF_NAME,
  type Descriptor,
  type Digest,
  type Index,
} from '../oci/descriptor.ts';
import { normalizeReference } from '../oci/reference.ts';

export interface ImportedImage {
  /** Full references where the archive has them, else what its annotation says; often empty. */
  readonly names: readonly string[];
  /** A manifest, or an index of several platforms. */
  readonly target: Descriptor;
}

export interface ImportedArchive {
  readonly format: 'docker' | 'oci';
  readonly images: readonly ImportedImage[];
}

export interface ImportOptions {
  /** What the archive is called in errors: the path the user gave. */
  readonly image: string;
  readonly onEvent?: ImageListener;
}

/** An attestation (SLSA provenance, SBOM) hangs beside the image it speaks of and is none itself. */
export const isAttestation = ({ annotations, platform }: Descriptor): boolean =>
  annotations?.['vnd.docker.reference.type'] === 'attestation-manifest' ||
  (platform?.os === 'unknown' && platform.architecture === 'unknown');

/** The images of an index.json: one for each target, with all names it has there. `no-image` when there is none. */
export const imagesOf = (index: Index, place: Place): readonly ImportedImage[] => {
  const images = new Map<Digest, { names: string[]; target: Descriptor }>();
  for (const target of index.manifests) {
    if (isAttestation(target)) continue;
    const name = target.annotations?.[ANNOTATION_IMAGE_NAME] ?? target.annotations?.[ANNOTATION_REF_NAME];
    const image = images.get(target.digest) ?? { names: [], target };
    if (name !== undefined && !image.names.includes(name)) image.names.push(name);
    images.set(target.digest, image);
  }
  if (images.size === 0) throw new ImageError('no-image', place);
  return [...images.values()];
};

/**
 * The image a user means: the one called `name` (abbreviated names too), or the only one. `several-images`,
 * `image-not-named`.
 */
export const selectImage = (archive: ImportedArchive, name: string | undefined, place: Place): ImportedImage => {
  const available = archive.images.map(({ names, target }) => names[0] ?? target.digest);
  if (name === undefined) {
    const [only, another] = archive.images;
    if (only === undefined) throw new ImageError('no-image', place);
    if (another !== undefined) throw new ImageError('several-images', { ...place, available });
    return only;
  }
  const full = normalizeReference(name);
  const found = archive.images.find(
    ({ names, target }) => target.digest === name || names.includes(name) || names.includes(full),
  );
  if (found === undefined) throw new ImageError('image-not-named', { ...place, wanted: name, available });
  return found;
};
