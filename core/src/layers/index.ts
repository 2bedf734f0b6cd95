export * from './apply/apply-layer.ts';
export * from './apply/limits.ts';
export * from './layer-error.ts';
export * from './tar/entry.ts';
export * from './tar/reader.ts';
export * from './whiteout-names.ts';
