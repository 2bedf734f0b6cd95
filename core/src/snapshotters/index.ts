export { createBtrfsSnapshotter } from './btrfs.ts';
export type { BtrfsOptions } from './btrfs.ts';
export { createNativeSnapshotter } from './native.ts';
export type { NativeOptions } from './native.ts';
export { createOverlayfsSnapshotter } from './overlayfs.ts';
export type { OverlayfsOptions } from './overlayfs.ts';
