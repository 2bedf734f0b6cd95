import { fail } from '@layerscope/core/fs';
import { WRITE_KILL_SUIDGID } from '../../protocol/flags.ts';
import {
  COPY_FILE_RANGE_IN,
  FALLOCATE_IN,
  FSYNC_IN,
  LSEEK_IN,
  LSEEK_OUT,
  READ_IN,
  WRITE_IN,
  WRITE_OUT,
} from '../../protocol/structs.ts';
import type { Operation } from '../../session.ts';
import { dropCapability, dropModeBits } from '../attributes/privileges.ts';

const SEEK_DATA = 3;
const SEEK_HOLE = 4;

export const read: Operation = (session, request, reply) => {
  const handle = session.files.get(request.u64(READ_IN.handle));
  reply.size += handle.file.read(reply.data(request.u32(READ_IN.size)), request.u64(READ_IN.offset));
  if (handle.wasRead) return;
  handle.wasRead = true;
  session.fs.accessed?.(handle.node.inode);
};

export const write: Operation = (session, request, reply) => {
  const { file, node } = session.files.get(request.u64(WRITE_IN.handle));
  const data = request.data(WRITE_IN.SIZE, request.u32(WRITE_IN.size));
  dropCapability(session, node);
  if ((request.u32(WRITE_IN.writeFlags) & WRITE_KILL_SUIDGID) !== 0) dropModeBits(session, node);
  const written = file.write(data, request.u64(WRITE_IN.offset));
  const at = reply.record(WRITE_OUT.SIZE);
  reply.u32(at + WRITE_OUT.size, written);
};

export const fsync: Operation = (session, request) => {
  const { file } = session.files.get(request.u64(FSYNC_IN.handle));
  if (session.options.sync !== false) file.sync();
};

export const allocate: Operation = (session, request) => {
  const { file, node } = session.files.get(request.u64(FALLOCATE_IN.handle));
  dropCapability(session, node);
  file.allocate(request.u32(FALLOCATE_IN.mode), request.u64(FALLOCATE_IN.offset), request.u64(FALLOCATE_IN.length));
};

export const seek: Operation = (session, request, reply) => {
  const { file } = session.files.get(request.u64(LSEEK_IN.handle));
  const whence = request.u32(LSEEK_IN.whence);
  if (whence !== SEEK_DATA && whence !== SEEK_HOLE) fail('EINVAL');
  const offset = file.seek(request.u64(LSEEK_IN.offset), whence === SEEK_DATA ? 'data' : 'hole');
  reply.u64(reply.record(LSEEK_OUT.SIZE) + LSEEK_OUT.offset, offset);
};

/** As much as one READ takes; the caller asks again for the rest, as copy_file_range(2) allows. */
export const copyFileRange: Operation = (session, request, reply) => {
  const from = session.files.get(request.u64(COPY_FILE_RANGE_IN.handleIn));
  const to = session.files.get(request.u64(COPY_FILE_RANGE_IN.handleOut));
  const length = request.u64(COPY_FILE_RANGE_IN.length);
  const bytes = reply.data(Math.min(length, reply.room));
  const count = from.file.read(bytes, request.u64(COPY_FILE_RANGE_IN.offsetIn));
  dropCapability(session, to.node);
  const written = count === 0 ? 0 : to.file.write(bytes.subarray(0, count), request.u64(COPY_FILE_RANGE_IN.offsetOut));
  reply.u32(reply.record(WRITE_OUT.SIZE) + WRITE_OUT.size, written);
};
