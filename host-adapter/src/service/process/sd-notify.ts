/**
 * Telling systemd how we are (sd_notify(3)): one datagram to the unix socket in $NOTIFY_SOCKET. Node has no unix
 * datagrams; the C library has.
 */
import { encodeName } from '@layerscope/core/fs';

const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 0o2000002;
const MSG_NOSIGNAL = 0x4000;

/** sockaddr_un: the family in the machine's byte order, then the path; `@` stands for the zero of an abstract name. */
const address = (path: string): Uint8Array => {
  const name = encodeName(path);
  const bytes = new Uint8Array(2 + name.length + (path.startsWith('@') ? 0 : 1));
  new Uint16Array(bytes.buffer, 0, 1)[0] = AF_UNIX;
  bytes.set(name, 2);
  if (path.startsWith('@')) bytes[2] = 0;
  return bytes;
};

/** Sends e.g. `READY=1`. Nothing happens, and nothing fails, where no service manager listens. */
export const notifyServiceManager = async (
  state: string,
  path: string | undefined = process.env['NOTIFY_SOCKET'],
): Promise<void> => {
  if (path === undefined || path === '') return;
  const { default: koffi } = await import('koffi');
  const library = koffi.load('libc.so.6');
  const socket = library.func('int socket(int domain, int type, int protocol)');
  const sendto = library.func(
    'long sendto(int fd, const uint8_t *data, size_t size, int flags, const uint8_t *address, unsigned int length)',
  );
  const close = library.func('int close(int fd)');
  const fd: number = socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
  if (fd < 0) return;
  const text = Buffer.from(state);
  const to = address(path);
  sendto(fd, text, text.length, MSG_NOSIGNAL, to, to.length);
  close(fd);
};
