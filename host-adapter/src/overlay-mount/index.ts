export { OverlayOptionError, type OverlayRequest, parseMountOptions } from './mount-options.ts';
export { serveOverlay } from './serve-overlay.ts';
