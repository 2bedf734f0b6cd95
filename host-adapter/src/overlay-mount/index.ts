export { OverlayOptionError, type OverlayRequest, parseMountOptions } from './mount-options.ts';
export { remountOverlay } from './remount-overlay.ts';
export { serveOverlay } from './serve-overlay.ts';
