/**
 * just-bash's `IFileSystem` over system calls. Its tools recognise errors by the text Node gives them
 * (`ENOENT: no such file or directory, open '/x'`), so that is how they are thrown.
 */
import type { IFileSystem } from 'just-bash/browser';
import {
  encodeName,
  decodeName,
  FsError,
  isDirectory,
  isRegular,
  isSymlink,
  O_APPEND,
  O_CREAT,
  O_RDONLY,
  O_TRUNC,
  O_WRONLY,
  S_IFDIR,
  S_IFLNK,
  S_IFREG,
  type Clock,
  type Random,
  type Stat,
} from '../../fs/index.ts';
import type { SystemCalls } from '../../vfs/index.ts';
import { directoryName, joinPath, listDirectory } from '../directory.ts';
import { openPath } from '../open-path.ts';
import { readAll } from '../streams.ts';
import { canonicalPath } from '../canonical-path.ts';
import { bytesOf } from './text-tools.ts';

type Content = Parameters<IFileSystem['writeFile']>[1];
type Encoding = Parameters<IFileSystem['writeFile']>[2];

const asNode = async <Answer>(call: string, path: string, body: () => Answer | Promise<Answer>): Promise<Answer> => {
  try {
    return await body();
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    const text = error.message.slice(error.code.length + 2);
    const message = `${error.code}: ${text.charAt(0).toLowerCase()}${text.slice(1)}, ${call} '${path}'`;
    throw Object.assign(new Error(message), { code: error.code, path, syscall: call });
  }
};

const toBytes = (content: Content, encoding: Encoding): Uint8Array => {
  if (typeof content !== 'string') return content;
  const name = typeof encoding === 'object' ? encoding.encoding : encoding;
  return name === 'binary' || name === 'latin1' || name === 'ascii' ? bytesOf(content) : encodeName(content);
};

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const randomName = (random: Random): string =>
  [...random.bytes(6)].map((byte) => LETTERS[byte % LETTERS.length]).join('');

const fromDate = (date: Date): bigint => BigInt(date.getTime()) * 1_000_000n;

const toDate = (nanoseconds: bigint): Date => new Date(Number(nanoseconds / 1_000_000n));

const toStat = (stat: Stat): Awaited<ReturnType<IFileSystem['stat']>> => ({
  isFile: isRegular(stat.mode),
  isDirectory: isDirectory(stat.mode),
  isSymbolicLink: isSymlink(stat.mode),
  mode: stat.mode & 0o7777,
  size: stat.size,
  mtime: toDate(stat.mtime),
  dev: stat.dev,
  ino: stat.ino,
});

/**
 * A file system for one run of a tool. Relative paths start at the process's working directory. With `replacing`, a
 * file that is there is not written to: a new one takes its name, as `sed -i` does it (hard links are left behind).
 */
export const toolFileSystem = (
  process: SystemCalls,
  clock: Clock,
  { notice, replacing }: { readonly notice: (bytes: Uint8Array) => Uint8Array; readonly replacing: Random | undefined },
): IFileSystem => {
  const read = (path: string): Promise<Uint8Array> =>
    asNode('open', path, async () => {
      const file = openPath(process, path, O_RDONLY);
      try {
        return notice(await readAll(file));
      } finally {
        file.release();
      }
    });
  const write = (path: string, bytes: Uint8Array, flags: number): Promise<void> =>
    asNode('open', path, () => {
      const file = openPath(process, path, O_WRONLY | O_CREAT | flags);
      try {
        file.write(bytes);
      } finally {
        file.release();
      }
    });
  const remove = (path: string, recursive: boolean): void => {
    if (!isDirectory(process.stat(path, false).mode)) return process.unlink(path);
    if (recursive) for (const { name } of listDirectory(process, path)) remove(joinPath(path, name), true);
    process.rmdir(path);
  };
  const makeDirectory = (path: string, parents: boolean): void => {
    try {
      process.mkdir(path, 0o777);
    } catch (error) {
      if (!(error instanceof FsError) || !parents) throw error;
      if (error.code === 'EEXIST' && isDirectory(process.stat(path).mode)) return;
      if (error.code !== 'ENOENT') throw error;
      makeDirectory(path.slice(0, path.lastIndexOf('/')) || '/', true);
      process.mkdir(path, 0o777);
    }
  };
  const copy = async (from: string, to: string, recursive: boolean): Promise<void> => {
    if (!isDirectory(process.stat(from).mode)) return write(to, await read(from), O_TRUNC);
    if (!recursive) throw new FsError('EISDIR');
    makeDirectory(to, true);
    for (const { name } of listDirectory(process, from)) await copy(joinPath(from, name), joinPath(to, name), true);
  };
  return {
    readFile: async (path) => decodeName(await read(path)),
    readFileBuffer: read,
    writeFile: async (path, content, encoding) => {
      const bytes = toBytes(content, encoding);
      if (replacing === undefined) return write(path, bytes, O_TRUNC);
      const old = await asNode('stat', path, () => process.stat(path));
      const temporary = joinPath(directoryName(path), `sed${randomName(replacing)}`);
      await write(temporary, bytes, O_TRUNC);
      await asNode('rename', path, () => {
        process.chown(temporary, old.uid, old.gid);
        process.chmod(temporary, old.mode & 0o7777);
        process.rename(temporary, path);
      });
    },
    appendFile: (path, content, encoding) => write(path, toBytes(content, encoding), O_APPEND),
    exists: async (path) => {
      try {
        process.access(path, 0);
        return true;
      } catch (error) {
        if (error instanceof FsError) return false;
        throw error;
      }
    },
    stat: (path) => asNode('stat', path, () => toStat(process.stat(path))),
    lstat: (path) => asNode('lstat', path, () => toStat(process.stat(path, false))),
    mkdir: (path, options) => asNode('mkdir', path, () => makeDirectory(path, options?.recursive === true)),
    readdir: (path) => asNode('scandir', path, () => listDirectory(process, path).map(({ name }) => name)),
    readdirWithFileTypes: (path) =>
      asNode('scandir', path, () =>
        listDirectory(process, path).map(({ name, type }) => ({
          name,
          isFile: type === S_IFREG,
          isDirectory: type === S_IFDIR,
          isSymbolicLink: type === S_IFLNK,
        })),
      ),
    rm: (path, options) =>
      asNode('rm', path, () => {
        try {
          remove(path, options?.recursive === true);
        } catch (error) {
          if (!(error instanceof FsError && error.code === 'ENOENT' && options?.force === true)) throw error;
        }
      }),
    cp: (from, to, options) => asNode('cp', from, () => copy(from, to, options?.recursive === true)),
    mv: (from, to) => asNode('rename', from, () => process.rename(from, to)),
    // Not normalised: `link/..` is the link's target's parent, which only the kernel's path walk can say.
    resolvePath: (base, path) => (path.startsWith('/') ? path : joinPath(base, path)),
    getAllPaths: () => [],
    chmod: (path, mode) => asNode('chmod', path, () => process.chmod(path, mode)),
    symlink: (target, path) => asNode('symlink', path, () => process.symlink(target, path)),
    link: (from, to) => asNode('link', from, () => process.link(from, to)),
    readlink: (path) => asNode('readlink', path, () => process.readlink(path)),
    realpath: (path) => asNode('realpath', path, () => canonicalPath(process, path)),
    utimes: (path, atime, mtime) =>
      asNode('utime', path, () => {
        const isAmbient = mtime.getTime() - Number(clock.now() / 1_000_000n) > 0;
        process.utimens(path, fromDate(atime), isAmbient ? 'now' : fromDate(mtime));
      }),
  };
};
