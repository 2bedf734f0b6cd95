/** POSIX access control lists through the mount, as Linux 6.18 answered for uid 1000. */
import { ACL_ACCESS, ACL_DEFAULT, encodeAcl } from '@layerscope/core/fs';
import { create, write } from './acts.ts';
import { all, directory, file, type Row, type Step } from './row.ts';

/** Entries as `tag:permissions:id`, e.g. `1:6 2:6:1000`: the owner and uid 1000 may read and write. */
export const list = (text: string): Uint8Array =>
  encodeAcl(
    text.split(' ').map((row) => {
      const [tag = 0, permissions = 0, id = 0xffffffff] = row.split(':').map(Number);
      return { tag, permissions, id };
    }),
  );
export const USER_LIST = '1:6 2:6:1000 4:0 16:7 32:0';
/** What a file of mode 0666 inherits of it: the mask is cut. */
const FILE_LIST = '1:6 2:6:1000 4:0 16:6 32:0';

export const withList =
  (path: string, name: string, text: string): Step =>
  ({ base, root }) =>
    root.setxattr(base + path, name, list(text));

const shown = (name: string, text: string): string => `${name}=0x${Buffer.from(list(text)).toString('hex')}`;
const ACCESS = shown(ACL_ACCESS, USER_LIST);
const DEFAULT = shown(ACL_DEFAULT, USER_LIST);
const FILE = shown(ACL_ACCESS, FILE_LIST);

export const ACCESS_LIST_ROWS: readonly Row[] = [
  {
    name: 'a list lets a user write a file of root',
    layers: all(file('/l0/f', 0o600), withList('/l0/f', ACL_ACCESS, USER_LIST)),
    asUser: true,
    act: (calls) => write(calls, 'f'),
    result: 'ok',
    upper: `/f f"Xata" 0670 {origin,${ACCESS}}`,
  },
  {
    name: 'a list that lets a user read does not let him write',
    layers: all(file('/l0/f', 0o600), withList('/l0/f', ACL_ACCESS, '1:6 2:4:1000 4:0 16:7 32:0')),
    asUser: true,
    act: (calls) => write(calls, 'f'),
    result: 'EACCES',
  },
  {
    name: 'a default list of a lower directory',
    layers: all(directory('/l0/d', 0o777), withList('/l0/d', ACL_DEFAULT, USER_LIST)),
    asUser: true,
    act: (calls) => {
      create(calls, 'd/n', 0, 0o666);
      calls.mkdir('d/s', 0o777);
    },
    result: 'ok',
    upper: `/d d 0777 {origin,${DEFAULT}}\n/d/n f"" 0660 1000:1000 {${FILE}}\n/d/s d 0670 1000:1000 {${ACCESS},${DEFAULT}}`,
  },
  {
    name: 'a default list and a whiteout',
    layers: all(
      directory('/l0/d', 0o777),
      withList('/l0/d', ACL_DEFAULT, USER_LIST),
      file('/l0/d/n', 0o644),
      directory('/l0/d/s', 0o755),
    ),
    asUser: true,
    act: (calls) => {
      calls.unlink('d/n');
      calls.rmdir('d/s');
      create(calls, 'd/n', 0, 0o666);
      calls.mkdir('d/s', 0o777);
    },
    result: 'ok',
    upper: `/d d 0777 {origin,${DEFAULT}}\n/d/n f"" 0660 1000:1000 {${FILE}}\n/d/s d 0670 1000:1000 {opaque=y,${ACCESS},${DEFAULT}}`,
  },
];
