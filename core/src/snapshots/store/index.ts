export * from './commit-active.ts';
export * from './create-snapshot.ts';
export * from './document/snapshot-document.ts';
export * from './memory-meta-store.ts';
export * from './read.ts';
export * from './remove-snapshot.ts';
export * from './document/rfc3339.ts';
export * from './update-info.ts';
