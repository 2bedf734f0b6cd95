/** A memory file system with a recorder goes back to every state it was in, to the last attribute and listing order. */
import {
  type FileSystem,
  type Inode,
  O_RDWR,
  ROOT,
  S_IFCHR,
  S_IFDIR,
  S_IFLNK,
  S_IFREG,
  createMemoryFileSystem,
  seededRandom,
  steppingClock,
} from '@layerscope/core/fs';
import { createTimeline, type Moment } from '@layerscope/core/timeline';
import { describe, expect, it } from 'vitest';

const bytesAt = (fs: FileSystem, inode: Inode): string => {
  const file = fs.open(inode, 0, ROOT);
  try {
    const bytes = new Uint8Array(fs.getattr(inode).size);
    file.read(bytes, 0);
    return [...bytes].join(' ');
  } finally {
    file.close();
  }
};

/** Everything that can be seen. */
const dump = (fs: FileSystem): string => {
  const rows: unknown[] = [Object.values(fs.statfs()).map(String)];
  const visit = (path: string, inode: Inode): void => {
    const stat = Object.values(fs.getattr(inode)).map(String);
    const xattrs = fs.listxattr(inode).map((name) => [name, [...(fs.getxattr(inode, name) ?? [])]]);
    const body = inode.type === S_IFREG ? bytesAt(fs, inode) : inode.type === S_IFLNK ? fs.readlink(inode) : undefined;
    rows.push([path, stat, xattrs, body]);
    if (inode.type !== S_IFDIR) return;
    for (const { name } of fs.readdir(inode)) visit(`${path}/${name}`, fs.lookup(inode, name)!);
  };
  visit('', fs.root);
  return JSON.stringify(rows);
};

describe('the history of a memory file system', () => {
  it.each([1, 2, 3, 4, 5])('is exact for random operations, seed %i', (seed) => {
    const clock = steppingClock(0n);
    const timeline = createTimeline();
    timeline.keep(clock);
    const fs = createMemoryFileSystem({ clock, recorder: timeline });
    const random = seededRandom(seed);
    const pick = (count: number): number => (random.bytes(1)[0]! * 256 + random.bytes(1)[0]!) % count;
    const places = (): { dir: Inode; name: string; inode: Inode }[] => {
      const found: { dir: Inode; name: string; inode: Inode }[] = [];
      const visit = (dir: Inode): void => {
        for (const { name } of fs.readdir(dir)) {
          const inode = fs.lookup(dir, name)!;
          found.push({ dir, name, inode });
          if (inode.type === S_IFDIR) visit(inode);
        }
      };
      visit(fs.root);
      return found;
    };
    const operate = (): void => {
      const all = places();
      const dirs = [fs.root, ...all.filter(({ inode }) => inode.type === S_IFDIR).map(({ inode }) => inode)];
      const dir = dirs[pick(dirs.length)]!;
      const name = `n${pick(6)}`;
      const other = all[pick(Math.max(1, all.length))];
      const now = clock.now();
      const actions: (() => void)[] = [
        () => fs.create(dir, name, 0o644, ROOT),
        () => fs.mkdir(dir, name, 0o755, ROOT),
        () => fs.symlink(dir, name, `to/${pick(300)}`.padEnd(pick(200) + 5, 'x'), ROOT),
        () => fs.mknod(dir, name, S_IFCHR | 0o600, 0, ROOT),
        () => other && fs.link(other.inode, dir, name, ROOT),
        () => other && (other.inode.type === S_IFDIR ? fs.rmdir : fs.unlink).call(fs, other.dir, other.name, ROOT),
        () => other && fs.rename(other.dir, other.name, dir, name, pick(4) === 0 ? 2 : 0, ROOT),
        () => other && fs.setattr(other.inode, { mode: pick(0o7777), uid: pick(9), atime: now }, ROOT),
        () => other && fs.setxattr(other.inode, `user.${pick(3)}`, random.bytes(3), 0, ROOT),
        () => other && fs.removexattr(other.inode, `user.${pick(3)}`, ROOT),
        () => other && other.inode.type === S_IFREG && fs.setattr(other.inode, { size: pick(9000) }, ROOT),
        () => {
          if (other?.inode.type !== S_IFREG) return;
          const file = fs.open(other.inode, O_RDWR, ROOT);
          file.write(random.bytes(pick(50)), pick(9000));
          if (pick(3) === 0) fs.unlink(other.dir, other.name, ROOT);
          file.write(random.bytes(5), 0);
          file.close();
        },
      ];
      try {
        actions[pick(actions.length)]!();
      } catch {
        // Refused operations are part of the test: they must leave nothing to take back.
      }
    };

    const visited: { moment: Moment; state: string }[] = [{ moment: timeline.mark(), state: dump(fs) }];
    for (let step = 0; step < 60; step++) {
      for (let count = pick(12); count >= 0; count--) operate();
      const moment = timeline.mark();
      visited.push({ moment, state: dump(fs) });
      if (pick(5) === 0) {
        const back = visited[pick(visited.length)]!;
        timeline.moveTo(back.moment);
        expect(dump(fs)).toBe(back.state);
      }
    }
    for (let jump = 0; jump < 60; jump++) {
      const { moment, state } = visited[pick(visited.length)]!;
      operate();
      timeline.moveTo(moment);
      expect(dump(fs)).toBe(state);
    }
  });
});
