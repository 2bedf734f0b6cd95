import {
  ALL_CAPABILITIES,
  CAP_FSETID,
  type Caller,
  type FileSystem,
  FsError,
  type Inode,
  S_IFDIR,
  type Stat,
} from '@layerscope/core/fs';
import type { BackingFiles } from './backing-files.ts';
import { type DirectoryHandle, type FileHandle, Handles } from './handles.ts';
import { type Node, Nodes } from './nodes.ts';
import { Numbers } from './numbers.ts';
import { OPERATIONS } from './operations/index.ts';
import { encodeAttributes } from './protocol/attributes.ts';
import { opcodeName, Opcode } from './protocol/opcodes.ts';
import { Reply } from './protocol/reply.ts';
import { Request } from './protocol/request.ts';
import { ATTR_OUT, ENTRY_OUT, IN_HEADER, NOTIFY_INVAL_INODE } from './protocol/structs.ts';

/** What is served, and how the kernel may remember it. */
export interface SessionOptions {
  readonly fs: FileSystem;
  /** Seconds that the kernel may trust a name, default 1. Names that do not exist count, too. */
  readonly entryTimeout?: number;
  /** Seconds that the kernel may trust attributes, default 1. */
  readonly attributeTimeout?: number;
  /** Look up the names of a file with several each time: which of them it was opened by makes a difference. */
  readonly linksByName?: boolean;
  /** Let the kernel gather writes; then it also decides about sizes and times. */
  readonly writeback?: boolean;
  /** Whether access control lists are served, default true. */
  readonly acl?: boolean;
  /** Whether fsync(2) reaches the file system, default true. */
  readonly sync?: boolean;
  /** Called before each request. */
  readonly beforeRequest?: () => void;
  /**
   * The inodes whose attributes changed since the last call, beyond what a request says that it changes: a copy-up gives
   * its directories new link counts. The kernel is told to forget what it knows of them.
   */
  readonly takeChanged?: () => readonly Inode[];
  /** Makes what hands files of the host to the kernel, for a device. Absent: all bytes go through us. */
  readonly backing?: (device: number) => BackingFiles;
  /** Told of each request and its errno, 0 for none. */
  readonly trace?: (line: string) => void;
}

/** Bytes of one READ or WRITE. */
export const MAX_WRITE = 1_048_576;
/** Room for the records in front of the data. */
const HEADERS = 4096;
const NANOSECONDS = 1e9;

/** One operation of the protocol: reads the request, asks the file system, fills the reply. */
export type Operation = (session: Session, request: Request, reply: Reply) => void;

/** One mounted file system: what the kernel knows of it, and the answers to its requests. */
export class Session {
  readonly fs: FileSystem;
  readonly options: SessionOptions;
  readonly nodes: Nodes;
  readonly numbers: Numbers;
  readonly files: Handles<FileHandle> = new Handles();
  readonly directories: Handles<DirectoryHandle> = new Handles();
  readonly request: Request = new Request(MAX_WRITE + HEADERS);
  readonly reply: Reply = new Reply(MAX_WRITE + HEADERS);
  /** Files of the host that the kernel reads and writes itself; set where that is allowed. */
  backing: BackingFiles | undefined;
  /** Whose file capability was just taken: the kernel does so before a write, and before a chown. */
  stripped: Node | undefined;
  /** Sends what the kernel did not ask for. */
  readonly notify: (code: number, fill: (reply: Reply) => void) => void;
  #caller: Caller = { uid: 0, gid: 0, groups: [], capabilities: ALL_CAPABILITIES, umask: 0 };

  constructor(options: SessionOptions, notify: Session['notify']) {
    this.fs = options.fs;
    this.options = options;
    this.notify = notify;
    this.nodes = new Nodes(options.fs.root);
    this.numbers = new Numbers(options.fs.dev);
  }

  /** Answers the request in `request.buffer`, `length` bytes long: the bytes of `reply.buffer` to send, 0 for none. */
  handle(length: number): number {
    const { request, reply } = this;
    request.length = length;
    reply.size = 0;
    this.options.beforeRequest?.();
    const { opcode } = request;
    const error = this.#run(opcode);
    const changed = this.options.takeChanged?.();
    if (changed !== undefined && changed.length > 0) this.#forgetAttributes(changed);
    this.options.trace?.(`${opcodeName(opcode)} node ${request.nodeId}: ${error === 0 ? 'ok' : `errno ${error}`}`);
    return SILENT.has(opcode) ? 0 : reply.finish(error, request);
  }

  #run(opcode: number): number {
    const operation = OPERATIONS.get(opcode);
    if (operation === undefined) return ENOSYS;
    try {
      operation(this, this.request, this.reply);
      return 0;
    } catch (error) {
      if (error instanceof FsError) return error.errno;
      this.options.trace?.(`${opcodeName(opcode)}: ${error instanceof Error ? error.stack : String(error)}`);
      return EIO;
    }
  }

  /**
   * Who asks. The kernel has made its checks (default_permissions), those about setgid bits included: it does not tell
   * the groups that they would take.
   */
  get caller(): Caller {
    return this.makerWith(0);
  }

  /** Who makes something. The umask is left to us: it does not count in a directory with a default list. */
  makerWith(umask: number): Caller {
    const { uid, gid } = this.request;
    const known = this.#caller;
    if (known.uid !== uid || known.gid !== gid || known.umask !== umask) {
      this.#caller = { uid, gid, groups: [], capabilities: uid === 0 ? ALL_CAPABILITIES : CAP_FSETID, umask };
    }
    return this.#caller;
  }

  /** The node that the request is about. */
  get node(): Node {
    return this.nodes.get(this.request.nodeId);
  }

  inode(id: number): Inode {
    return this.nodes.get(id).inode;
  }

  /** Tells of an inode under a name: a struct fuse_entry_out. */
  writeEntry(inode: Inode): Node {
    const stat = this.fs.getattr(inode);
    const node = this.nodes.told(inode);
    this.writeEntryOf(node, stat);
    return node;
  }

  writeEntryOf(node: Node, stat: Stat): void {
    const { reply } = this;
    const { entryTimeout = 1, attributeTimeout = 1, linksByName = false } = this.options;
    const at = reply.record(ENTRY_OUT.SIZE);
    reply.u64(at + ENTRY_OUT.nodeId, node.id);
    const entryValid = linksByName && stat.nlink > 1 && node.inode.type !== S_IFDIR ? 0 : entryTimeout;
    this.#writeTime(at + ENTRY_OUT.entryValid, at + ENTRY_OUT.entryValidNanoseconds, entryValid);
    this.#writeTime(at + ENTRY_OUT.attrValid, at + ENTRY_OUT.attrValidNanoseconds, attributeTimeout);
    encodeAttributes(reply, at + ENTRY_OUT.attr, stat, this.numbers.of(stat));
  }

  /** There is no such name, and the kernel may remember that. */
  writeNoEntry(): void {
    const at = this.reply.record(ENTRY_OUT.SIZE);
    const { entryTimeout = 1 } = this.options;
    this.#writeTime(at + ENTRY_OUT.entryValid, at + ENTRY_OUT.entryValidNanoseconds, entryTimeout);
  }

  /** A struct fuse_attr_out. */
  writeAttributes(inode: Inode): void {
    const { reply } = this;
    const stat = this.fs.getattr(inode);
    const at = reply.record(ATTR_OUT.SIZE);
    this.#writeTime(at + ATTR_OUT.valid, at + ATTR_OUT.validNanoseconds, this.options.attributeTimeout ?? 1);
    encodeAttributes(reply, at + ATTR_OUT.attr, stat, this.numbers.of(stat));
  }

  #writeTime(at: number, nanosecondsAt: number, seconds: number): void {
    const whole = Math.floor(seconds);
    this.reply.u64(at, whole);
    this.reply.u32(nanosecondsAt, Math.floor((seconds - whole) * NANOSECONDS));
  }

  /** Only the attributes: the bytes of a copy are those of the original. */
  #forgetAttributes(inodes: readonly Inode[]): void {
    for (const inode of inodes) {
      const node = this.nodes.find(inode);
      if (node === undefined) continue;
      this.notify(NOTIFY_INVAL_INODE.CODE, (reply) => {
        const at = reply.record(NOTIFY_INVAL_INODE.SIZE);
        reply.u64(at + NOTIFY_INVAL_INODE.nodeId, node.id);
        reply.bigint(at + NOTIFY_INVAL_INODE.offset, -1n);
      });
    }
  }

  /** The kernel is gone: closes what it had open. */
  end(): void {
    for (const { file } of this.files.all()) file.close();
    this.backing?.closeAll();
  }
}

const EIO = 5;
const ENOSYS = 38;
/** Requests that have no reply. */
const SILENT: ReadonlySet<number> = new Set([Opcode.FORGET, Opcode.BATCH_FORGET, Opcode.INTERRUPT]);

/** Room that the smallest request needs; less is no request. */
export const MIN_REQUEST: number = IN_HEADER.SIZE;
