import type { OverlayOptions } from '../options.ts';
import { refuse } from './mount-error.ts';
import type { ResolvedOptions } from './resolve-options.ts';

/*
 * A mount in a user namespace without userxattr: trusted attributes cannot be written, so nothing that needs marks works.
 */

/** EPERM for options that were asked for by name and need marks. */
export const refuseTrusted = ({ redirectDir, metacopy, verity }: OverlayOptions): void => {
  const needing =
    redirectDir !== undefined && redirectDir !== 'nofollow'
      ? 'redirect_dir'
      : metacopy === true
        ? 'metacopy'
        : verity !== undefined && verity !== 'off'
          ? 'verity'
          : undefined;
  if (needing !== undefined) refuse('EPERM', `${needing} requires permission to access trusted xattrs`);
};

/** What is left of the others. */
export const withoutMarks = (options: ResolvedOptions): ResolvedOptions => ({
  ...options,
  redirectDir: 'nofollow',
  index: false,
  nfsExport: false,
  uuid: 'null',
});

export const logMarkless = ({ index, uuid = 'auto' }: ResolvedOptions, log: (text: string) => void): void => {
  log('failed to set xattr on upper');
  log('...falling back to redirect_dir=nofollow.');
  if (index === true) log('...falling back to index=off.');
  if (uuid === 'auto' || uuid === 'on') log('...falling back to uuid=null.');
  log("try mounting with 'userxattr' option");
};
