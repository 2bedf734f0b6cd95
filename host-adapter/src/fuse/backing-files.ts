import { type OpenFile, S_ISGID, S_ISUID, type Stat } from '@layerscope/core/fs';
import { bind } from '../linux/index.ts';
import type { Node } from './nodes.ts';

/** _IOW(229, 1, struct fuse_backing_map) and _IOW(229, 2, uint32_t). */
const BACKING_OPEN = 0x4010e501;
const BACKING_CLOSE = 0x4004e502;

/** Bytes: one READ fetches a smaller file for less than the registration costs. */
const WORTHWHILE = 131_072;

const ioctl = bind('ioctl');

/**
 * Files whose bytes the kernel fetches from a file of the host itself (FUSE_PASSTHROUGH, Linux 6.9), so that reading
 * and writing costs what it costs without us. Needs CAP_SYS_ADMIN of the whole machine.
 *
 * The kernel wants all opens of an inode to be of one kind at a time, and of one file: a lower file that is open for
 * reading goes on through the page cache when it is copied up.
 */
export class BackingFiles {
  readonly #device: number;
  readonly #descriptorOf: (file: OpenFile) => number | undefined;
  readonly #open = new Set<Node>();
  readonly #map = Buffer.alloc(16);
  readonly #id = Buffer.alloc(4);
  #isAllowed = true;

  constructor(device: number, descriptorOf: (file: OpenFile) => number | undefined) {
    this.#device = device;
    this.#descriptorOf = descriptorOf;
  }

  /** Whether this open may go past us; then `node.backingId` is to be told, and `closed` to be called at its end. */
  opened(node: Node, file: OpenFile, isReading: boolean, stat: () => Stat): boolean {
    if (!this.#isAllowed || node.cachedOpens > 0) return false;
    if (node.backingOpens === 0) {
      const descriptor = this.#descriptorOf(file);
      if (descriptor === undefined) return false;
      const { mode, size } = stat();
      if (isReading && size < WORTHWHILE) return false;
      // Whoever writes must lose these bits; the kernel leaves that to us, who would not see the write.
      if ((mode & (S_ISUID | S_ISGID)) !== 0) return false;
      this.#map.writeInt32LE(descriptor, 0);
      const id = ioctl(this.#device, BACKING_OPEN, this.#map);
      if (id <= 0) {
        this.#isAllowed = false;
        return false;
      }
      node.backingId = id;
      this.#open.add(node);
    }
    node.backingOpens += 1;
    return true;
  }

  closed(node: Node): void {
    node.backingOpens -= 1;
    if (node.backingOpens > 0) return;
    this.#close(node);
    this.#open.delete(node);
  }

  closeAll(): void {
    for (const node of this.#open) this.#close(node);
    this.#open.clear();
  }

  #close(node: Node): void {
    this.#id.writeUInt32LE(node.backingId, 0);
    ioctl(this.#device, BACKING_CLOSE, this.#id);
    node.backingId = 0;
  }
}
