import { ACCESS_LIST_ROWS } from './access-lists.ts';
import { OPERATION_ROWS } from './operations.ts';
import { PERMISSION_ROWS } from './permissions.ts';
import type { Row } from './row.ts';

/** Every table of single operations, under its name. */
export const ROW_TABLES: Readonly<Record<string, readonly Row[]>> = {
  operations: OPERATION_ROWS,
  permissions: PERMISSION_ROWS,
  'access control lists': ACCESS_LIST_ROWS,
};
