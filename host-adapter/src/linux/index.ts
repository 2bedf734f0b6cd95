export { asUser, createLinuxSystemCalls } from './linux-system-calls.ts';
export { MNT_DETACH, mount, MS_RDONLY, unmount } from './mounts.ts';
