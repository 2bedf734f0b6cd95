import { O_RDWR, O_TMPFILE } from '@layerscope/core/fs';
import { lowersOf, optionsOf } from './kernel-machine.ts';
import type { Entry, LayerTree, Operation, Scene, Time } from './scene.ts';

/** A scene as a script for a root shell: builds the layers on a tmpfs, mounts Linux's overlay and does the operations. */
export const scriptOf = (scene: Scene): string => {
  return [
    'set -e; d=$(mktemp -d); mount -t tmpfs none $d; cd $d; mkdir -p upper lower m',
    ...(scene.separateFs ? ['mount -t tmpfs none lower'] : []),
    ...scene.lowers.flatMap((tree, index) => layerScript(`lower/${index}`, tree, scene.rootMode)),
    ...scene.dataLowers.flatMap((tree, index) => layerScript(`lower/data${index}`, tree, scene.rootMode)),
    ...layerScript('upper/u', scene.upper, scene.rootMode),
    'mkdir upper/w',
    `mount -t overlay none m -o lowerdir=${lowersOf(scene, 'lower')},upperdir=upper/u,workdir=upper/w,${optionsOf(scene)}`,
    "python3 - <<'EOF'",
    PRELUDE,
    ...scene.operations.map(operationScript),
    'EOF',
    'find m upper lower | xargs stat -c "%n %A %u:%g n%h s%s"; getfattr -R -h -d -m - upper || true',
    'cd /; umount $d/m; umount -R $d; rmdir $d',
  ].join('\n');
};

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const layerScript = (path: string, tree: LayerTree, mode: number): readonly string[] => [
  `mkdir -m ${mode.toString(8)} ${path}`,
  ...Object.entries(tree).flatMap(([name, entry]) => entryScript(path, `${path}/${name}`, entry)),
];

const entryScript = (root: string, path: string, entry: Entry): readonly string[] => {
  const mode = (entry.mode ?? 0).toString(8);
  const made = {
    file: `printf %s ${quote(entry.data ?? '')} > ${path}`,
    dir: `mkdir ${path}`,
    symlink: `ln -s ${quote(entry.target ?? '')} ${path}`,
    whiteout: `mknod ${path} c 0 0`,
    fifo: `mkfifo ${path}`,
    chr: `mknod ${path} c 1 3`,
    blk: `mknod ${path} b 0 0`,
    hardlink: `ln ${root}${entry.target ?? ''} ${path}`,
  }[entry.kind];
  if (entry.kind === 'whiteout' || entry.kind === 'hardlink') return [made];
  return [
    made,
    ...(entry.uid === undefined ? [] : [`chown -h ${entry.uid}:${entry.uid} ${path}`]),
    ...(entry.kind === 'symlink' ? [] : [`chmod ${mode} ${path}`]),
    ...Object.entries(entry.xattrs ?? {}).map(
      ([name, value]) => `setfattr -h -n ${name} -v ${attributeOf(value)} ${path}`,
    ),
    ...Object.entries(entry.entries ?? {}).flatMap(([name, child]) => entryScript(root, `${path}/${name}`, child)),
  ];
};

const hex = (value: string): string => Buffer.from(value, 'latin1').toString('hex');
const isPlain = (value: string): boolean => /^[ -~]*$/.test(value);
const attributeOf = (value: string): string => (isPlain(value) ? quote(value) : `0x${hex(value)}`);
const bytesOf = (value: string): string => (isPlain(value) ? `b'${value}'` : `bytes.fromhex('${hex(value)}')`);

const PRELUDE = `import os, ctypes
libc, slots, NB = ctypes.CDLL(None, use_errno=True), {}, os.O_NONBLOCK
def user(f):
    libc.setfsgid(1000); libc.setfsuid(1000)
    try: return f()
    finally: libc.setfsuid(0); libc.setfsgid(0)
def c(r):
    if r < 0: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
def rename2(a, b, flags): c(libc.renameat2(-100, a.encode(), -100, b.encode(), flags))
def allocate(fd, mode, at, size): c(libc.fallocate(fd, mode, ctypes.c_int64(at), ctypes.c_int64(size)))
def times(target, a, m, **how):
    st = os.stat(target, **how); import time; now = time.time()
    pick = lambda t, old: now if t == 'now' else old if t == 'omit' else t
    os.utime(target, (pick(a, st.st_atime), pick(m, st.st_mtime)), **how)
def opened(path, flags, mode, slot):
    fd = os.open(path, flags | NB, mode); slots[slot] = fd; return os.fstat(fd)
def unnamed(dir, to):
    fd = os.open(dir, ${O_TMPFILE | O_RDWR}, 0o640); os.write(fd, b'unnamed')
    os.link('/proc/self/fd/%d' % fd, to, follow_symlinks=True); os.close(fd)
def flags(path, wanted=None):
    import fcntl; fd = os.open(path, NB); at = bytearray(4)
    try: return (fcntl.ioctl(fd, 0x80086601, at), at[0])[1] if wanted is None else fcntl.ioctl(fd, 0x40086602, bytes([wanted, 0, 0, 0]))
    finally: os.close(fd)
def do(n, f):
    try: print(n, f())
    except KeyError: print(n, 'empty slot')
    except OSError as e: print(n, e)`;

const timeText = (time: Time): string => (typeof time === 'number' ? String(time) : `'${time}'`);
const octal = (mode: number): string => `0o${mode.toString(8)}`;

const operationScript = (operation: Operation, index: number): string => {
  const call = callScript(operation);
  const run = 'user' in operation && operation.user === true ? `user(lambda: ${call})` : call;
  return `do('${index} ${operation.call}', lambda: ${run})`;
};

const callScript = (operation: Operation): string => {
  const path = 'path' in operation ? `'m/${operation.path}'` : '';
  const fd = 'slot' in operation ? `slots[${operation.slot}]` : '';
  switch (operation.call) {
    case 'stat':
    case 'lstat':
    case 'readlink':
    case 'rmdir':
    case 'unlink':
      return `os.${operation.call}(${path})`;
    case 'readdir':
      return `sorted(os.listdir(${path}))`;
    case 'read':
      return `open(${path}, 'rb').read()`;
    case 'listxattr':
      return `os.listxattr(${path}, follow_symlinks=False)`;
    case 'access':
    case 'mkdir':
    case 'chmod':
      return `os.${operation.call}(${path}, ${octal(operation.mode)})`;
    case 'open':
      return `opened(${path}, ${octal(operation.flags)}, ${octal(operation.mode)}, ${operation.slot})`;
    case 'rename':
      return `rename2(${path}, 'm/${operation.to}', ${operation.flags})`;
    case 'link':
      return `os.link(${path}, 'm/${operation.to}', follow_symlinks=${operation.flags === 1 ? 'True' : 'False'})`;
    case 'tmpfile':
      return `unnamed(${path}, 'm/${operation.to}')`;
    case 'getflags':
      return `flags(${path})`;
    case 'setflags':
      return `flags(${path}, ${operation.flags})`;
    case 'symlink':
      return `os.symlink('${operation.target}', ${path})`;
    case 'mknod':
      return `os.mknod(${path}, ${octal(operation.mode)}, ${operation.rdev})`;
    case 'chown':
    case 'lchown':
      return `os.${operation.call}(${path}, ${operation.uid}, ${operation.gid})`;
    case 'utimens':
      return `times(${path}, ${timeText(operation.atime)}, ${timeText(operation.mtime)}, follow_symlinks=${operation.follow ? 'True' : 'False'})`;
    case 'truncate':
      return `os.truncate(${path}, ${operation.size})`;
    case 'getxattr':
    case 'removexattr':
      return `os.${operation.call}(${path}, '${operation.name}', follow_symlinks=False)`;
    case 'setxattr':
      return `os.setxattr(${path}, '${operation.name}', ${bytesOf(operation.value)}, ${operation.flags}, follow_symlinks=False)`;
    case 'close':
      return `os.close(slots.pop(${operation.slot}))`;
    case 'fstat':
      return `os.fstat(${fd})`;
    case 'fdents':
      return `sorted(os.listdir(${fd}))`;
    case 'fread':
      return `os.pread(${fd}, 16, ${operation.position})`;
    case 'fwrite':
      return `os.pwrite(${fd}, b'${operation.data}', ${operation.position})`;
    case 'fchmod':
      return `os.fchmod(${fd}, ${octal(operation.mode)})`;
    case 'fchown':
      return `os.fchown(${fd}, ${operation.uid}, ${operation.gid})`;
    case 'futimens':
      return `times(${fd}, ${timeText(operation.atime)}, ${timeText(operation.mtime)})`;
    case 'ftruncate':
      return `os.ftruncate(${fd}, ${operation.size})`;
    case 'fallocate':
      return `allocate(${fd}, ${operation.mode}, ${operation.position}, ${operation.size})`;
    case 'fsetxattr':
      return `os.setxattr(${fd}, '${operation.name}', ${bytesOf(operation.value)}, ${operation.flags})`;
    case 'mkdirat':
      return `os.mkdir('${operation.path}', dir_fd=${fd})`;
    case 'unlinkat':
      return `os.unlink('${operation.path}', dir_fd=${fd})`;
    case 'openat':
      return `os.pread(os.open('${operation.path}', NB, dir_fd=${fd}), 4096, 0)`;
  }
};
