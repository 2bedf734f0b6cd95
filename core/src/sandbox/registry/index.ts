export * from './fetch.ts';
export * from './reference.ts';
export * from './registry.ts';
export * from './send.ts';
