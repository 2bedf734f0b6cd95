export * from './meta-store.ts';
export * from './snapshotter.ts';
