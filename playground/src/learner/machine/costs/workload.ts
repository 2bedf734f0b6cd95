/**
 * The work that is given to every snapshotter to compare what it costs: an image of three layers is unpacked, three
 * containers run on it, one of them becomes a layer, all are removed.
 *
 *   unpack   Prepare, apply, Commit for each layer of the demo image
 *   start    Prepare and mount, three times
 *   write    each container appends a line to a file, sets a mode, removes a directory, writes a new file
 *   commit   the first container's changes become a layer; a view of it is mounted
 *   remove   view, containers, Cleanup
 */
import { demoImage } from '@layerscope/core/demo';
import { O_APPEND, O_CREAT, O_WRONLY, createVolume, encodeName } from '@layerscope/core/fs';
import {
  LocalContentStore,
  importArchive,
  resolveImage,
  selectImage,
  unpackImage,
  type ResolvedImage,
} from '@layerscope/core/images';
import type { SimulatedKernel } from '@layerscope/core/kernel';
import { portableCodecs } from '@layerscope/core/layers';
import { createMemoryMetaStore, type Snapshotter } from '@layerscope/core/snapshots';
import { PHASES, type Cost, type Costs, type Phase, type PhaseName } from '../../job.ts';
import { ROOT, SCRATCH, createGround } from '../ground.ts';
import { addCosts, createMeter } from './meter.ts';
import type { Ground } from '../read-module.ts';

/** What the work is given to. */
export interface Candidate {
  readonly name: string;
  create(ground: Ground): Promise<Snapshotter>;
}

const CONTAINERS = ['web-1', 'web-2', 'web-3'] as const;

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}

const importedDemo = async (kernel: SimulatedKernel): Promise<{ image: ResolvedImage; content: LocalContentStore }> => {
  const content = new LocalContentStore({
    files: createVolume().promises,
    root: '/content',
    meta: createMemoryMetaStore(),
    clock: kernel.clock,
    codecs: portableCodecs,
  });
  const source = { image: 'demo' };
  const { target } = selectImage(await importArchive(whole(await demoImage()), content, source), undefined, source);
  return { content, image: await resolveImage(content, target, source) };
};

/** What a container does; each of the first three makes an overlay copy or hide something. */
const useContainer = (kernel: SimulatedKernel, root: string): void => {
  const process = kernel.spawn({ root });
  try {
    const write = (path: string, flags: number, text: string): void => {
      const fd = process.open(path, flags, 0o644);
      process.write(fd, encodeName(text));
      process.close(fd);
    };
    write('/usr/share/doc/layers/README', O_WRONLY | O_APPEND, 'one more line\n');
    process.chmod('/opt/app/server.js', 0o600);
    for (const name of ['README', 'copyright']) process.unlink(`/usr/share/doc/whiteouts/${name}`);
    process.rmdir('/usr/share/doc/whiteouts');
    write('/var/log/app.log', O_WRONLY | O_CREAT, 'started\n');
  } finally {
    process.exit();
  }
};

/** Never throws: a snapshotter that fails half-way has costs, too. */
export const measure = async (candidate: Candidate): Promise<Costs> => {
  const meter = createMeter();
  const machine = await createGround(meter.onEvent);
  const kernel = meter.metered(machine);
  const { content, image } = await importedDemo(machine);
  const phases: Phase[] = [];
  let onDisk = { inodes: 0, size: 0 };
  let error: string | undefined;

  const mountPoint = async (name: string): Promise<string> => {
    await machine.disk.mkdir(`${SCRATCH}/${name}`, 0o755);
    return `${SCRATCH}/${name}`;
  };

  try {
    const snapshotter = await candidate.create({ root: ROOT, kernel, store: createMemoryMetaStore() });
    let top = '';
    const WORK: Readonly<Record<PhaseName, () => Promise<void>>> = {
      unpack: async () => {
        const target = { snapshotter, snapshotterName: candidate.name, kernel: machine };
        top = (await unpackImage(image, content, target)).chainId;
      },
      start: async () => {
        for (const key of CONTAINERS) await kernel.mount(await snapshotter.prepare(key, top), await mountPoint(key));
      },
      write: async () => {
        for (const key of CONTAINERS) useContainer(machine, `${SCRATCH}/${key}`);
      },
      commit: async () => {
        const [first] = CONTAINERS;
        await machine.unmount(`${SCRATCH}/${first}`);
        await snapshotter.commit('layer-4', first);
        await kernel.mount(await snapshotter.view('look', 'layer-4'), await mountPoint('look'));
        onDisk = await machine.disk.usage(ROOT);
      },
      remove: async () => {
        for (const key of ['look', ...CONTAINERS.slice(1)]) {
          await machine.unmount(`${SCRATCH}/${key}`);
          await snapshotter.remove(key);
        }
        await snapshotter.cleanup?.();
      },
    };
    meter.take();
    for (const phase of PHASES) {
      await WORK[phase]();
      phases.push({ phase, ...meter.take() });
    }
    await snapshotter.close();
  } catch (thrown) {
    error = thrown instanceof Error ? thrown.message : String(thrown);
  }
  const total: Cost = phases.reduce<Cost>(addCosts, { calls: 0, bytesCopied: 0, inodes: 0, nanoseconds: 0 });
  return {
    snapshotter: candidate.name,
    phases,
    total: { ...total },
    onDisk,
    ...(error === undefined ? {} : { error }),
  };
};
