import { fail } from '@layerscope/core/fs';
import type { ParsedMountOptions } from '@layerscope/core/kernel';

/** The texts of /proc/<pid>/uid_map and gid_map. */
export interface IdMaps {
  readonly uids: string;
  readonly gids: string;
}

/** The mapping that `uidmap=` and `gidmap=` ask for; `undefined` when neither does. EINVAL. */
export const idMapsOf = ({ uidmap, gidmap }: ParsedMountOptions): IdMaps | undefined =>
  uidmap === undefined && gidmap === undefined ? undefined : { uids: idMapText(uidmap), gids: idMapText(gidmap) };

/** Every id to itself: the half of a mapping that was not given. */
const IDENTITY = '0 0 4294967295\n';

/**
 * `container:host:size`, several joined with commas, as /proc/<pid>/uid_map wants it: the ids on disk are the
 * container's, the ids that are seen the host's. EINVAL for a mapping that is none.
 */
const idMapText = (mapping: string | undefined): string =>
  mapping === undefined
    ? IDENTITY
    : mapping
        .split(',')
        .map((entry) => {
          const match =
            /^(\d+):(\d+):([1-9]\d*)$/.exec(entry) ??
            fail('EINVAL', `id mapping '${entry}' is not container:host:size`);
          return `${match[1]} ${match[2]} ${match[3]}\n`;
        })
        .join('');
