import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withFile } from '../../../../host-adapter/src/cli/node/with-file.ts';
import { capabilitiesOf, readOptionsFile } from '../../../../host-adapter/src/cli/serve/options-file.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'layerscope-options-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (text: string): string => {
  const path = join(folder, 'layerscope.toml');
  writeFileSync(path, text);
  return path;
};

describe('a file of options', () => {
  it("has containerd's names for them", () => {
    const path = file(`
      root = "/srv/layers"
      upperdir_label = true
      sync_remove = true
      mount_options = ["volatile", "xino=auto"]
      remap_ids = true
      slow_chown = false
      log_level = "error"
    `);
    expect(readOptionsFile(path)).toEqual({
      root: '/srv/layers',
      upperdirLabel: true,
      syncRemove: true,
      mountOptions: ['volatile', 'xino=auto'],
      remapIds: true,
      slowChown: false,
      logLevel: 'error',
    });
  });

  it.each([
    ['roots = "/x"', 'there is no option roots'],
    ['toString = 1', 'there is no option toString'],
    ['root = 5', 'root must be a string'],
    ['sync_remove = "yes"', 'sync_remove must be true or false'],
    ['mount_options = "volatile"', 'mount_options must be a list of strings'],
    ['kernel = "windows"', 'kernel must be one of linux, simulated'],
    ['root = ', 'Invalid TOML'],
  ])('%s is refused by name', (text, problem) => {
    expect(() => readOptionsFile(file(text))).toThrow(problem);
  });

  it('that is not there is named', () => {
    expect(() => readOptionsFile(join(folder, 'none.toml'))).toThrow('none.toml');
  });

  it('stands between the command line and the defaults', async () => {
    const command = new Command()
      .option('--config <file>')
      .option('--root <directory>', '', '/default')
      .option('--address <socket>', '', '/default.sock')
      .option('--snapshotter <name>', '', 'overlayfs');
    const path = file('root = "/from/file"\naddress = "/from/file.sock"');
    await command.parseAsync(['--config', path, '--root', '/given'], { from: 'user' });
    expect(withFile(command)).toEqual({
      config: path,
      root: '/given',
      address: '/from/file.sock',
      snapshotter: 'overlayfs',
    });
  });
});

describe('what containerd may ask for', () => {
  it('follows from the options', () => {
    expect(capabilitiesOf({})).toEqual(['rebase', 'only-remap-ids']);
    expect(capabilitiesOf({ slowChown: true })).toEqual(['rebase']);
    expect(capabilitiesOf({ snapshotter: 'native', remapIds: true })).toEqual([]);
    expect(capabilitiesOf({ remapIds: true })).toEqual(['rebase', 'remap-ids', 'only-remap-ids']);
    expect(capabilitiesOf({ remapIds: true, slowChown: true })).toEqual(['rebase', 'remap-ids']);
    expect(capabilitiesOf({ remapIds: true, slowChown: true }, false)).toEqual(['rebase']);
    expect(capabilitiesOf({ remapIds: true }, false)).toEqual(['rebase', 'only-remap-ids']);
  });
});
