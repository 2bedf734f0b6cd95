import type { FileSystem, Inode } from '../../fs/index.ts';
import { fail } from '../../fs/index.ts';
import type { Superblock } from '../superblock.ts';
import { kernelLog } from '../superblock.ts';
import type { OverlayInode } from './overlay-inode.ts';

/** Longest redirect that is written (module parameter redirect_max). */
const REDIRECT_MAX = 256;

/**
 * The redirect mark of a directory: an absolute path from the overlay's root, or a bare name in the same parent.
 * Throws EINVAL for anything else.
 */
export const readRedirect = (superblock: Superblock, fs: FileSystem, dir: Inode): string | undefined => {
  const bytes = fs.getxattr(dir, superblock.marks.redirect);
  if (bytes === undefined) return undefined;
  const redirect = new TextDecoder().decode(bytes);
  const names = redirect.startsWith('/') ? redirect.slice(1).split('/') : [redirect];
  if (names.some((name) => name === '' || name.includes('/'))) {
    kernelLog(superblock, `invalid redirect (${redirect})`);
    fail('EINVAL');
  }
  return redirect;
};

/**
 * Where the lower part of `dir` is to be found once it is renamed: its name for a move inside one directory, its path
 * otherwise. `undefined` when the redirect that it has stays right. Throws EXDEV when the path is too long to record.
 */
export const redirectForRename = (dir: OverlayInode, sameParent: boolean): string | undefined => {
  if (dir.redirect !== undefined && (sameParent || dir.redirect.startsWith('/'))) return undefined;
  if (sameParent) return dir.name;
  let path = '';
  for (let at = dir; at.parent !== at; at = at.parent) {
    const name = at.redirect ?? at.name;
    if (name.startsWith('/')) {
      path = name + path;
      break;
    }
    path = `/${name}${path}`;
  }
  if (new TextEncoder().encode(path).length > REDIRECT_MAX) fail('EXDEV');
  return path;
};
