/** A Go program on our overlay, beside the same program on a directory of Linux. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command } from '../../command.ts';
import { requires } from '../../requirements.ts';
import { overlayMachine } from '../../wasi/overlay-machine.ts';

const SOURCE = fileURLToPath(new URL('../../wasi/walk', import.meta.url));
const FILES = { read: 'some text\n', old: 'o\n', log: 'l\n', 'sub/deep': '' };

describe.skipIf(!requires('go'))('a Go program', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'layerscope-go-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const build = (name: string, env: Readonly<Record<string, string>>): string => {
    const program = join(folder, name);
    command('go', ['build', '-ldflags=-s', '-o', program, '.'], { cwd: SOURCE, env: { GOTOOLCHAIN: 'local', ...env } });
    return program;
  };

  it('does to an overlay what it does to a directory, and what it reads is not copied up', async () => {
    mkdirSync(join(folder, 'd/sub'), { recursive: true });
    for (const [name, content] of Object.entries(FILES)) writeFileSync(join(folder, 'd', name), content);
    const native = spawnSync(build('walk', {}), ['d'], { cwd: folder, encoding: 'utf8' });
    expect([native.status, native.stderr]).toEqual([0, '']);
    const machine = await overlayMachine(
      { walk: new Uint8Array(readFileSync(build('walk.wasm', { GOOS: 'wasip1', GOARCH: 'wasm' }))) },
      Object.fromEntries(Object.entries(FILES).map(([name, content]) => [`/d/${name}`, content])),
    );
    expect(await machine.run('export PWD; walk d')).toEqual([0, native.stdout, '']);
    expect(machine.changes().filter((change) => change.startsWith('copy-up'))).toEqual([
      'copy-up /d 0',
      'copy-up /d/old 2',
      'copy-up /d/log 2',
    ]);
  }, 300_000);
});
