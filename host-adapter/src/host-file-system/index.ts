export { createHostFileSystem, type HostFileSystem, type HostFileSystemOptions } from './host-file-system.ts';
export { HostFile } from './objects/host-file.ts';
