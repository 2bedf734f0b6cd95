/**
 * Who asks: credentials(7) and capabilities(7), as far as file systems look at them.
 */

/** Capabilities that file systems consult, as bits `1 << number` (linux/capability.h). */
export const CAP_CHOWN: number = 1 << 0;
export const CAP_DAC_OVERRIDE: number = 1 << 1;
export const CAP_DAC_READ_SEARCH: number = 1 << 2;
export const CAP_FOWNER: number = 1 << 3;
export const CAP_FSETID: number = 1 << 4;
export const CAP_LINUX_IMMUTABLE: number = 1 << 9;
export const CAP_SYS_CHROOT: number = 1 << 18;
export const CAP_SYS_ADMIN: number = 1 << 21;
export const CAP_SYS_RESOURCE: number = 1 << 24;
export const CAP_MKNOD: number = 1 << 27;
export const CAP_SETFCAP: number = 1 << 31;
export const ALL_CAPABILITIES: number = -1;

/** fsuid, fsgid, supplementary groups, capability bits and umask of the calling process. */
export interface Caller {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly capabilities: number;
  readonly umask: number;
}

/** uid 0 with every capability and umask 0: what the kernel itself, or a container engine, acts as. */
export const ROOT: Caller = { uid: 0, gid: 0, groups: [], capabilities: ALL_CAPABILITIES, umask: 0 };

/** A process of an ordinary user: no capability. */
export const userCaller = (uid: number, gid: number, groups: readonly number[] = [], umask = 0o022): Caller => ({
  uid,
  gid,
  groups,
  capabilities: 0,
  umask,
});

/** `capability` is one of the `CAP_` bits above (capabilities(7)); those of the effective set count. */
export const hasCapability = (caller: Caller, capability: number): boolean => (caller.capabilities & capability) !== 0;

/** Whether `gid` is the caller's own group or one of its supplementary ones: whose group bits count (credentials(7)). */
export const inGroup = (caller: Caller, gid: number): boolean => caller.gid === gid || caller.groups.includes(gid);
