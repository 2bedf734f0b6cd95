import { addressOf, bind, bindAddresses, lastErrno } from '../linux/index.ts';
import { OUT_HEADER } from './protocol/structs.ts';
import { Reply } from './protocol/reply.ts';
import { MIN_REQUEST, Session, type SessionOptions } from './session.ts';

const read = bindAddresses('read');
const write = bindAddresses('write');
const poll = bind('poll');

const ENOENT = 2;
const EINTR = 4;
const EAGAIN = 11;
const ENODEV = 19;
const POLLIN = 1;
const FOREVER = -1;

/**
 * Answers the requests of a mounted FUSE device, one after the other, until the file system is unmounted or `wake`
 * becomes readable. Blocks its thread. `device` must be non-blocking: waiting for two things at once needs poll(2).
 *
 * Before it sleeps it looks a few more times: a client that has just got its answer is likely to ask on, and to be woken
 * costs more than the answer itself.
 */
export const serveDevice = (device: number, wake: number, options: SessionOptions, spins: number = SPINS): void => {
  const notification = new Reply(NOTIFICATION_ROOM);
  const notificationAt = Number(addressOf(notification.buffer));
  const session: Session = new Session(options, (code, fill) => {
    notification.size = 0;
    fill(notification);
    const length = OUT_HEADER.SIZE + notification.size;
    notification.buffer.writeUInt32LE(length, OUT_HEADER.length);
    notification.buffer.writeInt32LE(code, OUT_HEADER.error);
    // ENOENT: the kernel does not remember that inode.
    write(device, notificationAt, length);
  });
  session.backing = options.backing?.(device);
  const { request, reply } = session;
  const room = request.buffer.length;
  const requestAt = Number(addressOf(request.buffer));
  const replyAt = Number(addressOf(reply.buffer));
  const waiting = Buffer.alloc(16);
  waiting.writeInt32LE(device, 0);
  waiting.writeInt16LE(POLLIN, 4);
  waiting.writeInt32LE(wake, 8);
  waiting.writeInt16LE(POLLIN, 12);
  let idle = 0;
  for (;;) {
    const length = Number(read(device, requestAt, room));
    if (length >= MIN_REQUEST) {
      idle = 0;
      const size = session.handle(length);
      // ENOENT: who asked was interrupted and does not wait any more.
      if (size > 0) write(device, replyAt, size);
      continue;
    }
    const errno = lastErrno();
    if (errno === ENODEV) break;
    if (errno === ENOENT || errno === EINTR) continue;
    if (errno !== EAGAIN) break;
    idle += 1;
    if (idle <= spins) continue;
    idle = 0;
    poll(waiting, 2, FOREVER);
    if (waiting.readInt16LE(14) !== 0) break;
  }
  session.end();
};

const SPINS = 30;
const NOTIFICATION_ROOM = 4096;
