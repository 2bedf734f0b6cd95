export * from './recorded.ts';
export * from './restorable.ts';
export * from './timeline.ts';
