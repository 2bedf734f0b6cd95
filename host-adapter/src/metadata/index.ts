export { MetadataError, type MetadataErrorCode } from './metadata-error.ts';
export { type OpenMetaStoreOptions, openMetaStore } from './open-meta-store.ts';
