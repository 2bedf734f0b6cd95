/** Extended attributes of the host, which Node does not reach: llistxattr(2) and lgetxattr(2) through koffi. */
import koffi from 'koffi';

const libc = koffi.load('libc.so.6');
const llistxattr = libc.func('long llistxattr(const uint8_t *path, uint8_t *list, size_t size)');
const lgetxattr = libc.func('long lgetxattr(const uint8_t *path, const char *name, uint8_t *value, size_t size)');

const ROOM = 65_536;
const names = Buffer.alloc(ROOM);
const value = Buffer.alloc(ROOM);

/** Names and values (hex) of the attributes of `path` itself, symlinks not followed; none where there are none to have. */
export const hostXattrs = (path: Buffer): readonly (readonly [name: string, value: string])[] => {
  const terminated = Buffer.concat([path, Buffer.of(0)]);
  const length = Number(llistxattr(terminated, names, ROOM));
  if (length <= 0) return [];
  return names
    .toString('utf8', 0, length - 1)
    .split('\0')
    .map((name) => {
      const size = Number(lgetxattr(terminated, name, value, ROOM));
      return [name, size < 0 ? 'unreadable' : value.toString('hex', 0, size)] as const;
    });
};
