/** Compares what the metadata says with what is on disk and mounted. Changes nothing. */
import { tmpdir } from 'node:os';
import type { Disk, Kernel, Usage } from '@layerscope/core/kernel';
import { documentFaults, exportSnapshots } from '@layerscope/core/snapshots';
import type { DocumentedSnapshot, MetaStore, SnapshotDocument } from '@layerscope/core/snapshots';
import { DESIGN_RULES, type Design, type NeededDirectory } from './designs.ts';
import type { Finding } from './finding.ts';
import { type MountedRow, mountTable, mountedNames, mountsBelow } from '../linux/index.ts';

export interface Ground {
  readonly root: string;
  readonly design: Design;
  readonly kernel: Kernel;
  readonly store: MetaStore;
}

export interface SurveyedSnapshot extends DocumentedSnapshot {
  /** Below the root; `undefined` for one without files of its own. */
  readonly directory: string | undefined;
  /** What is on disk now; `undefined` when the directory is gone or was not measured. */
  readonly usage: Usage | undefined;
  /** Something is mounted that stands on it. */
  readonly mounted: boolean;
}

export interface Survey {
  readonly snapshots: readonly SurveyedSnapshot[];
  readonly findings: readonly Finding[];
}

/** Where temporary mounts of ours stand, below the root. */
export const TEMPORARY_MOUNTS = 'tmpmounts';

export interface SurveyOptions {
  /** Measures the disk usage of every snapshot, which reads all their directories. */
  readonly measure?: boolean;
}

export const survey = async (ground: Ground, { measure = false }: SurveyOptions = {}): Promise<Survey> => {
  const document = ground.store.read(exportSnapshots);
  const table = mountTable();
  const inUse = namesInUse(ground, table);
  const snapshots: SurveyedSnapshot[] = [];
  const findings: Finding[] = [...recordFindings(ground, document)];
  for (const snapshot of document.snapshots) {
    const directory = DESIGN_RULES[ground.design].entry(snapshot);
    const missing = await missingDirectories(ground, snapshot, directory);
    findings.push(...missing);
    const isThere = directory !== undefined && missing.every(({ kind }) => kind !== 'missing-directory');
    snapshots.push({
      ...snapshot,
      directory,
      usage: measure && isThere ? await ground.kernel.disk.usage(`${ground.root}/${directory}`) : undefined,
      mounted: directory !== undefined && inUse.has(directory),
    });
  }
  findings.push(...(await strayEntries(ground, document, inUse)), ...leftMounts(ground, table));
  return { snapshots, findings };
};

/** Entries of the id-named directories, like `snapshots/7`, that mounts stand on. */
const namesInUse = ({ root, design }: Ground, table: readonly MountedRow[]): ReadonlySet<string> =>
  new Set(
    DESIGN_RULES[design].holders.flatMap((holder) =>
      [...mountedNames(table, `${root}/${holder}`)].map((name) => `${holder}/${name}`),
    ),
  );

const recordFindings = ({ root }: Ground, document: SnapshotDocument): readonly Finding[] =>
  documentFaults(document).map((text) => ({ kind: 'unsound-records', path: root, text }));

const missingDirectories = async (
  { root, design, kernel: { disk } }: Ground,
  snapshot: DocumentedSnapshot,
  entry: string | undefined,
): Promise<readonly Finding[]> => {
  if (entry === undefined) return [];
  const what = `${snapshot.kind.toLowerCase()} snapshot ${snapshot.id} (${snapshot.key})`;
  const needed: readonly NeededDirectory[] = [{ path: entry }, ...DESIGN_RULES[design].inside(snapshot)];
  const findings: Finding[] = [];
  for (const { path, remake } of needed) {
    if ((await disk.lstat(`${root}/${path}`)) !== undefined) continue;
    if (remake !== undefined) {
      const text = `${what} lacks ${path}, which holds nothing that could be lost`;
      findings.push({ kind: 'missing-empty-directory', path: `${root}/${path}`, text, repair: 'make it again' });
    } else if (path !== entry || !(await isHalfRemoved(root, disk, entry))) {
      const advice =
        snapshot.kind === 'Committed'
          ? 'remove the images that use it and pull them again'
          : 'remove it; what was written there is lost';
      findings.push({
        kind: 'missing-directory',
        path: `${root}/${path}`,
        text: `${what} has lost its files: ${advice}`,
      });
      break;
    }
  }
  return findings;
};

const removedName = (entry: string): string => entry.replace(/[^/]*$/, (id) => `rm-${id}`);

const isHalfRemoved = async (root: string, disk: Disk, entry: string): Promise<boolean> =>
  (await disk.lstat(`${root}/${removedName(entry)}`)) !== undefined;

const strayEntries = async (
  { root, design, kernel: { disk } }: Ground,
  { snapshots }: SnapshotDocument,
  inUse: ReadonlySet<string>,
): Promise<readonly Finding[]> => {
  const owned = new Map(snapshots.map((snapshot) => [DESIGN_RULES[design].entry(snapshot), snapshot]));
  const findings: Finding[] = [];
  for (const holder of DESIGN_RULES[design].holders) {
    if ((await disk.lstat(`${root}/${holder}`)) === undefined) continue;
    for (const name of await disk.readdir(`${root}/${holder}`)) {
      const entry = `${holder}/${name}`;
      if (owned.has(entry)) continue;
      const path = `${root}/${entry}`;
      const owner = owned.get(`${holder}/${name.replace(/^rm-/, '')}`);
      if (owner !== undefined && (await disk.lstat(`${root}/${holder}/${owner.id}`)) === undefined) {
        const text = `the removal of snapshot ${owner.id} (${owner.key}) was begun and never recorded`;
        findings.push({ kind: 'undone-removal', path, text, repair: 'give it its name back' });
      } else if (inUse.has(entry)) {
        const text = `no snapshot owns ${entry}, but something is mounted from it: it goes when that does`;
        findings.push({ kind: 'orphan-in-use', path, text });
      } else findings.push(strayEntry(path, entry, name));
    }
  }
  return findings;
};

const strayEntry = (path: string, entry: string, name: string): Finding => {
  const repair = 'remove it with what is in it';
  if (name.startsWith('new-')) {
    return { kind: 'unfinished-directory', path, text: `${entry} was left by a snapshot that was never made`, repair };
  }
  if (name.startsWith('rm-')) {
    return { kind: 'unfinished-removal', path, text: `${entry} was left by a removal that was not finished`, repair };
  }
  return { kind: 'orphan-directory', path, text: `no snapshot owns ${entry}`, repair };
};

/** Temporary mounts: those below the root, and the id-mapped clones that an overlay is mounted from. */
const leftMounts = ({ root }: Ground, table: readonly MountedRow[]): readonly Finding[] =>
  [
    ...mountsBelow(table, `${root}/${TEMPORARY_MOUNTS}`),
    ...mountsBelow(table, tmpdir()).filter(({ target, root: source }) => isMappedClone(target, source, root)),
  ]
    .toReversed()
    .map(({ target, type }) => ({
      kind: 'left-mount',
      path: target,
      text: `a temporary ${type} mount was left at ${target}`,
      repair: 'unmount it',
    }));

const isMappedClone = (target: string, source: string, root: string): boolean =>
  /^ovl-idmapped[^/]*$/.test(target.slice(tmpdir().length + 1)) &&
  root.endsWith(source.replace(/\/snapshots(?:\/\d+)?$/, ''));
