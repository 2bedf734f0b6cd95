import { applyLayer, isLayerError } from '@layerscope/core/layers';
import type { Tree } from '@layerscope/core/fs';
import { describe, expect, it } from 'vitest';
import { archive, directory, type EntrySpec, file, link, stream, symlink } from '../archive.ts';
import { at, linkAt, memoryTree, statAt, textAt } from '../tree.ts';

/** containerd's table of archives that try to leave the root. `before` is applied first, as what is there already. */
interface Case {
  readonly name: string;
  readonly before?: readonly EntrySpec[];
  readonly entries: readonly EntrySpec[];
  readonly holds: (tree: Tree) => void;
}

const ETC = [directory('etc/'), file('etc/passwd', 'users')];

const sameInode =
  (one: string, other: string) =>
  (tree: Tree): void => {
    expect(at(tree, one)).toBeDefined();
    expect(at(tree, one)).toBe(at(tree, other));
  };

const content =
  (path: string, text: string) =>
  (tree: Tree): void =>
    expect(textAt(tree, path)).toBe(text);

const bothPointTo =
  (target: string) =>
  (tree: Tree): void => {
    expect(linkAt(tree, 'passwdlink')).toBe(target);
    expect(linkAt(tree, 'localpasswd')).toBe(target);
  };

const CASES: readonly Case[] = [
  {
    name: 'an absolute symlink',
    entries: [directory('etc'), symlink('/etc', 'localetc'), file('/localetc/unbroken', 'found')],
    holds: content('etc/unbroken', 'found'),
  },
  {
    name: 'a symlink up and out',
    entries: [
      directory('etc'),
      directory('dummy'),
      symlink('/dummy/../etc', 'localetc'),
      file('/localetc/unbroken', 'found'),
    ],
    holds: content('etc/unbroken', 'found'),
  },
  {
    name: 'several absolute symlinks',
    entries: [
      directory('etc'),
      directory('dummy'),
      symlink('/etc', '/dummy/etc'),
      symlink('/dummy/etc', 'localetc'),
      file('/dummy/etc/unbroken', 'found'),
    ],
    holds: content('etc/unbroken', 'found'),
  },
  {
    name: 'several relative symlinks',
    entries: [
      directory('etc'),
      directory('dummy'),
      symlink('/etc', '/dummy/etc'),
      symlink('./dummy/etc', 'localetc'),
      file('/dummy/etc/unbroken', 'found'),
    ],
    holds: content('etc/unbroken', 'found'),
  },
  {
    name: 'an empty file through a symlink',
    entries: [
      directory('etc'),
      file('etc/emptied', 'notempty'),
      symlink('/etc', 'localetc'),
      file('/localetc/emptied'),
    ],
    holds: (tree) => expect(statAt(tree, 'etc/emptied').size).toBe(0),
  },
  {
    name: 'a hard link through a relative symlink',
    entries: [
      ...ETC,
      directory('breakouts'),
      symlink('../../etc', 'breakouts/d1'),
      link('/breakouts/d1/passwd', 'breakouts/mypasswd'),
    ],
    holds: sameInode('etc/passwd', 'breakouts/mypasswd'),
  },
  {
    name: 'a hard link down and out',
    entries: [
      ...ETC,
      directory('breakouts'),
      directory('downandout'),
      symlink('../downandout/../../etc', 'breakouts/d1'),
      link('/breakouts/d1/passwd', 'breakouts/mypasswd'),
    ],
    holds: sameInode('etc/passwd', 'breakouts/mypasswd'),
  },
  ...['/etc', '../../../../../../../etc', 'upandout/../../../etc'].map((target) => ({
    name: `a hard link through a symlink to ${target}`,
    entries: [...ETC, symlink(target, 'localetc'), link('/localetc/passwd', 'localpasswd')],
    holds: sameInode('etc/passwd', 'localpasswd'),
  })),
  ...['../../../../../etc/passwd', '/etc/passwd'].map((target) => ({
    name: `a hard link to ${target}`,
    entries: [...ETC, link(target, 'localpasswd')],
    holds: sameInode('etc/passwd', 'localpasswd'),
  })),
  ...['..', ''].map((name) => ({
    name: `a symlink called "${name}"`,
    entries: [...ETC, symlink('/etc/', name), link('/etc/passwd', 'localpasswd')],
    holds: sameInode('etc/passwd', 'localpasswd'),
  })),
  {
    name: 'a symlink whose name has ..',
    entries: [...ETC, symlink('/etc/', 'localetc/sub/..'), link('/etc/passwd', '/localetc/localpasswd')],
    holds: sameInode('etc/passwd', 'etc/localpasswd'),
  },
  {
    name: 'a directory with a slash at the end',
    entries: [...ETC, directory('localetc/'), link('/etc/passwd', '/localetc/localpasswd')],
    holds: sameInode('etc/passwd', 'localetc/localpasswd'),
  },
  ...['/etc', '../../etc'].map((target) => ({
    name: `a directory replaced by a symlink to ${target}`,
    before: [directory('localetc/')],
    entries: [...ETC, symlink(target, 'localetc'), link('/etc/passwd', '/localetc/localpasswd')],
    holds: sameInode('etc/passwd', 'etc/localpasswd'),
  })),
  {
    name: 'a symlink replaced by a directory',
    before: [...ETC, symlink('/etc', 'localetc')],
    entries: [directory('/localetc/'), link('/etc/passwd', '/localetc/localpasswd')],
    holds: (tree) => {
      sameInode('etc/passwd', 'localetc/localpasswd')(tree);
      expect(at(tree, 'etc/localpasswd')).toBeUndefined();
    },
  },
  {
    name: 'a symlink and a hard link replaced',
    before: [...ETC, symlink('etc', 'localetc'), link('/etc/passwd', '/localetc/localpasswd')],
    entries: [directory('/localetc/'), file('/localetc/localpasswd', 'mine')],
    holds: (tree) => {
      expect(at(tree, 'localetc/localpasswd')).not.toBe(at(tree, 'etc/passwd'));
      expect(textAt(tree, 'etc/passwd')).toBe('users');
    },
  },
  {
    name: 'a whiteout of a symlink',
    before: [...ETC, symlink('/etc', 'localetc')],
    entries: [file('.wh.localetc')],
    holds: (tree) => {
      expect(at(tree, 'localetc')).toBeUndefined();
      expect(textAt(tree, 'etc/passwd')).toBe('users');
    },
  },
  {
    name: 'a whiteout through a symlink',
    before: [directory('etc/'), file('etc/whitedout', 'x'), symlink('/etc', 'localetc')],
    entries: [file('localetc/.wh.whitedout')],
    holds: (tree) => expect(at(tree, 'etc/whitedout')).toBeUndefined(),
  },
  {
    name: 'a directory with the name of a whiteout',
    before: ETC,
    entries: [file('.wh.etc/somefile', 'non-empty')],
    holds: (tree) => {
      expect(textAt(tree, '.wh.etc/somefile')).toBe('non-empty');
      expect(textAt(tree, 'etc/passwd')).toBe('users');
    },
  },
  {
    name: 'a whiteout below a dead symlink',
    before: [...ETC, symlink('/dne', 'localetc')],
    entries: [file('localetc/.wh.etc')],
    holds: (tree) => {
      expect(textAt(tree, 'etc/passwd')).toBe('users');
      expect(at(tree, 'dne')).toBeDefined();
    },
  },
  {
    name: 'a whiteout with .. in its path',
    before: ETC,
    entries: [file('dne/../.wh.etc')],
    holds: (tree) => expect(at(tree, 'etc')).toBeUndefined(),
  },
  {
    name: 'a directory that was a symlink to the root',
    entries: [
      directory('foo/tmp'),
      file('foo/tmp/x', 'first'),
      symlink('/', 'foo'),
      file('foo/tmp/x', 'second'),
      directory('foo'),
      directory('foo/tmp'),
      file('foo/tmp/x', 'third'),
    ],
    holds: (tree) => {
      expect(textAt(tree, 'tmp/x')).toBe('second');
      expect(textAt(tree, 'foo/tmp/x')).toBe('third');
    },
  },
  {
    name: 'a hard link to a symlink whose target comes later',
    entries: [
      directory('etc/'),
      symlink('/etc/passwd', 'localpasswd'),
      link('localpasswd', 'localpasswd-dup'),
      file('/etc/passwd', 'users'),
    ],
    holds: (tree) => {
      expect(linkAt(tree, 'localpasswd-dup')).toBe('/etc/passwd');
      expect(textAt(tree, 'etc/passwd')).toBe('users');
    },
  },
  ...['etc/passwd', '/etc/passwd'].map((target) => ({
    name: `a hard link to a symlink to ${target}`,
    entries: [...ETC, symlink(target, 'passwdlink'), link('/passwdlink', 'localpasswd')],
    holds: bothPointTo(target),
  })),
  {
    name: 'a mode for a hard link to a symlink',
    before: [file('sketchy', 'x', 0o600)],
    entries: [symlink('/sketchy', 'ep'), { ...link('ep', 'sketchylink'), mode: 0o777 }],
    holds: (tree) => expect(statAt(tree, 'sketchy').mode & 0o777).toBe(0o600),
  },
];

describe('applyLayer stays inside its root', () => {
  it.each(CASES)('$name', async ({ before = [], entries, holds }) => {
    const tree = memoryTree();
    await applyLayer(stream(archive(...before)), tree);
    await applyLayer(stream(archive(...entries)), tree);
    expect(() => holds(tree)).not.toThrow();
  });

  it.each(['.wh...', 'etc/.wh...', '.wh..', 'etc/.wh..', '.wh.'])('refuses the whiteout %s', async (name) => {
    const tree = memoryTree();
    await applyLayer(stream(archive(...ETC)), tree);
    const applied = applyLayer(stream(archive(file(name))), tree, { layer: 'sha256:1' });
    await expect(applied).rejects.toSatisfy((error) => isLayerError(error, 'invalid-whiteout'));
    await expect(applied).rejects.toThrow(
      `layer sha256:1: entry "${name}": invalid whiteout name: ${name.replace('etc/', '')}: invalid archive`,
    );
    expect(textAt(tree, 'etc/passwd')).toBe('users');
  });

  it('refuses a loop of links', async () => {
    const applied = applyLayer(stream(archive(symlink('b', 'a'), symlink('a', 'b'), file('a/x'))), memoryTree());
    await expect(applied).rejects.toThrow('too many links');
  });
});
