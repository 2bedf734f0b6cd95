/** The shell's own programs, by name. */
import type { Command } from '../command.ts';
import { chmod } from './attributes/chmod.ts';
import { chgrp, chown } from './attributes/chown.ts';
import { getfattr } from './attributes/getfattr.ts';
import { setfattr } from './attributes/setfattr.ts';
import { cp } from './copying/cp.ts';
import { dd } from './copying/dd.ts';
import { ln } from './copying/ln.ts';
import { mv } from './copying/mv.ts';
import { rm } from './copying/rm.ts';
import { df } from './listing/df.ts';
import { du } from './listing/du.ts';
import { find } from './listing/find.ts';
import { ls } from './listing/ls.ts';
import { stat } from './listing/stat.ts';
import { mkdir } from './making/mkdir.ts';
import { mkfifo, mknod } from './making/mknod.ts';
import { rmdir } from './making/rmdir.ts';
import { touch } from './making/touch.ts';
import { truncate } from './making/truncate.ts';
import { cat, tee } from './paths/cat.ts';
import { head } from './paths/head.ts';
import { od } from './paths/od.ts';
import { readlink, realpath } from './paths/readlink.ts';
import { date } from './system/date.ts';
import { env, printenv } from './system/env.ts';
import { id, whoami } from './system/id.ts';
import { mount, umount } from './system/mount.ts';
import { ps, yes } from './system/ps.ts';
import { hostname, sleep, sync, uname, which } from './system/process.ts';
import { xargs } from './system/xargs.ts';

export const COMMANDS: ReadonlyMap<string, Command> = new Map(
  Object.entries({
    cat,
    chgrp,
    chmod,
    chown,
    cp,
    date,
    dd,
    df,
    du,
    env,
    find,
    getfattr,
    head,
    hostname,
    id,
    ln,
    ls,
    mkdir,
    mkfifo,
    mknod,
    mount,
    mv,
    od,
    printenv,
    ps,
    readlink,
    realpath,
    rm,
    rmdir,
    setfattr,
    sleep,
    stat,
    sync,
    tee,
    touch,
    truncate,
    umount,
    uname,
    which,
    whoami,
    xargs,
    yes,
  }),
);
