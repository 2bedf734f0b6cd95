export { readBoltSnapshots } from './bolt/snapshots.ts';
export { parseDocument, printDocument } from './document-json.ts';
export { MetadataError, type MetadataErrorCode } from './metadata-error.ts';
export { type OpenMetaStoreOptions, openMetaStore } from './open-meta-store.ts';
