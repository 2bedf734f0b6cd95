/** Reading and asking: what does not copy up, what a refused change does, names at the limit; as on Linux 6.18. */
import { ACL_ACCESS, ACL_DEFAULT, O_NOATIME, O_RDONLY } from '@layerscope/core/fs';
import { outcome } from '../simulated-mount.ts';
import { list } from './access-lists.ts';
import { opened, read } from './acts.ts';
import type { Row } from './row.ts';

const LIST = '1:6 2:4:1000 4:4 16:6 32:4';

export const LOOKUP_ROWS: readonly Row[] = [
  {
    name: 'open with O_NOATIME',
    lower: { f: '1' },
    act: (calls) => opened(calls, 'f', O_RDONLY | O_NOATIME, () => undefined),
    result: 'ok',
  },
  {
    name: 'set an access control list',
    lower: { f: '1' },
    act: (calls) => calls.setxattr('f', ACL_ACCESS, list(LIST)),
    result: 'ok',
    upper: `/f f"1" 0664 {origin,${ACL_ACCESS}=0x${Buffer.from(list(LIST)).toString('hex')}}`,
  },
  {
    name: 'remove an access control list that is not there',
    lower: { f: '1' },
    act: (calls) => calls.removexattr('f', ACL_ACCESS),
    result: 'ENODATA',
  },
  {
    name: 'remove a default list of a file, which has none',
    lower: { f: '1' },
    act: (calls) => calls.removexattr('f', ACL_DEFAULT),
    result: 'ok',
  },
  {
    name: 'a metacopy file made by hand, with metacopy=on',
    lower: { x: 'LOWERDATA' },
    layers: (stage) => {
      stage.write(`${stage.base}/u/x`, '');
      stage.root.setxattr(`${stage.base}/u/x`, 'trusted.overlay.metacopy', new Uint8Array());
    },
    options: { metacopy: true },
    act: (calls) => read(calls, 'x'),
    result: 'ok:LOWERDATA',
    upper: '/x f"" 0644 {metacopy=}',
  },
  {
    name: 'names of 255 and of 256 bytes',
    lower: { ['n'.repeat(255)]: '1' },
    act: (calls) =>
      [() => read(calls, 'n'.repeat(255)), () => calls.stat('m'.repeat(255)), () => calls.stat('n'.repeat(256))]
        .map(outcome)
        .join(),
    result: 'ok:ok:1,ENOENT,ENAMETOOLONG',
  },
];
