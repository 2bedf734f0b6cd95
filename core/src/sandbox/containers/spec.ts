/**
 * The OCI runtime spec of a container (runtime-spec, config.md), with what containerd fills in for Linux: the default
 * capabilities, mounts and devices. A simulated task heeds process, root and what `privileged` widens; the rest is what a
 * real one would be given.
 */
import type { Caller } from '../../fs/index.ts';
import { imageProcess, type ImageConfig } from '../../images/index.ts';
import { UMASK, containerCapabilities } from './user.ts';

export interface SpecOptions {
  readonly id: string;
  readonly namespace: string;
  /** Replaces what the image would run; none = the image's entrypoint and command. */
  readonly args: readonly string[];
  readonly cwd?: string;
  /** `NAME=value`, over the image's. */
  readonly env?: readonly string[];
  readonly tty?: boolean;
  readonly privileged?: boolean;
  readonly readOnly?: boolean;
  /** Beside those every container has. */
  readonly mounts?: readonly SpecMount[];
}

/** A mount as the runtime spec has it: `destination` is a path in the container. */
export interface SpecMount {
  readonly destination: string;
  readonly type: string;
  readonly source: string;
  readonly options: readonly string[];
}

export interface RuntimeSpec {
  readonly ociVersion: string;
  readonly process: {
    readonly terminal?: boolean;
    readonly user: { readonly uid: number; readonly gid: number; readonly additionalGids?: readonly number[] };
    readonly args: readonly string[];
    readonly env: readonly string[];
    readonly cwd: string;
    readonly capabilities: { readonly [set in 'bounding' | 'effective' | 'permitted']: readonly string[] };
    readonly [field: string]: unknown;
  };
  readonly root: { readonly path: string; readonly readonly?: boolean };
  readonly mounts: readonly SpecMount[];
  readonly [field: string]: unknown;
}

const CAPABILITIES = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FSETID',
  'FOWNER',
  'MKNOD',
  'NET_RAW',
  'SETGID',
  'SETUID',
  'SETFCAP',
  'SETPCAP',
  'NET_BIND_SERVICE',
  'SYS_CHROOT',
  'KILL',
  'AUDIT_WRITE',
].map((name) => `CAP_${name}`);

/** All that Linux has, for privileged containers. */
const ALL_CAPABILITIES = [
  ...CAPABILITIES.slice(0, 2),
  'CAP_DAC_READ_SEARCH',
  ...CAPABILITIES.slice(2),
  'CAP_LINUX_IMMUTABLE',
  'CAP_NET_ADMIN',
  'CAP_SYS_ADMIN',
  'CAP_SYS_MODULE',
  'CAP_SYS_PTRACE',
  'CAP_SYS_RESOURCE',
  'CAP_SYS_TIME',
];

const TMPFS = ['nosuid', 'strictatime', 'mode=755', 'size=65536k'];

const MOUNTS: readonly (readonly [destination: string, type: string, source: string, options: readonly string[]])[] = [
  ['/proc', 'proc', 'proc', ['nosuid', 'noexec', 'nodev']],
  ['/dev', 'tmpfs', 'tmpfs', TMPFS],
  ['/dev/pts', 'devpts', 'devpts', ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5']],
  ['/dev/shm', 'tmpfs', 'shm', ['nosuid', 'noexec', 'nodev', 'mode=1777', 'size=65536k']],
  ['/dev/mqueue', 'mqueue', 'mqueue', ['nosuid', 'noexec', 'nodev']],
  ['/sys', 'sysfs', 'sysfs', ['nosuid', 'noexec', 'nodev', 'ro']],
  ['/run', 'tmpfs', 'tmpfs', TMPFS],
];

/** Character devices a container may use: null, random, full, tty, zero, urandom, console, pts, ptmx. */
const DEVICES: readonly (readonly [major: number, minor: number | undefined])[] = [
  [1, 3],
  [1, 8],
  [1, 7],
  [5, 0],
  [1, 5],
  [1, 9],
  [5, 1],
  [136, undefined],
  [5, 2],
];

const MASKED = ['acpi', 'asound', 'kcore', 'keys', 'latency_stats', 'timer_list', 'timer_stats', 'sched_debug', 'scsi'];
const READ_ONLY = ['bus', 'fs', 'irq', 'sys', 'sysrq-trigger'];

const nameOf = (entry: string): string => entry.split('=', 1)[0] ?? '';

/** Later entries replace earlier ones of the same name. */
export const mergedEnvironment = (env: readonly string[], over: readonly string[]): readonly string[] => {
  const names = new Set(over.map(nameOf));
  return [...env.filter((entry) => !names.has(nameOf(entry))), ...over];
};

/** `user` is who the image runs as, by numbers. */
export const runtimeSpec = (
  image: ImageConfig | undefined,
  user: RuntimeSpec['process']['user'],
  options: SpecOptions,
): RuntimeSpec => {
  const {
    id,
    namespace,
    args,
    cwd,
    env = [],
    tty = false,
    privileged = false,
    readOnly = false,
    mounts = [],
  } = options;
  const start = imageProcess(image ?? { rootfs: { type: 'layers', diff_ids: [] } }, []);
  const capabilities = privileged ? ALL_CAPABILITIES : CAPABILITIES;
  return {
    ociVersion: '1.0.2-dev',
    process: {
      ...(tty ? { terminal: true } : {}),
      user,
      args: args.length > 0 ? args : start.args,
      env: mergedEnvironment(start.env, [...(tty ? ['TERM=xterm'] : []), ...env]),
      cwd: cwd ?? start.cwd,
      capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
      rlimits: [{ type: 'RLIMIT_NOFILE', hard: 1024, soft: 1024 }],
      noNewPrivileges: true,
    },
    root: { path: 'rootfs', ...(readOnly ? { readonly: true } : {}) },
    mounts: [
      ...MOUNTS.map(([destination, type, source, mountOptions]) => ({
        destination,
        type,
        source,
        options: mountOptions,
      })),
      ...mounts,
    ],
    linux: {
      resources: {
        devices: [
          { allow: privileged, access: 'rwm' },
          ...DEVICES.map(([major, minor]) => ({
            allow: true,
            type: 'c',
            major,
            ...(minor === undefined ? {} : { minor }),
            access: 'rwm',
          })),
        ],
        cpu: { shares: 1024 },
      },
      cgroupsPath: `/${namespace}/${id}`,
      namespaces: ['pid', 'ipc', 'uts', 'mount', 'network'].map((type) => ({ type })),
      ...(privileged
        ? {}
        : {
            maskedPaths: [
              ...MASKED.slice(0, -1).map((name) => `/proc/${name}`),
              '/sys/firmware',
              ...MASKED.slice(-1).map((name) => `/proc/${name}`),
            ],
            readonlyPaths: READ_ONLY.map((name) => `/proc/${name}`),
          }),
    },
  };
};

/** The mounts of a spec that are its own; the rest is what every container has. */
export const ownMounts = ({ mounts }: RuntimeSpec): readonly SpecMount[] => mounts.slice(MOUNTS.length);

/** Who the process of a spec is to the kernel. */
export const callerOf = ({ process: { user, capabilities } }: RuntimeSpec): Caller => {
  const { uid, gid, additionalGids = [] } = user;
  const isPrivileged = capabilities.effective.includes('CAP_SYS_ADMIN');
  return { uid, gid, groups: additionalGids, capabilities: containerCapabilities(uid, isPrivileged), umask: UMASK };
};
