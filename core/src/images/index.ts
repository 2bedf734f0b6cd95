export * from './archive/export-archive.ts';
export * from './archive/import-archive.ts';
export * from './archive/import-layout.ts';
export * from './archive/imported.ts';
export * from './commit.ts';
export * from './content/content-store.ts';
export * from './content/documents.ts';
export * from './errors.ts';
export * from './events.ts';
export * from './extraction-key.ts';
export * from './inspect/inspect-image.ts';
export * from './inspect/layer-tree.ts';
export {
  lowerDirectories,
  mountOption,
  readOnlyMount,
  type ApplyTarget,
  withApplyTarget,
  withMounted,
} from './mounted.ts';
export * from './oci/chain-id.ts';
export * from './oci/config.ts';
export * from './oci/descriptor.ts';
export * from './oci/platform.ts';
export * from './oci/reference.ts';
export * from './resolve-image.ts';
export * from './snapshot-diff.ts';
export * from './unpack.ts';
