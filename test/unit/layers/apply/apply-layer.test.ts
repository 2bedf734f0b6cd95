import { type ApplyEvent, applyLayer, isLayerError, type LayerReason } from '@layerscope/core/layers';
import type { Tree } from '@layerscope/core/fs';
import { describe, expect, it } from 'vitest';
import { archive, directory, entries, type EntrySpec, file, header, link, stream, symlink } from '../archive.ts';
import { at, bytesAt, list, memoryTree, statAt, textAt, xattrAt } from '../tree.ts';

const apply = async (...specs: readonly EntrySpec[]): Promise<Tree> => {
  const tree = memoryTree();
  await applyLayer(stream(archive(...specs)), tree);
  return tree;
};

const failure = async (bytes: Uint8Array, reason: LayerReason, options: Parameters<typeof applyLayer>[2] = {}) => {
  const error = await applyLayer(stream(bytes, 700), memoryTree(), { layer: 'L', ...options }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isLayerError(error, reason)) throw new Error(`not ${reason}: ${String(error)}`);
  return error;
};

describe('applyLayer', () => {
  it('makes every type with owner, mode, device and time', async () => {
    const owner = { uid: 1000, gid: 100, mtime: 5 };
    const tree = await apply(
      { ...directory('d/', 0o2750), ...owner },
      { ...file('d/f', 'text', 0o4755), ...owner },
      { ...symlink('f', 'd/l'), ...owner },
      { ...link('d/f', 'd/h'), ...owner, mode: 0o4755 },
      { name: 'd/c', type: '3', mode: 0o640, devmajor: 5, devminor: 300, ...owner },
      { name: 'd/b', type: '4', mode: 0o600, devmajor: 8, devminor: 1, ...owner },
      { name: 'd/p', type: '6', mode: 0o622, ...owner },
    );
    const time = '@5000000000';
    expect(list(tree, { times: true })).toEqual([
      `d2750 1000:100 d ${time}`,
      `b0600 1000:100 d/b 8,1 ${time}`,
      `c0640 1000:100 d/c 5,300 ${time}`,
      `-4755 1000:100 d/f 4 "text" ${time} = d/f`,
      `-4755 1000:100 d/h 4 "text" ${time} = d/f`,
      `l0777 1000:100 d/l -> f ${time}`,
      `p0622 1000:100 d/p ${time}`,
    ]);
  });

  it('makes parents that have no entry, and gives them attributes when their entry comes late', async () => {
    const tree = await apply(file('a/b/f'), { ...directory('a', 0o700), uid: 7, mtime: 9 });
    expect(list(tree)).toEqual(['d0700 7:0 a', 'd0755 0:0 a/b', '-0644 0:0 a/b/f 0 ""']);
    expect(statAt(tree, 'a').mtime).toBe(9_000_000_000n);
  });

  it('takes their attributes from the topmost parent that has the directory', async () => {
    const [top, bottom] = [
      await apply({ ...directory('a', 0o700), uid: 1, mtime: 3, pax: { 'SCHILY.xattr.user.k': 'v' } }),
      await apply({ ...directory('a', 0o711), uid: 2 }, { ...directory('a/b', 0o1777), gid: 5 }),
    ];
    const tree = memoryTree();
    await applyLayer(stream(archive(file('a/b/c/f'))), tree, { parents: [top, bottom] });
    expect(list(tree).slice(0, 3)).toEqual(['d0700 1:0 a user.k=dg==', 'd1777 0:5 a/b', 'd0755 0:0 a/b/c']);
  });

  it('ignores entries for the root', async () => {
    const tree = await apply(directory('./', 0o700), directory('/', 0o700), directory('..', 0o700), directory('a/..'));
    expect(statAt(tree, '/').mode & 0o7777).toBe(0o755);
    expect(list(tree)).toEqual([]);
  });

  it('replaces everything but a directory by a directory', async () => {
    const tree = await apply(
      directory('keep', 0o700),
      file('keep/inside', 'x'),
      directory('keep', 0o711),
      directory('gone'),
      file('gone/inside'),
      file('gone', 'now a file'),
      file('again', '1'),
      file('again', '2'),
      file('becomes'),
      directory('becomes'),
    );
    expect(list(tree)).toEqual([
      '-0644 0:0 again 1 "2"',
      'd0755 0:0 becomes',
      '-0644 0:0 gone 10 "now a file"',
      'd0711 0:0 keep',
      '-0644 0:0 keep/inside 1 "x"',
    ]);
  });

  it('breaks a hard link when one of its names is replaced', async () => {
    const tree = await apply(file('a', 'old'), link('a', 'b'), file('a', 'new'));
    expect([textAt(tree, 'a'), textAt(tree, 'b')]).toEqual(['new', 'old']);
  });

  it('sets binary attributes byte for byte, and says which it ignores', async () => {
    const capability = Uint8Array.from([1, 0, 0, 2, 0, 0xff, 0, 0x80, 10, 61, 0, 0]);
    const events: ApplyEvent[] = [];
    const tree = memoryTree();
    const specs = [
      { ...file('f'), pax: { 'SCHILY.xattr.security.capability': capability, 'SCHILY.xattr.trusted.x': 'y' } },
      { ...symlink('f', 'l'), pax: { 'SCHILY.xattr.user.no': 'y' } },
    ];
    await applyLayer(stream(archive(...specs)), tree, { onEvent: (event) => void events.push(event) });
    expect(new Uint8Array(xattrAt(tree, 'f', 'security.capability') ?? [])).toEqual(capability);
    const ignored = events.flatMap((event) => (event.kind === 'ignored' ? [`${event.entry.name} ${event.what}`] : []));
    expect(ignored).toEqual(['f trusted.x', 'l user.no']);
  });

  it('takes times with fractions, and 1970 for those out of range; nothing was read before it was written', async () => {
    const tree = await apply(
      { ...file('a'), pax: { mtime: '1700000000.123456789123', atime: '1' } },
      { ...file('b'), pax: { mtime: '1', atime: '2.5' } },
      { ...file('c'), pax: { mtime: '-1.5' } },
      { ...file('d'), pax: { mtime: '99999999999' } },
      { ...file('e'), raw: { 136: Uint8Array.from([0xff, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255]) } },
    );
    const times = ['a', 'b', 'c', 'd', 'e'].map((name) => {
      const { atime, mtime } = statAt(tree, name);
      return [atime, mtime];
    });
    expect(times).toEqual([
      [1_700_000_000_123_456_789n, 1_700_000_000_123_456_789n],
      [2_500_000_000n, 1_000_000_000n],
      [0n, 0n],
      [0n, 0n],
      [0n, 0n],
    ]);
  });

  it('ignores global headers as containerd does: their place is cleared and left empty', async () => {
    const tree = await apply(
      file('pax_global_header', 'mine'),
      {
        name: 'pax_global_header',
        type: 'g',
        data: '16 path=evil/no\n',
      },
      file('f'),
    );
    expect(list(tree)).toEqual(['-0644 0:0 f 0 ""']);
  });

  it('skips what the filter rejects, and devices when told to', async () => {
    const tree = memoryTree();
    const bytes = archive(file('a', 'data'), file('b'), { name: 'null', type: '3', devmajor: 1, devminor: 3 });
    await applyLayer(stream(bytes), tree, { filter: ({ name }) => name !== 'a', skipDevices: true });
    expect(list(tree)).toEqual(['-0644 0:0 b 0 ""']);
  });

  it('leaves owners alone when told to', async () => {
    const tree = memoryTree();
    await applyLayer(stream(archive({ ...file('a', '', 0o4755), uid: 9, gid: 9 })), tree, { sameOwner: false });
    expect(list(tree)).toEqual(['-4755 0:0 a 0 ""']);
  });

  it('answers the sum of sizes and reads the padding after the end', async () => {
    let read = 0;
    const counted = async function* () {
      for await (const chunk of stream(
        Buffer.concat([archive(file('a', 'x'.repeat(1000))), Buffer.alloc(9216)]),
        512,
      )) {
        read += chunk.length;
        yield chunk;
      }
    };
    expect(await applyLayer(counted(), memoryTree())).toEqual({ size: 1000, entries: 1 });
    expect(read).toBe(512 + 1024 + 1024 + 9216);
  });

  it('gives the same tree whatever the chunks', async () => {
    const bytes = archive(
      directory('d'),
      { ...file('d/f', 'a'.repeat(5000)), pax: { path: `d/${'long'.repeat(60)}`, 'SCHILY.xattr.user.a': 'b' } },
      file('d/g', 'b'.repeat(70_000)),
      link('d/g', 'h'),
    );
    const whole = memoryTree();
    await applyLayer(stream(bytes, bytes.length), whole);
    for (const size of [13, 511, 513, 4096, 70_000]) {
      const tree = memoryTree();
      await applyLayer(stream(bytes, size), tree);
      expect(list(tree, { times: true })).toEqual(list(whole, { times: true }));
      expect(bytesAt(tree, 'd/g').equals(bytesAt(whole, 'd/g'))).toBe(true);
    }
  });

  it('shares the chunks of the stream instead of copying them', async () => {
    const bytes = archive(file('f', 'x'.repeat(100_000)));
    const tree = memoryTree();
    await applyLayer(stream(bytes, bytes.length), tree);
    const inode = at(tree, 'f');
    const [extent] = inode === undefined ? [] : (tree.fs.content?.(inode).extents() ?? []);
    expect(extent?.bytes.buffer).toBe(bytes.buffer);
  });
});

const wide = (value: bigint): Uint8Array => {
  const field = Buffer.alloc(8);
  field.writeBigUInt64BE(value);
  field[0] = 0x80;
  return field;
};

describe('applyLayer refuses', () => {
  it('archives that end too early', async () => {
    const whole = archive({ ...file('a', 'x'.repeat(600)), pax: { comment: 'c'.repeat(600) } });
    expect((await failure(whole.subarray(0, 700), 'truncated')).message).toContain('an extended header');
    expect((await failure(whole.subarray(0, 1600), 'truncated')).message).toContain('a header');
    expect((await failure(whole.subarray(0, 2200), 'truncated')).message).toContain('entry "a": unexpected EOF');
    expect((await failure(entries(directory('a')).subarray(0, 100), 'truncated')).message).toContain('a header');
  });

  it.each([
    ['a checksum that is wrong', archive({ ...file('a'), checksum: 1 })],
    ['no header at all', Buffer.alloc(1024, 'not a tar archive')],
    ['a zero block in between', Buffer.concat([Buffer.alloc(512), header(file('a')), Buffer.alloc(1024)])],
    ['a number that is none', archive({ ...file('a'), raw: { 100: 'zzzzzzz' } })],
    ['a negative size', archive({ ...file('a'), raw: { 124: new Uint8Array(12).fill(0xff) } })],
    ['a number too large', archive({ ...file('a'), raw: { 124: new Uint8Array(12).fill(0xbf) } })],
    ['records that are none', archive({ name: 'x', type: 'x', data: '9 nothing' })],
    ['a zero byte in a name', archive({ ...file('a'), pax: { path: 'a\0b' } })],
    ['a name of two megabytes', archive({ name: 'L', type: 'L', size: 2 ** 21 })],
  ])('headers with %s', async (_, bytes) => {
    expect((await failure(bytes, 'invalid-header')).message).toContain('archive/tar: invalid tar header: ');
  });

  it('with the name of the layer and of the entry, and advice', async () => {
    const { message, advice } = await failure(archive(file('ok'), { ...file('a'), type: 'V' }), 'unhandled-type');
    expect(message).toBe('layer L: entry "a": unhandled tar header type 86: invalid argument');
    expect(advice).toContain('write it again');
  });

  it('types it does not know, as containerd does', async () => {
    expect((await failure(archive({ ...file('a'), type: '7' }), 'unhandled-type')).message).toContain(
      'unhandled tar header type 55',
    );
    expect(await failure(archive({ ...file('a'), type: 'V' }), 'unhandled-type')).toMatchObject({
      reason: 'unhandled-type',
    });
  });

  it('device numbers out of range', async () => {
    const error = await failure(archive({ name: 'null', type: '3', raw: { 329: wide(2n ** 32n) } }), 'invalid-device');
    expect(error.message).toContain('invalid archive');
  });

  it('to put something below what is no directory', async () => {
    expect((await failure(archive(file('a'), file('a/b')), 'not-a-directory')).message).toContain('not a directory');
    expect((await failure(archive(file('a'), file('a/b/c')), 'not-a-directory')).message).toContain('not a directory');
  });

  it('hard links to nothing, and names that are too long', async () => {
    expect((await failure(archive(link('nowhere', 'a')), 'file-system')).message).toContain('ENOENT');
    const long = 'n'.repeat(256);
    const error = await failure(archive({ ...file('a'), pax: { path: long } }), 'file-system');
    expect(error.message).toContain(`entry "${long}": ENAMETOOLONG`);
  });

  it('a directory that is gone when its time is due', async () => {
    expect(await failure(archive(directory('a'), file('.wh.a')), 'times')).toMatchObject({ reason: 'times' });
  });

  it('more than its limits', async () => {
    const bytes = archive(file('a', 'x'.repeat(600)), file('b', 'x'.repeat(600)));
    expect((await failure(bytes, 'too-large', { limits: { bytes: 1000 } })).data.entry).toBe('b');
    expect(await failure(bytes, 'too-many-entries', { limits: { entries: 1 } })).toMatchObject({
      reason: 'too-many-entries',
    });
  });

  it('to go on when it is told to stop', async () => {
    expect(
      await failure(archive(file('a', 'x'.repeat(10_000))), 'canceled', { signal: { aborted: true } }),
    ).toMatchObject({ reason: 'canceled' });
  });

  it('and lets the stream clean up', async () => {
    let closed = false;
    const bytes = archive({ ...file('a'), type: '7' }, file('b', 'x'.repeat(100_000)));
    const closing = async function* () {
      try {
        yield* stream(bytes, 512);
      } finally {
        closed = true;
      }
    };
    await expect(applyLayer(closing(), memoryTree())).rejects.toThrow('unhandled');
    expect(closed).toBe(true);
  });
});
