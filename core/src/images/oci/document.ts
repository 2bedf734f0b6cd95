/** Reads the JSON documents of an image, checking what the rest of the code relies on. */
import { ImageError, type Place } from '../errors.ts';
import { isDigest, type Descriptor, type Index, type Manifest } from './descriptor.ts';

/** containerd and the registries refuse larger manifests; a config is of the same order. */
export const DOCUMENT_LIMIT: number = 8 * 1024 * 1024;

type JsonObject = { readonly [key: string]: unknown };

/** What a document is called in errors, and where it stands. */
export interface DocumentName {
  /** `manifest sha256:…`, `index.json`, … */
  readonly document: string;
  readonly place?: Place;
}

const bad = (name: DocumentName, problem: string): never => {
  throw new ImageError('bad-document', { ...name.place, document: name.document, problem });
};

/** Parses UTF-8 JSON. `bad-document` when it is none. */
export const parseDocument = (bytes: Uint8Array, name: DocumentName): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    return bad(name, error instanceof Error ? error.message : String(error));
  }
};

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object at `field` (the whole document for `''`), or `bad-document`. */
export const objectIn = (value: unknown, field: string, name: DocumentName): JsonObject =>
  isObject(value) ? value : bad(name, `${field === '' ? 'it' : field} must be an object`);

/** An array of strings that may be absent or null (Go writes nil slices as null). */
export const stringsIn = (value: unknown, field: string, name: DocumentName): readonly string[] => {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
    ? value
    : bad(name, `${field} must be an array of strings`);
};

export const arrayIn = (value: unknown, field: string, name: DocumentName): readonly unknown[] => {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : bad(name, `${field} must be an array`);
};

const isPlatform = (value: unknown): boolean =>
  isObject(value) &&
  typeof value['os'] === 'string' &&
  typeof value['architecture'] === 'string' &&
  (value['variant'] === undefined || typeof value['variant'] === 'string');

const descriptorIn = (value: unknown, field: string, name: DocumentName): Descriptor => {
  const descriptor = objectIn(value, field, name);
  const { digest, size, mediaType, platform, annotations } = descriptor;
  if (typeof digest !== 'string' || !isDigest(digest))
    return bad(name, `${field}.digest must be sha256: and 64 hex digits, not ${JSON.stringify(digest)}`);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    return bad(name, `${field}.size must be a number of bytes`);
  if (typeof mediaType !== 'string') return bad(name, `${field}.mediaType must be a string`);
  if (platform !== undefined && !isPlatform(platform))
    return bad(name, `${field}.platform must name os and architecture`);
  if (annotations !== undefined && annotations !== null) {
    const values = Object.values(objectIn(annotations, `${field}.annotations`, name));
    if (!values.every((text) => typeof text === 'string')) return bad(name, `${field}.annotations must hold strings`);
  }
  stringsIn(descriptor['urls'], `${field}.urls`, name);
  return descriptor as unknown as Descriptor;
};

/** Checks an image index (or Docker manifest list). */
export const readIndex = (value: unknown, name: DocumentName): Index => {
  const index = objectIn(value, '', name);
  const manifests = arrayIn(index['manifests'], 'manifests', name);
  return {
    ...index,
    schemaVersion: 2,
    manifests: manifests.map((row, i) => descriptorIn(row, `manifests[${i}]`, name)),
  };
};

/** Checks an image manifest. */
export const readManifest = (value: unknown, name: DocumentName): Manifest => {
  const manifest = objectIn(value, '', name);
  // An index hidden behind a manifest's media type (or the reverse) was a way to show two tools two images.
  if (manifest['manifests'] !== undefined) return bad(name, 'a manifest must not have "manifests"');
  return {
    ...manifest,
    schemaVersion: 2,
    config: descriptorIn(manifest['config'], 'config', name),
    layers: arrayIn(manifest['layers'], 'layers', name).map((row, i) => descriptorIn(row, `layers[${i}]`, name)),
  };
};
