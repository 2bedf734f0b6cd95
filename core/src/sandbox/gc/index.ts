export * from './collect.ts';
export * from './collection-step.ts';
export * from './collector.ts';
export * from './consistency.ts';
export * from './label-references.ts';
export * from './mark.ts';
export * from './resource.ts';
export type { Reference } from './roots.ts';
export * from './schedule.ts';
