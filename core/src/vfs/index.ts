export * from './system-calls.ts';
