/** Words that Tab knows. Written down, so that the page need not load a shell to complete a name; a test compares. */

/** What the terminal itself understands. */
export const TERMINAL_WORDS = ['cd', 'clear', 'ctr', 'exit', 'gc', 'help'] as const;

/** What the shell of a container brings. */
export const PROGRAMS: readonly string[] = (
  'awk base64 basename cat chgrp chmod chown column comm cp cut date dd df diff dirname du egrep env ' +
  'expand expr fgrep file find fold getfattr grep head hostname id join jq ln ls md5sum mkdir mkfifo ' +
  'mknod mount mv nl od paste printenv ps readlink realpath rev rg rm rmdir sed seq setfattr sha1sum ' +
  'sha256sum sleep sort split stat strings sync tac tail tee touch tr tree truncate umount uname ' +
  'unexpand uniq wc which whoami xargs yes'
).split(' ');

/** The commands of `ctr`, by the words before them. */
export const CTR_WORDS: Readonly<Record<string, readonly string[]>> = {
  '': ['containers', 'content', 'images', 'leases', 'namespaces', 'run', 'snapshots', 'tasks'],
  content: ['delete', 'get', 'label', 'ls'],
  images: ['check', 'delete', 'export', 'import', 'label', 'ls', 'mount', 'tag', 'unmount'],
  leases: ['create', 'delete', 'list'],
  namespaces: ['create', 'label', 'list', 'remove'],
  snapshots: [
    'commit',
    'diff',
    'info',
    'label',
    'list',
    'mounts',
    'prepare',
    'remove',
    'tree',
    'unpack',
    'usage',
    'view',
  ],
};
