/** proc_*, sock_*: the end of a program, and the sockets there are none of. */
import { refuse } from '../../abi/errno.ts';
import { ProgramExit } from '../../exit.ts';
import type { WasiSystem } from '../../system.ts';
import type { CallTable } from '../call.ts';

/** What a shell tells of a process that a signal ended (POSIX: more than 128; every shell adds the number). */
const SIGNAL_STATUS = 128;
/** WASI's `signal` begins with none, then Linux's numbers of the common ones. */
const SIGNALS = 30;

const withoutSockets = (system: WasiSystem, fd: number): void => {
  system.table.get(fd);
  refuse('ENOTSOCK');
};

export const processCalls = (system: WasiSystem): CallTable => {
  const socket = (fd: number): void => withoutSockets(system, fd);
  return {
    proc_exit: (status: number) => {
      throw new ProgramExit(status >>> 0);
    },
    proc_raise: (signal: number) => {
      if (signal < 0 || signal > SIGNALS) refuse('EINVAL');
      if (signal !== 0) throw new ProgramExit(SIGNAL_STATUS + signal);
    },
    sock_accept: socket,
    sock_recv: socket,
    sock_send: socket,
    sock_shutdown: socket,
  };
};
