import { encodeName, fail } from '@layerscope/core/fs';

/** Bytes of a name that statx(2) and its like can still refuse with ENAMETOOLONG themselves, and room to spare. */
const ROOM = 8192;

/** Names as the C library wants them, in one buffer that is used again: no allocation for a system call. */
export class HostNames {
  readonly #bytes: Buffer = Buffer.alloc(ROOM);

  /** One path component. EINVAL for what would lead elsewhere: nothing that starts at a directory may leave it. */
  encode(name: string): Buffer {
    const bytes = this.#bytes;
    if (name.includes('/') || name === '..' || name === '.') fail('EINVAL', name);
    this.#write(name, 0);
    return bytes;
  }

  /** `/proc/self/fd/<fd>`, and below it a name. */
  encodeProc(fd: number, name: string): Buffer {
    const prefix = name === '' ? `/proc/self/fd/${fd}` : `/proc/self/fd/${fd}/`;
    this.#write(name, this.#bytes.write(prefix, 0, 'latin1'));
    return this.#bytes;
  }

  #write(name: string, at: number): number {
    const bytes = this.#bytes;
    if (name.length > ROOM / 4) fail('ENAMETOOLONG');
    const written = bytes.write(name, at, 'utf8');
    let end = at + written;
    // Plain ASCII has as many bytes as characters; anything else may hold bytes that are not UTF-8.
    if (written !== name.length) {
      const exact = encodeName(name);
      bytes.set(exact, at);
      end = at + exact.length;
    }
    bytes[end] = 0;
    return end;
  }
}
