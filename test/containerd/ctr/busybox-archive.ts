/** A static busybox as a docker archive, `busybox.tar`: an image whose programs real runc can start. */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '../../command.ts';
import { findProgram } from '../../requirements.ts';

const APPLETS = ['sh', 'ls', 'cat', 'echo', 'true', 'false', 'sleep', 'id', 'env', 'pwd', 'mkdir', 'rm', 'touch'];

const tar = (args: readonly string[]): string => command('tar', ['--owner=0', '--group=0', '--mtime=@0', ...args]);

export const busyboxArchive = (folder: string): void => {
  const parts = join(folder, 'busybox');
  const bin = join(parts, 'root', 'bin');
  mkdirSync(bin, { recursive: true });
  copyFileSync(findProgram('busybox') ?? 'busybox', join(bin, 'busybox'));
  for (const applet of APPLETS) symlinkSync('busybox', join(bin, applet));
  tar(['--sort=name', '-C', join(parts, 'root'), '-cf', join(parts, 'layer.tar'), '.']);
  const digest = createHash('sha256')
    .update(readFileSync(join(parts, 'layer.tar')))
    .digest('hex');
  const config = {
    architecture: 'amd64',
    os: 'linux',
    config: { Env: ['PATH=/bin'], Cmd: ['/bin/sh'], WorkingDir: '/', Labels: { purpose: 'test' } },
    rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] },
    history: [{ created_by: 'test' }],
  };
  writeFileSync(join(parts, 'config.json'), JSON.stringify(config));
  const manifest = [{ Config: 'config.json', RepoTags: ['bb:1'], Layers: ['layer.tar'] }];
  writeFileSync(join(parts, 'manifest.json'), JSON.stringify(manifest));
  tar(['-C', parts, '-cf', join(folder, 'busybox.tar'), 'config.json', 'manifest.json', 'layer.tar']);
  rmSync(parts, { recursive: true });
};
