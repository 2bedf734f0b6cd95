/** The calls of WASI preview 1 that the programs make; pointers are plain numbers into their memory. */
@external('wasi_snapshot_preview1', 'args_sizes_get')
export declare function args_sizes_get(count: usize, size: usize): i32;
@external('wasi_snapshot_preview1', 'args_get')
export declare function args_get(table: usize, buffer: usize): i32;
@external('wasi_snapshot_preview1', 'clock_time_get')
export declare function clock_time_get(clock: i32, precision: i64, out: usize): i32;
@external('wasi_snapshot_preview1', 'proc_exit')
export declare function proc_exit(status: i32): void;
@external('wasi_snapshot_preview1', 'poll_oneoff')
export declare function poll_oneoff(subscriptions: usize, events: usize, count: i32, out: usize): i32;

@external('wasi_snapshot_preview1', 'fd_read')
export declare function fd_read(fd: i32, vectors: usize, count: i32, out: usize): i32;
@external('wasi_snapshot_preview1', 'fd_pread')
export declare function fd_pread(fd: i32, vectors: usize, count: i32, offset: i64, out: usize): i32;
@external('wasi_snapshot_preview1', 'fd_write')
export declare function fd_write(fd: i32, vectors: usize, count: i32, out: usize): i32;
@external('wasi_snapshot_preview1', 'fd_pwrite')
export declare function fd_pwrite(fd: i32, vectors: usize, count: i32, offset: i64, out: usize): i32;
@external('wasi_snapshot_preview1', 'fd_seek')
export declare function fd_seek(fd: i32, offset: i64, whence: i32, out: usize): i32;
@external('wasi_snapshot_preview1', 'fd_sync')
export declare function fd_sync(fd: i32): i32;
@external('wasi_snapshot_preview1', 'fd_close')
export declare function fd_close(fd: i32): i32;
@external('wasi_snapshot_preview1', 'fd_filestat_get')
export declare function fd_filestat_get(fd: i32, out: usize): i32;
@external('wasi_snapshot_preview1', 'fd_filestat_set_size')
export declare function fd_filestat_set_size(fd: i32, size: i64): i32;
@external('wasi_snapshot_preview1', 'fd_readdir')
export declare function fd_readdir(fd: i32, buffer: usize, length: usize, cookie: i64, out: usize): i32;
@external('wasi_snapshot_preview1', 'fd_prestat_get')
export declare function fd_prestat_get(fd: i32, out: usize): i32;
@external('wasi_snapshot_preview1', 'fd_prestat_dir_name')
export declare function fd_prestat_dir_name(fd: i32, name: usize, length: usize): i32;

@external('wasi_snapshot_preview1', 'path_open')
export declare function path_open(
  fd: i32,
  lookup: i32,
  path: usize,
  length: usize,
  oflags: i32,
  base: i64,
  inheriting: i64,
  fdflags: i32,
  out: usize,
): i32;
@external('wasi_snapshot_preview1', 'path_filestat_get')
export declare function path_filestat_get(fd: i32, lookup: i32, path: usize, length: usize, out: usize): i32;
@external('wasi_snapshot_preview1', 'path_create_directory')
export declare function path_create_directory(fd: i32, path: usize, length: usize): i32;
@external('wasi_snapshot_preview1', 'path_remove_directory')
export declare function path_remove_directory(fd: i32, path: usize, length: usize): i32;
@external('wasi_snapshot_preview1', 'path_unlink_file')
export declare function path_unlink_file(fd: i32, path: usize, length: usize): i32;
@external('wasi_snapshot_preview1', 'path_rename')
export declare function path_rename(
  fd: i32,
  path: usize,
  length: usize,
  newFd: i32,
  newPath: usize,
  newLength: usize,
): i32;
@external('wasi_snapshot_preview1', 'path_link')
export declare function path_link(
  fd: i32,
  lookup: i32,
  path: usize,
  length: usize,
  newFd: i32,
  newPath: usize,
  newLength: usize,
): i32;
@external('wasi_snapshot_preview1', 'path_symlink')
export declare function path_symlink(target: usize, targetLength: usize, fd: i32, path: usize, length: usize): i32;
