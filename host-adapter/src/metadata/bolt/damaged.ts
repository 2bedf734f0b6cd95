import { MetadataError } from '../metadata-error.ts';

/** Throws METADATA_DAMAGED. */
export const damagedBolt = (why: string): never => {
  throw new MetadataError(
    'METADATA_DAMAGED',
    `this is no readable metadata.db of containerd: ${why}`,
    'A copy made while containerd wrote can be torn: copy it again, or stop containerd first.',
  );
};
