import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyLayer } from '@layerscope/core/layers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command, script } from '../../command.ts';
import { requires } from '../../requirements.ts';
import { stream } from '../../unit/layers/archive.ts';
import { at, bytesAt, list, memoryTree, statAt } from '../../unit/layers/tree.ts';
import { listDisk } from './disk-tree.ts';

/** A tree with everything a layer can hold, and the names and numbers that do not fit a header. */
const MAKE_TREE = String.raw`
  mkdir -p d/sub 'with blank' sticky; chmod 1777 sticky; chmod 2755 d
  echo hello > d/file; ln d/file d/hard; ln -s ../d/file d/sub/soft; : > empty
  mkfifo d/fifo; mknod d/char c 1 3; mknod d/block b 259 1048575; chmod 4711 d/file
  head -c 70000 /dev/urandom > d/random
  echo x > 'with blank/ünï⅓'; echo y > "$(printf 'not-utf8-\377\200')"
  truncate -s 3M sparse-end; truncate -s 5M sparse; printf abc | dd of=sparse bs=1 seek=1000000 conv=notrunc status=none
  for i in $(seq 0 40); do printf "piece $i" | dd of=many-pieces bs=1 seek=$((i * 40000)) conv=notrunc status=none; done
  chown 1000:100 d/sub; chown -h 65534:65534 d/sub/soft; chown 3000000:4000000 empty
  touch -d '2001-02-03 04:05:06.123456789' d/random; touch -h -d '1980-01-01' d/sub/soft
`;

const LONG = `long/${'n'.repeat(120)}/${'m'.repeat(200)}`;
const MAKE_LONG = `mkdir -p $(dirname ${LONG}); echo long > ${LONG}; ln -s ${'t'.repeat(150)} long/link; ln ${LONG} long/hard`;
const XATTRS = String.raw`
  setfattr -n user.text -v hello d/file; setfattr -n user.binary -v 0x00ff0a3d80 d; setfattr -n user.empty d/random
  setfattr -n security.capability -v 0x0100000200040000000000000000000000000000 d/random
`;

describe.skipIf(!requires('root', 'linux', 'tar', 'getfattr', 'setfattr'))('a layer written by GNU tar', () => {
  let folder = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'layerscope-gnu-tar-'));
    for (const [name, text] of Object.entries({ plain: '', long: MAKE_LONG, full: `${MAKE_LONG}; ${XATTRS}` })) {
      mkdirSync(join(folder, name));
      script(`${MAKE_TREE}\n${text}\nfind . -depth -type d -exec touch -d '2010-10-10 10:10:10.5' {} +`, {
        cwd: join(folder, name),
      });
    }
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const compare = async (tree: string, options: readonly string[]): Promise<ReturnType<typeof memoryTree>> => {
    const archive = join(folder, 'layer.tar');
    const extracted = mkdtempSync(join(folder, 'extracted-'));
    // Old formats have no room for some of the numbers and names: tar warns, and leaves those files out.
    spawnSync('tar', ['-C', join(folder, tree), ...options, '-cf', archive, '.']);
    const also = ['--numeric-owner', '--same-owner', '--xattrs', '--xattrs-include=*', '--overwrite-dir'];
    execFileSync('tar', ['-C', extracted, '-xpf', archive, ...also], { stdio: 'pipe' });
    const applied = memoryTree();
    await applyLayer(stream(readFileSync(archive), 10_000), applied);
    expect(list(applied, { times: true })).toEqual(listDisk(extracted, { times: true }));
    for (const name of ['sparse', 'sparse-end', 'many-pieces', 'd/random']) {
      expect(bytesAt(applied, name).equals(readFileSync(join(extracted, name)))).toBe(true);
    }
    rmSync(extracted, { recursive: true });
    return applied;
  };

  it.each(['gnu', 'posix', 'ustar', 'v7', 'oldgnu'])('in the format %s', async (format) => {
    const applied = await compare('plain', [`--format=${format}`]);
    expect(at(applied, 'd/random')).toBeDefined();
  });

  it.each(['gnu', 'posix', 'oldgnu'])('with names that are too long for a header, in the format %s', async (format) => {
    const applied = await compare('long', [`--format=${format}`]);
    expect(at(applied, LONG)).toBe(at(applied, 'long/hard'));
    expect(statAt(applied, 'empty').gid).toBe(4_000_000);
  });

  it.each(['0.0', '0.1', '1.0'])('with sparse files and attributes, sparse version %s', async (version) => {
    const options = ['--format=posix', '--sparse', `--sparse-version=${version}`, '--xattrs', '--xattrs-include=*'];
    const applied = await compare('full', options);
    expect(statAt(applied, 'sparse').blocks).toBeLessThan(100);
    expect(statAt(applied, 'sparse-end').blocks).toBe(0);
    expect(statAt(applied, 'many-pieces').size).toBe(40 * 40_000 + 'piece 40'.length);
  });

  it('with sparse files in the old GNU format', async () => {
    const applied = await compare('long', ['--format=gnu', '--sparse']);
    expect(statAt(applied, 'sparse').blocks).toBeLessThan(100);
  });

  it('with a global header', async () => {
    const applied = await compare('plain', ['--format=posix', '--pax-option=globexthdr.name=./.global,comment=hello']);
    expect(at(applied, '.global')).toBeUndefined();
  });

  it('several archives in one, as --concatenate leaves them', async () => {
    const one = join(folder, 'one.tar');
    const two = join(folder, 'two.tar');
    command('tar', ['-C', join(folder, 'plain'), '-cf', one, 'd']);
    command('tar', ['-C', join(folder, 'plain'), '-cf', two, 'empty']);
    command('tar', ['--concatenate', `--file=${one}`, two]);
    const applied = memoryTree();
    await applyLayer(stream(readFileSync(one)), applied);
    expect(at(applied, 'empty')).toBeDefined();
  });
});
