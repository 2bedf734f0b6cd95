/** What a directory on disk holds, in the words of `../../unit/layers/tree.ts`. */
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { decodeName, majorOf, minorOf } from '@layerscope/core/fs';
import { commandBytes } from '../../command.ts';
import type { ListOptions } from '../../unit/layers/tree.ts';

const KINDS: Readonly<Record<number, string>> = { 4: 'd', 8: '-', 10: 'l', 2: 'c', 6: 'b', 1: 'p', 12: 's' };

/** Extended attributes by path: `getfattr` writes bytes above 0x7e and backslashes of a path as octal escapes. */
const xattrsOf = (folder: string): ReadonlyMap<string, readonly string[]> => {
  const dump = commandBytes('getfattr', ['-R', '-P', '-h', '-d', '-m', '-', '-e', 'base64', '.'], { cwd: folder });
  const found = new Map<string, readonly string[]>();
  for (const paragraph of dump.toString('latin1').split('\n\n')) {
    const [first = '', ...lines] = paragraph.split('\n').filter(Boolean);
    const raw = first
      .slice('# file: '.length)
      .replaceAll(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
    const values = lines.map((line) => line.replace('=0s', '='));
    found.set(decodeName(Buffer.from(raw, 'latin1')), values.toSorted());
  }
  return found;
};

export const listDisk = (folder: string, { times = false, xattrs = true }: ListOptions = {}): readonly string[] => {
  const attributes = xattrs ? xattrsOf(folder) : new Map<string, readonly string[]>();
  const lines: string[] = [];
  const first = new Map<bigint, string>();
  const walk = (raw: Buffer, path: string): void => {
    const names = readdirSync(raw, { encoding: 'buffer' }).map((bytes) => ({ bytes, name: decodeName(bytes) }));
    for (const { bytes, name } of names.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const full = Buffer.concat([raw, Buffer.from('/'), bytes]);
      const stat = lstatSync(full, { bigint: true });
      const mode = Number(stat.mode);
      const kind = KINDS[(mode & 0o170000) >> 12] ?? '?';
      const facts = [
        `${kind}${(mode & 0o7777).toString(8).padStart(4, '0')}`,
        `${stat.uid}:${stat.gid}`,
        `${path}${name}`,
      ];
      if (kind === '-') facts.push(`${stat.size}`, JSON.stringify(readFileSync(full).toString('latin1').slice(0, 80)));
      if (kind === 'l') facts.push(`-> ${decodeName(readlinkSync(full, { encoding: 'buffer' }))}`);
      if (kind === 'c' || kind === 'b') facts.push(`${majorOf(Number(stat.rdev))},${minorOf(Number(stat.rdev))}`);
      if (times) facts.push(`@${stat.mtimeNs}`);
      if (kind !== 'd' && stat.nlink > 1n) {
        const known = first.get(stat.ino);
        if (known === undefined) first.set(stat.ino, `${path}${name}`);
        facts.push(`= ${known ?? `${path}${name}`}`);
      }
      facts.push(...(attributes.get(`${path}${name}`) ?? []));
      lines.push(facts.join(' '));
      if (kind === 'd') walk(full, `${path}${name}/`);
    }
  };
  walk(Buffer.from(folder), '');
  return lines;
};
