export * from './events.ts';
export * from './mount/mount-error.ts';
export * from './options.ts';
export * from './overlay-file-system.ts';
