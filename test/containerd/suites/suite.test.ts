/** containerd's own suite for snapshotters, in Go, through containerd's own client, against ours on real mounts. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { requires, skipping } from '../../requirements.ts';

const SOURCE = fileURLToPath(new URL('v2/', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../../.cache/snapshotter-suite', import.meta.url));
const SOCKETS = fileURLToPath(new URL('sockets.js', import.meta.url));
const CASES = 21;

/** Whether the suite is built; says why not where there is no module proxy. */
const built = (): boolean => {
  if (!requires('root', 'linux', 'go', 'overlay-mount')) return false;
  const { status, stderr } = spawnSync('go', ['test', '-c', '-o', PROGRAM, '.'], { cwd: SOURCE, encoding: 'utf8' });
  if (status === 0) return true;
  skipping(`containerd's snapshotter suite cannot be built: ${stderr.trim().split('\n').at(-1)}`);
  return false;
};

describe.skipIf(!built())("containerd's suite", () => {
  it.concurrent.each(['overlayfs', 'native'])('passes with %s', async (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'layerscope-suite-'));
    const server = spawn(process.execPath, [SOCKETS, name, folder, String(CASES)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    try {
      await Promise.race([once(server.stdout, 'data'), once(server, 'exit')]);
      // The suite knows the design by its name, and asks no rename of directories of an overlay.
      const suite = spawn(PROGRAM, ['-test.v', '-test.root', '-test.parallel=2'], {
        cwd: folder,
        env: { ...process.env, TMPDIR: folder, LAYERSCOPE_SOCKETS: folder, LAYERSCOPE_NAME: name },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      suite.stdout.on('data', (text) => (output += String(text)));
      suite.stderr.on('data', (text) => (output += String(text)));
      await once(suite, 'close');
      const told = output
        .split('\n')
        .filter((line) => !line.includes('log_hook.go') && !/^ +testsuite.go:\d+: (un)?mount /.test(line));
      const verdicts = told.filter((line) => /^ +--- (PASS|FAIL|SKIP)/.test(line));
      const failed = verdicts.some((line) => !line.includes('PASS'));
      expect(failed ? told.filter((line) => !line.startsWith('===')) : []).toEqual([]);
      expect(verdicts).toHaveLength(CASES);
    } finally {
      server.stdin.end();
      if (server.exitCode === null) await once(server, 'exit');
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
