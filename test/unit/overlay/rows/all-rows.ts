import { ACCESS_LIST_ROWS } from './access-lists.ts';
import { COPIED_METADATA_ROWS } from './copied-metadata.ts';
import { DESCRIPTOR_ROWS, GHOST_ROWS } from './descriptors.ts';
import { FLAG_ROWS } from './flags.ts';
import { LOOKUP_ROWS } from './lookups.ts';
import { OPERATION_ROWS } from './operations.ts';
import { PERMISSION_ROWS } from './permissions.ts';
import { SIDE_EFFECT_ROWS } from './side-effects.ts';
import type { Row } from './row.ts';

/** Every table of single operations, under its name. */
export const ROW_TABLES: Readonly<Record<string, readonly Row[]>> = {
  'copied metadata': COPIED_METADATA_ROWS,
  descriptors: DESCRIPTOR_ROWS,
  'listed whiteouts': GHOST_ROWS,
  flags: FLAG_ROWS,
  'lookups and refusals': LOOKUP_ROWS,
  operations: OPERATION_ROWS,
  'side effects': SIDE_EFFECT_ROWS,
  permissions: PERMISSION_ROWS,
  'access control lists': ACCESS_LIST_ROWS,
};
