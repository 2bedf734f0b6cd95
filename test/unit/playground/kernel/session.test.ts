import { describe, expect, it } from 'vitest';
import type { Notice } from '../../../../playground/src/kernel/api.ts';
import { createSession } from '../../../../playground/src/kernel/session/session.ts';
import { FIRST_CONTAINER, FIRST_LOG } from '../../../../playground/src/frame/first-log.ts';
import type { Mark } from '../../../../playground/src/kernel/layer-values.ts';

const MARKS: readonly Mark[] = ['added', 'changed', 'hidden', 'opaque', 'unchanged'];

const exec = (script: string) => ({ type: 'exec', container: FIRST_CONTAINER, args: ['sh', '-c', script] }) as const;

const query = (over: object) => ({
  key: FIRST_CONTAINER,
  scope: 'merged' as const,
  open: [],
  filter: '',
  marks: MARKS,
  ...over,
});

describe('a session of the page', () => {
  it('shows the built-in image as a chain of snapshots with the container on top', async () => {
    const session = createSession(() => undefined);
    const { snapshots, containers } = await session.open(FIRST_LOG);
    expect(snapshots.map(({ kind, title }) => [kind, title])).toEqual([
      ['Committed', 'ADD base /'],
      ['Committed', 'COPY app /opt/app && rm /var/cache/packages.bin'],
      ['Committed', 'RUN slim'],
      ['Active', 'web'],
    ]);
    expect(snapshots.at(-1)?.keepers).toEqual([{ by: 'container', name: 'web' }]);
    expect(containers.map(({ id }) => id)).toEqual(['web']);
    const { layers, work } = await session.stack(FIRST_CONTAINER);
    expect(layers.map(({ role }) => role)).toEqual(['upper', 'lower', 'lower', 'lower']);
    expect(work).toContain('/work');
  });

  it('tells why a copied-up file is in the upper layer, and what it hides', async () => {
    const told: Notice[] = [];
    const session = createSession((notice) => told.push(notice));
    await session.open(FIRST_LOG);
    const entry = await session.execute(exec('echo hi >> /etc/motd'));
    expect(
      entry.calls.flatMap(({ effect }) => (effect === undefined ? [] : [`${effect.what} ${effect.path}`])),
    ).toEqual(['copy-up /etc', 'copy-up /etc/motd']);
    const { presences, effects } = await session.path({ key: FIRST_CONTAINER, path: '/etc/motd' });
    expect(presences.map(({ title, seen, hiddenBy }) => [title, seen, hiddenBy?.why])).toEqual([
      ['web', true, undefined],
      ['COPY app /opt/app && rm /var/cache/packages.bin', false, 'replaced'],
      ['ADD base /', false, 'replaced'],
    ]);
    expect(presences[0]?.text).toBe('Welcome to the app.\nhi\n');
    expect(effects).toMatchObject([{ what: 'copy-up', rule: 'open-for-writing', bytes: 20 }]);
  });

  it('shows whiteouts as devices in their layer, and what they hide in the merged tree', async () => {
    const session = createSession(() => undefined);
    await session.open(FIRST_LOG);
    await session.execute(exec('rm /etc/hostname; mkdir /opt/new'));
    const rowsOf = async (over: object) => (await session.tree(query(over))).rows;
    const own = await rowsOf({ scope: 'layer', open: ['/etc', '/opt'] });
    expect(own.map(({ path, mark, target }) => [path, mark, target])).toContainEqual([
      '/etc/hostname',
      'hidden',
      '0:0',
    ]);
    expect(own.map(({ path, mark }) => [path, mark])).toContainEqual(['/opt/new', 'added']);
    const merged = await rowsOf({ open: ['/etc'] });
    expect(merged.find(({ path }) => path === '/etc/hostname')).toMatchObject({
      mark: 'hidden',
      type: 'file',
      size: 5,
    });
    const found = await rowsOf({ filter: 'motd' });
    expect(found.map(({ path }) => path)).toEqual(['/etc', '/etc/motd']);
  });

  it('goes back and forth, and keeps what was undone as a branch', async () => {
    const session = createSession(() => undefined);
    await session.open(FIRST_LOG);
    await session.execute(exec('echo one > /one'));
    await session.execute(exec('echo two > /two'));
    const names = async () => (await session.tree(query({ scope: 'layer' }))).rows.map(({ name }) => name);
    expect(await session.undo()).toMatchObject({ at: 3, next: 4, path: [1, 2, 3] });
    expect(await names()).toContain('one');
    expect(await names()).not.toContain('two');
    await session.redo();
    expect(await names()).toContain('two');
    await session.seek(2);
    expect(await session.execute(exec('echo three > /three'))).toMatchObject({ id: 5, parent: 2 });
    expect(await names()).toContain('three');
    expect(await names()).not.toContain('one');
    expect(await session.checkpoint('fork')).toMatchObject({
      branches: [4, 5],
      checkpoints: [{ name: 'fork', id: 5 }],
    });
    await session.seek(4);
    expect(await names()).toContain('two');
  });

  it('carries a kept log out again, branches and all', async () => {
    const first = createSession(() => undefined);
    await first.open(FIRST_LOG);
    await first.execute(exec('echo one > /one'));
    await first.seek(2);
    const moment = await first.execute(exec('echo other > /other')).then(() => first.seek(3));
    const commands = [
      ...FIRST_LOG.commands,
      { parent: 2, command: exec('echo one > /one') },
      { parent: 2, command: exec('echo other > /other') },
    ];
    const second = createSession(() => undefined);
    expect(await second.open({ commands, at: 3, checkpoints: [] })).toEqual(moment);
  });

  it('hands out a layer as a tar and an image as an archive', async () => {
    const session = createSession(() => undefined);
    const { images } = await session.open(FIRST_LOG);
    await session.execute(exec('echo hi >> /etc/motd; rm /etc/hostname'));
    const tar = new TextDecoder().decode(await session.layerTar(FIRST_CONTAINER));
    expect(tar).toContain('etc/.wh.hostname');
    expect(tar).toContain('Welcome to the app.\nhi\n');
    expect((await session.imageArchive(images[0]?.name ?? '')).length).toBeGreaterThan(50_000);
  });

  it('gives an end to what prints more than anybody can hold, and shows the beginning of it', async () => {
    let shown = 0;
    const session = createSession((notice) => {
      if (notice.type === 'output') shown += notice.bytes.length;
    });
    await session.open(FIRST_LOG);
    const { entry } = await session.attend(exec('truncate -s 5G /big; cat /big'));
    expect([entry.exitCode, entry.stderr]).toEqual([1, 'cat: write error: File too large\n']);
    expect(shown).toBe((1 << 20) + entry.stderr.length);
    expect((await session.execute(exec('ls /big'))).stdout).toBe('/big\n');
  });
});
