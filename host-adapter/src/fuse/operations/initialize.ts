import { fail } from '@layerscope/core/fs';
import { Init, Init2 } from '../protocol/flags.ts';
import { INIT_IN, INIT_OUT } from '../protocol/structs.ts';
import { MAX_WRITE, type Operation } from '../session.ts';

const MAJOR = 7;
/** What we speak; what the kernel must at least speak (Linux 6.1). */
const MINOR = 40;
const OLDEST_MINOR = 36;
const PAGE = 4096;
const MAX_BACKGROUND = 64;

const WANTED =
  Init.ASYNC_READ |
  Init.ATOMIC_O_TRUNC |
  Init.BIG_WRITES |
  Init.DONT_MASK |
  Init.DO_READDIRPLUS |
  Init.READDIRPLUS_AUTO |
  Init.ASYNC_DIO |
  Init.PARALLEL_DIROPS |
  Init.ABORT_ERROR |
  Init.MAX_PAGES |
  Init.CACHE_SYMLINKS |
  Init.HANDLE_KILLPRIV_V2 |
  Init.SETXATTR_EXT |
  Init.INIT_EXT;

/** The first request: which protocol, and which of its parts. */
export const initialize: Operation = (session, request, reply) => {
  const minor = request.u32(INIT_IN.minor);
  if (request.u32(INIT_IN.major) !== MAJOR || minor < OLDEST_MINOR) fail('EOPNOTSUPP', `FUSE 7.${minor}`);
  const { writeback = false, acl = true } = session.options;
  const offered = request.u32(INIT_IN.flags);
  const offered2 = request.u32(INIT_IN.flags2);
  // The kernel cannot gather writes and pass them on at the same time.
  const passes = session.backing !== undefined && !writeback && (offered2 & Init2.PASSTHROUGH) !== 0;
  if (!passes) session.backing = undefined;
  const at = reply.record(INIT_OUT.SIZE);
  reply.u32(at + INIT_OUT.major, MAJOR);
  reply.u32(at + INIT_OUT.minor, Math.min(minor, MINOR));
  reply.u32(at + INIT_OUT.maxReadahead, request.u32(INIT_IN.maxReadahead));
  const optional = (writeback ? Init.WRITEBACK_CACHE : 0) | (acl ? Init.POSIX_ACL : 0);
  reply.u32(at + INIT_OUT.flags, (WANTED | optional) & offered);
  reply.u32(at + INIT_OUT.flags2, passes ? Init2.PASSTHROUGH : 0);
  reply.u16(at + INIT_OUT.maxBackground, MAX_BACKGROUND);
  reply.u16(at + INIT_OUT.congestionThreshold, (MAX_BACKGROUND * 3) / 4);
  reply.u32(at + INIT_OUT.maxWrite, MAX_WRITE);
  reply.u32(at + INIT_OUT.timeGranularity, 1);
  reply.u16(at + INIT_OUT.maxPages, MAX_WRITE / PAGE);
  reply.u32(at + INIT_OUT.maxStackDepth, passes ? 1 : 0);
};
