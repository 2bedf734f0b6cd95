export * from './sweep/collect.ts';
export * from './sweep/collection-step.ts';
export * from './collector.ts';
export * from './consistency.ts';
export * from './mark/label-references.ts';
export * from './mark/mark.ts';
export * from './mark/resource.ts';
export type { Reference } from './mark/roots.ts';
export * from './schedule.ts';
