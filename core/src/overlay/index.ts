export * from './events.ts';
export * from './mount/mount-error.ts';
export * from './mount/resolve-options.ts';
export * from './options.ts';
export * from './overlay-file-system.ts';
