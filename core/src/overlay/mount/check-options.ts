import type { OverlayOptions } from '../options.ts';
import { refuse } from './mount-error.ts';

/** EINVAL for options that contradict each other. `off` is said as the `follow` that it means. */
export const checkOptions = ({ metacopy, redirectDir, userxattr }: OverlayOptions): void => {
  if (metacopy === true && userxattr === true) refuse('EINVAL', 'conflicting options: userxattr,metacopy=on');
  if (userxattr === true && redirectDir === 'on') refuse('EINVAL', 'conflicting options: userxattr,redirect_dir=on');
  if (metacopy === true && redirectDir !== undefined && redirectDir !== 'on') {
    const mode = redirectDir === 'off' ? 'follow' : redirectDir;
    refuse('EINVAL', `conflicting options: metacopy=on,redirect_dir=${mode}`);
  }
};
