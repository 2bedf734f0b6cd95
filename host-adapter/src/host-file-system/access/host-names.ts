import { encodeName, fail } from '@layerscope/core/fs';
import { addressOf } from '../../linux/index.ts';

/** Bytes of a name that statx(2) and its like can still refuse with ENAMETOOLONG themselves, and room to spare. */
const ROOM = 8192;
/** Up to so many characters a loop is quicker than to call what copies strings. */
const SHORT = 64;
const SLASH = 0x2f;
const ASCII = 0x7f;

/** Names as the C library wants them, in one buffer that is used again: no allocation for a system call. */
export class HostNames {
  readonly #bytes: Buffer = Buffer.alloc(ROOM);
  /** Where the name is that was encoded last. */
  readonly address: number = Number(addressOf(this.#bytes));

  /** One path component. EINVAL for what would lead elsewhere: nothing that starts at a directory may leave it. */
  encode(name: string): Buffer {
    if (name === '..' || name === '.') fail('EINVAL', name);
    if (!this.#writeShort(name)) {
      if (name.includes('/')) fail('EINVAL', name);
      this.#write(name, 0);
    }
    return this.#bytes;
  }

  /** Answers whether it has: a short name of ASCII without a slash. */
  #writeShort(name: string): boolean {
    const { length } = name;
    if (length > SHORT) return false;
    const bytes = this.#bytes;
    for (let index = 0; index < length; index++) {
      const unit = name.charCodeAt(index);
      if (unit > ASCII || unit === SLASH) return false;
      bytes[index] = unit;
    }
    bytes[length] = 0;
    return true;
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
