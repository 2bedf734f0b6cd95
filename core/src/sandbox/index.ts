export * from './container.ts';
export * from './events.ts';
export * from './sandbox.ts';
export { UnknownUserError } from './user.ts';
