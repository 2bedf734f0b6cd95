/** Loads all of core and tells what each folder offers: a module that cannot be loaded in a browser shows here. */
const folders: Readonly<Record<string, () => Promise<object>>> = {
  conformance: () => import('@layerscope/core/conformance'),
  ctr: () => import('@layerscope/core/ctr'),
  demo: () => import('@layerscope/core/demo'),
  fs: () => import('@layerscope/core/fs'),
  images: () => import('@layerscope/core/images'),
  kernel: () => import('@layerscope/core/kernel'),
  layers: () => import('@layerscope/core/layers'),
  overlay: () => import('@layerscope/core/overlay'),
  sandbox: () => import('@layerscope/core/sandbox'),
  scenarios: () => import('@layerscope/core/scenarios'),
  shell: () => import('@layerscope/core/shell'),
  snapshots: () => import('@layerscope/core/snapshots'),
  snapshotters: () => import('@layerscope/core/snapshotters'),
  timeline: () => import('@layerscope/core/timeline'),
  vfs: () => import('@layerscope/core/vfs'),
};

export const run = async (): Promise<Record<string, readonly string[]>> => {
  const offers: Record<string, readonly string[]> = {};
  for (const [folder, load] of Object.entries(folders)) offers[folder] = Object.keys(await load()).toSorted();
  return offers;
};
