import type { OverlayOptions } from '../options.ts';
import { refuse } from './mount-error.ts';

/** The options with which a mount is made, after what they imply. */
export interface ResolvedOptions extends OverlayOptions {
  /** `off` is `follow` (redirect_always_follow=Y). */
  readonly redirectDir: 'on' | 'follow' | 'nofollow';
  readonly metacopy: boolean;
  readonly nfsExport: boolean;
  readonly volatile: boolean;
}

/**
 * What Linux makes of options that depend on each other: one that needs another turns it on, unless that was turned
 * off by name; then EINVAL. What is of no use without an upper layer is left out with a line in the log.
 */
export const resolveOptions = (
  asked: OverlayOptions,
  hasUpper: boolean,
  log: (text: string) => void,
): ResolvedOptions => {
  const { index: askedIndex, userxattr = false, metacopy = false, ...others } = asked;
  let { nfsExport = false, volatile = false } = asked;
  let index = askedIndex;
  let redirectDir = asked.redirectDir === undefined || asked.redirectDir === 'off' ? 'follow' : asked.redirectDir;
  if (!hasUpper) {
    if (index === true) {
      log('option "index=on" is useless in a non-upper mount, ignore');
      index = undefined;
    }
    if (volatile) log('option "volatile" is meaningless in a non-upper mount, ignoring it.');
    volatile = false;
    if (redirectDir === 'follow') redirectDir = 'on';
  }
  if (metacopy && redirectDir !== 'on') {
    if (asked.redirectDir !== undefined) {
      refuse('EINVAL', `conflicting options: metacopy=on,redirect_dir=${redirectDir}`);
    }
    redirectDir = 'on';
  }
  if (nfsExport && index !== true) {
    if (!hasUpper && redirectDir !== 'nofollow') {
      log('NFS export requires "redirect_dir=nofollow" on non-upper mount, falling back to nfs_export=off.');
      nfsExport = false;
    } else if (index === false) refuse('EINVAL', 'conflicting options: nfs_export=on,index=off');
    else if (hasUpper) index = true;
  }
  if (nfsExport && metacopy) refuse('EINVAL', 'conflicting options: nfs_export=on,metacopy=on');
  if (userxattr) {
    if (asked.redirectDir !== undefined && redirectDir !== 'nofollow') {
      refuse('EINVAL', `conflicting options: userxattr,redirect_dir=${redirectDir}`);
    }
    if (metacopy) refuse('EINVAL', 'conflicting options: userxattr,metacopy=on');
    redirectDir = 'nofollow';
  }
  return {
    ...others,
    userxattr,
    redirectDir,
    metacopy,
    nfsExport,
    volatile,
    ...(index === undefined ? {} : { index }),
  };
};
