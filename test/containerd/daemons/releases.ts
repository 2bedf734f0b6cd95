/** The containerds that tests run: Debian's, and one built from its Go module, exactly as its own go.sum locks it. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { command } from '../../command.ts';
import { findProgram, requires, skipping } from '../../requirements.ts';

export type Release = '1.6' | '2.2';

export interface Programs {
  readonly containerd: string;
  readonly ctr: string;
  /** Where its shim is; `undefined` = on the search path. */
  readonly folder: string | undefined;
}

const VERSION = 'v2.2.0';
const MODULE = 'github.com/containerd/containerd/v2';
const CACHE = fileURLToPath(new URL('../../.cache', import.meta.url));
const FOLDER = join(CACHE, `containerd-${VERSION}`);
/** What no test uses, and most of the time to build. */
const TAGS = 'no_cri no_btrfs no_devmapper no_zfs no_tracing';

const build = (): void => {
  const { Dir } = JSON.parse(command('go', ['mod', 'download', '-json', `${MODULE}@${VERSION}`])) as {
    readonly Dir: string;
  };
  mkdirSync(CACHE, { recursive: true });
  const making = mkdtempSync(join(CACHE, '.containerd-'));
  try {
    const programs = ['containerd', 'ctr', 'containerd-shim-runc-v2'].map((name) => `./cmd/${name}`);
    const linked = `-s -w -X ${MODULE}/version.Version=${VERSION}`;
    command('go', ['build', '-tags', TAGS, '-ldflags', linked, '-o', `${making}/`, ...programs], {
      cwd: Dir,
      env: { CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false -mod=readonly' },
    });
    if (!existsSync(FOLDER)) renameSync(making, FOLDER);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
};

/** Whether a release can be run here; says why not where there is no module proxy to build it from. */
export const hasRelease = (release: Release): boolean => {
  if (release === '1.6') return requires('root', 'containerd', 'ctr', 'runc', 'overlay-mount');
  if (!requires('root', 'go', 'runc', 'overlay-mount')) return false;
  try {
    if (!existsSync(FOLDER)) build();
    return true;
  } catch (error) {
    skipping(`containerd ${VERSION} cannot be built: ${String(error).trim().split('\n').at(-1)}`);
    return false;
  }
};

export const programsOf = (release: Release): Programs =>
  release === '1.6'
    ? { containerd: findProgram('containerd') ?? 'containerd', ctr: 'ctr', folder: undefined }
    : { containerd: join(FOLDER, 'containerd'), ctr: join(FOLDER, 'ctr'), folder: FOLDER };

/** The releases that can be run here; for `describe.each`. */
export const releases = (): readonly Release[] => (['1.6', '2.2'] as const).filter(hasRelease);
