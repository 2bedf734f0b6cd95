export * from './changes.ts';
export * from './container.ts';
export * from './events.ts';
export * from './report.ts';
export * from './sandbox.ts';
export { UnknownUserError } from './user.ts';
