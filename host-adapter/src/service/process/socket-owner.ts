import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

const describe = (pid: string): string => {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return `process ${pid} (${command})`;
  } catch {
    return `process ${pid}`; // it ended meanwhile
  }
};

const linkOf = (path: string): string => {
  try {
    return readlinkSync(path);
  } catch {
    return ''; // closed meanwhile
  }
};

const holds = (pid: string, inode: string): boolean => {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => linkOf(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`);
  } catch {
    return false; // it ended meanwhile, or belongs to another user
  }
};

/** The flag of a socket that accepts connections, as /proc/net/unix prints it; those it accepted have the same path. */
const LISTENING = '00010000';

/** Who listens on a unix socket, for a message; `undefined` where /proc does not tell. */
export const socketOwner = (path: string): string | undefined => {
  try {
    // Num RefCount Protocol Flags Type St Inode Path
    const row = readFileSync('/proc/net/unix', 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .find((words) => words[3] === LISTENING && words.slice(7).join(' ') === path);
    const inode = row?.[6];
    if (inode === undefined) return undefined;
    const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && holds(name, inode));
    return pid === undefined ? undefined : describe(pid);
  } catch {
    return undefined;
  }
};
