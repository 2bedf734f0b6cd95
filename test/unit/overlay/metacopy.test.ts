/** Files that are copied up without their bytes, and files whose bytes are in data-only layers, as Linux 6.18 has them. */
import { O_RDONLY, O_WRONLY } from '@layerscope/core/fs';
import type { OverlayOptions } from '@layerscope/core/overlay';
import { describe, expect, it } from 'vitest';
import { describeTree } from './describe-tree.ts';
import recorded from './golden/metacopy.json' with { type: 'json' };
import { type Entries, mark, put, symlink } from './layer-entries.ts';
import { outcome, SimulatedMount } from './simulated-mount.ts';

const upperOf = ({ root }: SimulatedMount): string =>
  [...describeTree(root, '/u')].map(([path, line]) => `${path}: ${line}`).join(' ; ');

const read = ({ root }: SimulatedMount, path: string, length = 20): string => {
  const fd = root.open(path, O_RDONLY);
  try {
    const bytes = new Uint8Array(length);
    return new TextDecoder().decode(bytes.slice(0, root.pread(fd, bytes, 0)));
  } finally {
    root.close(fd);
  }
};
const writeX = ({ root }: SimulatedMount, path: string): void => {
  const fd = root.open(path, O_WRONLY);
  root.pwrite(fd, new TextEncoder().encode('X'), 0);
  root.close(fd);
};
/** What `run` answers, or the name of the error it throws. */
const shown = (run: () => string | void): string => outcome(run).replace(/^ok:/, '');

describe('metacopy=on', () => {
  it('copies up attributes alone, remembers where the bytes are, and copies them when they are to change', () => {
    const mount = new SimulatedMount();
    put(mount, '/l0', { f: 'x'.repeat(10_000), d: { g: 'gdata' } });
    mount.mount({ metacopy: true });
    const { root } = mount;
    const rows: (readonly string[])[] = [];
    root.chmod('/m/f', 0o600);
    expect(root.stat('/m/f')).toMatchObject({ size: 10_000, blocks: root.stat('/l0/f').blocks });
    expect(root.stat('/u/f').blocks).toBe(0);
    rows.push(['chmod', read(mount, '/m/f', 5), upperOf(mount)]);
    root.rename('/m/d/g', '/m/g2', 0);
    rows.push(['rename file with metacopy', read(mount, '/m/g2'), upperOf(mount)]);
    root.rename('/m/g2', '/m/d/g3', 0);
    rows.push(['move back to same dir', read(mount, '/m/d/g3'), upperOf(mount)]);
    root.truncate('/m/f', 100);
    rows.push(['truncate', String(root.stat('/m/f').size), upperOf(mount)]);
    mount.unmount();
    mount.mount({ metacopy: true });
    rows.push(['remount', read(mount, '/m/d/g3'), '']);
    mount.unmount();
    mount.mount();
    rows.push(['mounted without metacopy: moved', shown(() => read(mount, '/m/d/g3')), '']);
    rows.push(['mounted without metacopy: truncated', String(root.stat('/m/f').size), '']);
    expect(rows).toEqual(recorded.metacopy);
  });

  it('gives a linked file a redirect that is right for every name', () => {
    const mount = new SimulatedMount();
    put(mount, '/l0', { f: 'abc' });
    mount.mount({ metacopy: true });
    const rows: (readonly string[])[] = [];
    mount.xattr('/m/f', 'user.x', '1');
    rows.push(['setxattr', read(mount, '/m/f'), upperOf(mount)]);
    mount.root.link('/m/f', '/m/f2', false);
    rows.push(['link', read(mount, '/m/f2'), upperOf(mount)]);
    writeX(mount, '/m/f2');
    rows.push(['write through the link', read(mount, '/m/f'), upperOf(mount)]);
    expect(rows).toEqual(recorded.links);
  });

  it('keeps a descriptor reading, before and after the bytes come up', () => {
    const mount = new SimulatedMount();
    put(mount, '/l0', { f: 'abc' });
    mount.mount({ metacopy: true });
    const { root } = mount;
    const fd = root.open('/m/f', O_RDONLY);
    const bytes = new Uint8Array(3);
    root.chmod('/m/f', 0o600);
    root.pread(fd, bytes, 0);
    expect(new TextDecoder().decode(bytes)).toBe('abc');
    writeX(mount, '/m/f');
    root.pread(fd, bytes, 0);
    expect(new TextDecoder().decode(bytes)).toBe('Xbc');
    root.close(fd);
  });

  it('is EINVAL with redirects off and with userxattr', () => {
    for (const options of [{ redirectDir: 'off' }, { redirectDir: 'nofollow' }, { userxattr: true }] as const) {
      expect(outcome(() => new SimulatedMount().mount({ metacopy: true, ...options }))).toBe('EINVAL');
    }
  });
});

interface DataCase {
  readonly data: readonly Entries[];
  readonly text?: string;
  readonly redirect?: string;
  readonly options?: OverlayOptions;
  readonly withUpper?: boolean;
}
const ON: OverlayOptions = { metacopy: true };
const blob: Entries = { b: { blob: 'DATA-01' } };

const CASES: Readonly<Record<string, DataCase>> = {
  'absolute redirect': { data: [blob] },
  'without the metacopy option': { data: [blob], options: {} },
  'two data layers, the second has it': { data: [{}, { b: { blob: 'DATA-02' } }] },
  'missing blob': { data: [{}] },
  'relative redirect': { data: [blob], redirect: 'blob' },
  'redirect through a symlink': { data: [{ real: { blob: 'DATA-01' }, b: symlink('real') }] },
  'blob is a directory': { data: [{ b: { blob: {} } }] },
  'no upper layer': { data: [blob], withUpper: false },
  userxattr: { data: [blob], options: { userxattr: true } },
  'metadata of 3 bytes, data of 7': { data: [blob], text: '\0\0\0' },
};

describe('data-only layers', () => {
  it.each(recorded.dataOnly)('%s', (what, ...answers) => {
    const given = CASES[what as string];
    if (given === undefined) throw new TypeError(`no case ${what}`);
    const { data, text = '\0'.repeat(7), redirect = '/b/blob', options = ON, withUpper = true } = given;
    const mount = new SimulatedMount(1, data.length);
    const prefix = options.userxattr === true ? 'user.overlay.' : 'trusted.overlay.';
    put(mount, '/l0', { f: text });
    mark(mount, '/l0/f', { [`${prefix}metacopy`]: '', [`${prefix}redirect`]: redirect });
    data.forEach((entries, index) => put(mount, `/do${index}`, entries));
    mount.mount(options, withUpper);
    const upper = (): string => (withUpper ? upperOf(mount) : '');
    const bytes = shown(() => read(mount, '/m/f'));
    const size = shown(() => String(mount.root.stat('/m/f').size));
    const chmod = outcome(() => mount.root.chmod('/m/f', 0o600));
    const afterChmod = upper();
    const write = outcome(() => writeX(mount, '/m/f'));
    const afterWrite = write === 'ok' ? upper().replace(/^.* ; /, '') : '';
    const log = mount.events.find(({ type }) => type === 'kernel-log');
    const said = log?.type === 'kernel-log' ? log.text : '';
    expect([bytes, size, chmod, afterChmod, write, afterWrite, said]).toEqual(answers);
    expect(mount.overlay?.readdir(mount.overlay.root).map(({ name }) => name)).toEqual(['f']);
  });
});
