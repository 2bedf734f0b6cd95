export { type LinuxKernelOptions, createLinuxKernel } from './linux-kernel.ts';
export { NoDirectoryTypesError, type OverlayFaculties, probeOverlay, requireOverlayRoot } from './probe-overlay.ts';
export { refusedOverlay } from './try-overlay.ts';
