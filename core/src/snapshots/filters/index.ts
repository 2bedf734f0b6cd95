export { parseFilter, parseFilters } from './parse.ts';
export { compared, present } from './selector.ts';
export type { Fields, Filter, Operator } from './selector.ts';
export { labelField, snapshotFields } from './snapshot-fields.ts';
