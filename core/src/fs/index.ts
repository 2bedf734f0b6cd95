export * from './clock.ts';
export * from './content.ts';
export * from './credentials.ts';
export * from './errno.ts';
export * from './file-system.ts';
export * from './mode.ts';
