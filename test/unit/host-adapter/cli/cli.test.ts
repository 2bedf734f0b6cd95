import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { demoImage } from '@layerscope/core/demo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const BIN = fileURLToPath(new URL('../../../../host-adapter/bin/layerscope.js', import.meta.url));
const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

let folder: string;
let image: string;

beforeAll(async () => {
  // The command runs what was built: build what is there now.
  execFileSync('npm', ['run', '--silent', 'build:command'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  folder = mkdtempSync(join(tmpdir(), 'layerscope-cli-'));
  image = join(folder, 'image.tar');
  writeFileSync(image, await demoImage());
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const layerscope = (args: readonly string[], input = ''): { status: number | null; stdout: string; stderr: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
    cwd: folder,
    input,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { status, stdout, stderr };
};

describe('layerscope run', () => {
  it('answers with the exit code of the command', () => {
    expect(layerscope(['run', 'image.tar', '--', 'sh', '-c', 'exit 7']).status).toBe(7);
  });

  it('passes standard input on and keeps the outputs apart', () => {
    const { stdout, stderr } = layerscope(
      ['run', 'image.tar', '--', 'sh', '-c', 'cat; echo oops >&2'],
      'from outside\n',
    );
    expect(stdout).toContain('\nfrom outside\n');
    expect(stderr).toBe('oops\n');
  });

  it('prints one JSON document, the same each time', () => {
    const args = ['run', 'image.tar', '--json', '--', 'sh', '-c', 'echo hi >> /etc/motd'];
    const { stdout } = layerscope(args);
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      command: { exitCode: 0 },
      container: { snapshotter: 'overlayfs' },
    });
    expect(layerscope(args).stdout).toBe(stdout);
  });

  it('writes the layer and the image, which runs again with the change', () => {
    const { status } = layerscope([
      'run',
      'image.tar',
      '--commit',
      'new.tar',
      '--diff',
      'd.tgz',
      '--',
      'sh',
      '-c',
      'echo hi > /new',
    ]);
    expect(status).toBe(0);
    expect(execFileSync('tar', ['tzf', join(folder, 'd.tgz')], { encoding: 'utf8' })).toBe('new\n');
    expect(layerscope(['run', 'new.tar', '--', 'cat', '/new']).stdout).toContain('\nhi\n');
    expect(existsSync(join(folder, 'new.tar.partial'))).toBe(false);
  });

  it.each([
    [['run', 'missing.tar'], 1, 'missing.tar: no such file or directory. Give the path of an archive'],
    [['run'], 2, "missing required argument 'image'"],
    [['run', 'image.tar', '--snapshotter', 'zfs'], 2, 'Allowed choices are overlayfs, native'],
    [['run', 'image.tar', '--platform', 'linux/s390x'], 1, 'it holds linux/amd64, linux/arm64'],
    [['run', 'image.tar', '--image', 'other'], 1, 'image "other" not found'],
    [['run', 'image.tar', '--commit', 'no/such/folder/x.tar', '--', 'true'], 1, 'no/such/folder'],
    [['run', 'image.tar', '--seed', 'abc'], 2, 'seed'],
    [['inspect', 'image.tar', '--layer', '9'], 2, 'there is no layer 9'],
    [['frobnicate'], 2, "unknown command 'frobnicate'"],
    // As `mount -t fuse.layerscope` calls it.
    [['layers', '/no/place', '-o', 'rw,lowerdir=/'], 1, '/no/place: there is no such directory to mount on'],
  ])('%j fails with %i and says why', (args, status, text) => {
    const result = layerscope(args);
    expect(result.stderr).toContain(text);
    expect(result.status).toBe(status);
    expect(result.stderr).not.toMatch(/^\s+at /m);
  });

  it('names what is wrong with a broken archive, and what to do', () => {
    writeFileSync(join(folder, 'cut.tar'), readFileSync(image).subarray(0, 40_000));
    writeFileSync(join(folder, 'text.tar'), 'this is no archive');
    expect(layerscope(['run', 'cut.tar']).stderr).toMatch(/^layerscope: cut\.tar: .*ends in the middle.*\n {2}→ /);
    expect(layerscope(['run', 'text.tar']).stderr).toMatch(/^layerscope: text\.tar: .*\n {2}→ /);
  });
});

describe('layerscope inspect', () => {
  it('shows layers, the tree of one, and what is seen from the top', () => {
    expect(layerscope(['inspect', 'image.tar']).stdout).toContain('wasted: ');
    expect(layerscope(['inspect', 'image.tar', '--layer', '3']).stdout).toContain('hides it in the layers below');
    const merged = layerscope(['inspect', 'image.tar', '--merged']).stdout;
    expect(merged).toContain('/opt/app');
    expect(merged).not.toContain('hides');
  });

  it('says the same in JSON', () => {
    const { layers, wastedBytes } = JSON.parse(layerscope(['inspect', 'image.tar', '--json']).stdout);
    expect(layers).toHaveLength(3);
    expect(wastedBytes).toBeGreaterThan(60_000);
  });
});
