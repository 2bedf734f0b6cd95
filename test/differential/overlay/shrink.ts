import { compareScene, type Divergence } from './compare.ts';
import type { Entry, LayerTree, Scene } from './scene.ts';

const shape = (answer: string): string => (/^E[A-Z]+$/.test(answer) ? answer : 'value');

/** Two divergences with the same key are taken for the same fault. */
const keyOf = (divergence: Divergence | undefined): string => {
  if (divergence === undefined) return '';
  if (typeof divergence.where === 'string') return divergence.where;
  return `${divergence.operation?.call} ${shape(divergence.kernel)} ${shape(divergence.simulated)}`;
};

/** Takes away operations, then layer entries, as long as the same fault shows. */
export const shrinkScene = (
  scene: Scene,
  divergence: Divergence,
  compare: (scene: Scene) => Divergence | undefined = compareScene,
): Scene => {
  const key = keyOf(divergence);
  const fails = (candidate: Scene): boolean => {
    try {
      return keyOf(compare(candidate)) === key;
    } catch {
      return false;
    }
  };
  const upTo = typeof divergence.where === 'number' ? divergence.where + 1 : scene.operations.length;
  let current: Scene = { ...scene, operations: scene.operations.slice(0, upTo) };
  for (let size = Math.ceil(current.operations.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < current.operations.length;) {
      const operations = current.operations.filter((_, index) => index < from || index >= from + size);
      if (fails({ ...current, operations })) current = { ...current, operations };
      else from += size;
    }
  }
  for (let shrunk = true; shrunk;) {
    shrunk = false;
    for (const candidate of smallerLayers(current)) {
      if (!fails(candidate)) continue;
      current = candidate;
      shrunk = true;
      break;
    }
  }
  return current;
};

function* smallerLayers(scene: Scene): Iterable<Scene> {
  if (scene.lowers.length > 1) {
    for (const index of scene.lowers.keys()) yield { ...scene, lowers: scene.lowers.filter((_, at) => at !== index) };
  }
  if (scene.separateFs) yield { ...scene, separateFs: false };
  for (const index of scene.dataLowers.keys()) {
    yield { ...scene, dataLowers: scene.dataLowers.filter((_, at) => at !== index) };
  }
  if (scene.metacopy) yield { ...scene, metacopy: false, redirectDir: 'on' };
  if (scene.index !== 'off') yield { ...scene, index: 'off' };
  if (scene.xino !== 'off') yield { ...scene, xino: 'off' };
  if (scene.userxattr) yield { ...scene, userxattr: false };
  if (scene.redirectDir !== 'off') yield { ...scene, redirectDir: 'off' };
  for (const upper of smallerTrees(scene.upper)) yield { ...scene, upper };
  for (const [index, tree] of scene.lowers.entries()) {
    for (const smaller of smallerTrees(tree)) yield { ...scene, lowers: scene.lowers.with(index, smaller) };
  }
  for (const [index, tree] of scene.dataLowers.entries()) {
    for (const smaller of smallerTrees(tree)) yield { ...scene, dataLowers: scene.dataLowers.with(index, smaller) };
  }
}

function* smallerTrees(tree: LayerTree): Iterable<LayerTree> {
  for (const [name, entry] of Object.entries(tree)) {
    yield Object.fromEntries(Object.entries(tree).filter(([other]) => other !== name));
    for (const smaller of smallerEntries(entry)) yield { ...tree, [name]: smaller };
  }
}

function* smallerEntries(entry: Entry): Iterable<Entry> {
  if (Object.keys(entry.xattrs ?? {}).length > 0) {
    const { xattrs: _, ...rest } = entry;
    yield rest;
  }
  if (entry.entries !== undefined) {
    for (const entries of smallerTrees(entry.entries)) yield { ...entry, entries };
  }
}
