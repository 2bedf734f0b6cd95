/** containerd's own suites for snapshotters, in Go, through containerd's own clients, against ours. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createBtrfsImage } from '../../conformance/btrfs-image.ts';
import { requires, skipping } from '../../requirements.ts';

/** The suite of containerd 2.2, and that of 1.6 (the version that Debian 12 has). */
const SUITES = ['v2', 'v1'] as const;
type Suite = (typeof SUITES)[number];
const CASES = 21;

/** The suite of 1.6 leaves its renaming of directories out by itself; 2.x asks it where there is no overlay. */
const LEFT_OUT: Readonly<Record<Suite, readonly string[]>> = { v2: [], v1: ['Rename'] };

/** The cases that mount nothing. The others fail where the client mounts what lies in the memory of the server. */
const WITHOUT_MOUNTS = ['CloseTwice', 'Remove', 'StatInWalk', 'Walk'];

const SOCKETS = fileURLToPath(new URL('sockets.js', import.meta.url));
const source = (suite: Suite): string => fileURLToPath(new URL(`${suite}/`, import.meta.url));
const program = (suite: Suite): string =>
  fileURLToPath(new URL(`../../.cache/snapshotter-suite-${suite}`, import.meta.url));

/** Whether a suite is built; says why not where there is no module proxy. */
const built = (suite: Suite): boolean => {
  if (!requires('root', 'linux', 'go', 'overlay-mount')) return false;
  const options = { cwd: source(suite), encoding: 'utf8' } as const;
  const { status, stderr } = spawnSync('go', ['test', '-c', '-o', program(suite), '.'], options);
  if (status === 0) return true;
  skipping(`containerd's snapshotter suite ${suite} cannot be built: ${stderr.trim().split('\n').at(-1)}`);
  return false;
};

interface Verdicts {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
  /** What was printed, without the noise. */
  readonly told: readonly string[];
}

/** Runs a suite against a design on a kernel, with everything in `folder`. */
const run = async (suite: Suite, design: string, kernel: string, folder: string): Promise<Verdicts> => {
  const server = spawn(process.execPath, [SOCKETS, design, kernel, folder, String(CASES)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    await Promise.race([once(server.stdout, 'data'), once(server, 'exit')]);
    // The suite knows the design by its name, and asks no rename of directories of an overlay.
    const child = spawn(program(suite), ['-test.v', '-test.root', '-test.parallel=2'], {
      cwd: folder,
      env: { ...process.env, TMPDIR: folder, LAYERSCOPE_SOCKETS: folder, LAYERSCOPE_NAME: design },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (text) => (output += String(text)));
    child.stderr.on('data', (text) => (output += String(text)));
    await once(child, 'close');
    const told = output
      .split('\n')
      .filter((line) => !line.includes('log_hook.go') && !/^ +testsuite.go:\d+: (un)?mount /.test(line));
    const verdicts = (verdict: string): readonly string[] =>
      told.flatMap((line) => new RegExp(`^ +--- ${verdict}: TestSnapshotter/(\\S+)`).exec(line)?.[1] ?? []).toSorted();
    return { passed: verdicts('PASS'), failed: verdicts('FAIL'), skipped: verdicts('SKIP'), told };
  } finally {
    server.stdin.end();
    if (server.exitCode === null) await once(server, 'exit');
  }
};

const inFolder = async (body: (folder: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'layerscope-suite-'));
  try {
    await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const allPass = async (suite: Suite, design: string, folder: string): Promise<void> => {
  const { passed, failed, skipped, told } = await run(suite, design, 'linux', folder);
  expect(failed.length === 0 ? [] : told.filter((line) => !line.startsWith('==='))).toEqual([]);
  expect(skipped).toEqual(LEFT_OUT[suite]);
  expect(passed).toHaveLength(CASES - skipped.length);
};

describe.each(SUITES.filter(built))("containerd's suite %s", (suite) => {
  it.concurrent.each(['overlayfs', 'native'])('passes with %s', (design) =>
    inFolder((folder) => expect(allPass(suite, design, folder)).resolves.toBeUndefined()),
  );

  it('passes with the simulated kernel, as far as it mounts nothing', () =>
    inFolder(async (folder) => {
      const { passed } = await run(suite, 'overlayfs', 'simulated', folder);
      expect(passed).toEqual(WITHOUT_MOUNTS);
    }));
});

describe.each(requires('mkfs.btrfs') ? SUITES.filter(built) : [])(
  "containerd's suite %s on a file system in a file",
  (suite) => {
    it('passes with btrfs', async () => {
      const image = createBtrfsImage();
      try {
        await expect(allPass(suite, 'btrfs', image.mounted)).resolves.toBeUndefined();
      } finally {
        image.remove();
      }
    });
  },
);
