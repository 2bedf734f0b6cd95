/**
 * What a test needs of the machine, and why it is not run where that is missing.
 *
 *   describe.skipIf(!requires('root', 'overlay-mount'))('copy-up on the mounted overlay', () => { … });
 *
 * A skip is written down with its reason, so that `npm test` can say it in one line. With LAYERSCOPE_REQUIRE=all
 * (CI, where everything was installed) a missing requirement is an error instead.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, appendFileSync, constants, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const PROGRAMS = [
  'apt-get',
  'busybox',
  'cc',
  'clang-14',
  'containerd',
  'ctr',
  'dash',
  'debootstrap',
  'docker-registry',
  'fusermount3',
  'getfattr',
  'git',
  'go',
  'lua5.4',
  'make',
  'mkfs.btrfs',
  'python3',
  'runc',
  'setfattr',
  'skopeo',
  'systemd-analyze',
  'sqlite3',
  'tar',
  'tclsh',
  'umoci',
  'unpigz',
  'wasm-ld-14',
  'zstd',
] as const;

/** A program on the search path, or a faculty of the machine. */
export type Requirement =
  | (typeof PROGRAMS)[number]
  | 'root'
  | 'linux'
  | 'chromium'
  | 'overlay-mount'
  | 'fuse'
  | 'trusted-xattrs';

/** The path of a program, sought in $PATH and the sbin folders that an ordinary user's $PATH lacks. */
export const findProgram = (name: string): string | undefined => {
  for (const folder of [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin']) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not in this folder
    }
  }
  return undefined;
};

/** Where Chromium is: $CHROMIUM, or the system's. */
export const chromium = (): string | undefined =>
  process.env['CHROMIUM'] ?? findProgram('chromium') ?? findProgram('google-chrome');

const run = (program: string, ...args: readonly string[]): boolean =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0;

const withScratch = (probe: (folder: string) => string | undefined): string | undefined => {
  const folder = mkdtempSync(join(tmpdir(), 'layerscope-probe-'));
  try {
    return probe(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const probeOverlayMount = (): string | undefined =>
  withScratch((folder) => {
    const merged = join(folder, 'merged');
    if (!run('mount', '-t', 'tmpfs', 'tmpfs', folder)) return 'this user may not mount a tmpfs';
    try {
      for (const name of ['lower', 'upper', 'work', 'merged']) mkdirSync(join(folder, name));
      const options = `lowerdir=${folder}/lower,upperdir=${folder}/upper,workdir=${folder}/work`;
      if (!run('mount', '-t', 'overlay', 'overlay', '-o', options, merged)) return 'the kernel mounts no overlay here';
      run('umount', merged);
      return undefined;
    } finally {
      run('umount', folder);
    }
  });

const probeTrustedXattrs = (): string | undefined =>
  withScratch((folder) =>
    run('setfattr', '-n', 'trusted.layerscope', '-v', 'y', folder) ? undefined : 'trusted.* xattrs cannot be set here',
  );

const probe = (name: Requirement): string | undefined => {
  switch (name) {
    case 'root':
      return process.getuid?.() === 0 ? undefined : 'no root';
    case 'linux':
      return process.platform === 'linux' ? undefined : 'no Linux';
    case 'chromium':
      return chromium() === undefined ? 'no Chromium' : undefined;
    case 'overlay-mount':
      return probeOverlayMount();
    case 'fuse':
      return existsSync('/dev/fuse') ? undefined : 'no /dev/fuse';
    case 'trusted-xattrs':
      return probeTrustedXattrs();
    default:
      return findProgram(name) === undefined ? `no ${name}` : undefined;
  }
};

const answers = new Map<Requirement, string | undefined>();

/** Why a requirement is not met here; `undefined` when it is. */
export const requirement = (name: Requirement): string | undefined => {
  if (!answers.has(name)) answers.set(name, probe(name));
  return answers.get(name);
};

/**
 * Says that tests are left out and why: one line in $LAYERSCOPE_SKIPS, which `test/run.js` reads back.
 * Throws with LAYERSCOPE_REQUIRE=all.
 */
export const skipping = (reason: string): void => {
  if (process.env['LAYERSCOPE_REQUIRE'] === 'all') {
    throw new Error(`LAYERSCOPE_REQUIRE=all, but: ${reason}. test/setup-debian.sh installs what the tests need.`);
  }
  const record = process.env['LAYERSCOPE_SKIPS'];
  if (record !== undefined) appendFileSync(record, `${reason}\n`);
};

/** Whether everything named is there. Throws with LAYERSCOPE_REQUIRE=all when it is not. */
export const requires = (...names: readonly Requirement[]): boolean => {
  const missing = names.map(requirement).filter((reason) => reason !== undefined);
  for (const reason of missing) skipping(reason);
  return missing.length === 0;
};
