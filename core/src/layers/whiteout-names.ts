/** The names by which a layer tar deletes: AUFS's convention, fixed by the OCI image format. */

/** `.wh.<name>` deletes `<name>`. */
export const WHITEOUT_PREFIX = '.wh.';
/** Its presence in a directory hides what lower layers have there. */
export const WHITEOUT_OPAQUE = '.wh..wh..opq';

/** How overlayfs says the same in an upper directory: a device 0:0, and an extended attribute. */
export const OVERLAY_OPAQUE_XATTR = 'trusted.overlay.opaque';
