import type { CtrCommand } from '../../line/command.ts';
import { SNAPSHOTTER_FLAG, quietFlag } from '../../line/command.ts';
import { table } from '../../print/table.ts';
import { binarySize, labelsText } from '../../print/units.ts';
import { ImageError } from '../../../images/index.ts';
import { contentText } from '../../print/content-text.ts';
import { isClass } from '../../../snapshots/index.ts';
import { imageChainId, imagePlatforms, imageSize, imageState } from './image-content.ts';
import { exportImages } from './export.ts';
import { importImages } from './import.ts';
import { mountImage, unmountImage } from './mount.ts';
import { pull } from './transfer/pull.ts';
import { push } from './transfer/push.ts';
import { refuse } from '../support/failure.ts';
import { labelPaths, labelWords } from '../support/labels.ts';
import { listed } from '../support/listed.ts';
import { SYNC_FLAG } from '../leases.ts';
import { resolvedSnapshotter } from '../support/snapshotter-name.ts';

const messageOf = (error: Error): string => (error instanceof ImageError ? contentText(error) : error.message);

/** What can be told of the image, `-` and nothing of one whose documents are gone. */
const orElse = async <T>(value: Promise<T>, other: T, failed: (error: Error) => void): Promise<T> => {
  try {
    return await value;
  } catch (error) {
    failed(error as Error);
    return other;
  }
};

const list: CtrCommand = {
  names: ['list', 'ls'],
  usage: 'list images known to containerd',
  arguments: '[flags] [<filter>, ...]',
  flags: [quietFlag('image refs')],
  run: async (session) => {
    const { client, has, print, log } = session;
    const images = await listed(client.images.list(...session.operands), 'failed to list images: ');
    if (has('quiet')) return print(images.map(({ name }) => `${name}\n`).join(''));
    const rows: (readonly string[])[] = [['REF', 'TYPE', 'DIGEST', 'SIZE', 'PLATFORMS', 'LABELS', '']];
    for (const { name, target, labels } of images) {
      const { mediaType, digest } = target;
      const size = await imageSize(client.content, target, (error) =>
        log('error', `failed calculating size for image ${name}`, messageOf(error)),
      );
      const platforms = await orElse(imagePlatforms(client.content, target), ['-'], (error) =>
        log('error', `failed resolving platform for image ${name}`, messageOf(error)),
      );
      rows.push([name, mediaType, digest, binarySize(size), platforms.join(','), labelsText(labels) || '-', '']);
    }
    print(table(rows));
  },
};

const check: CtrCommand = {
  names: ['check'],
  usage: 'check existing images to ensure all content is available locally',
  arguments: '[flags] [<filter>, ...]',
  flags: [quietFlag('ready image refs (fully downloaded and unpacked)'), SNAPSHOTTER_FLAG],
  run: async (session) => {
    const { client, has, print, log } = session;
    const images = await listed(client.images.list(...session.operands), 'failed listing images: ');
    if (images.length === 0) return;
    const snapshotter = client.snapshotter(await resolvedSnapshotter(session));
    const rows: (readonly string[])[] = [['REF', 'TYPE', 'DIGEST', 'STATUS', 'SIZE', 'UNPACKED', '']];
    const ready: string[] = [];
    let failure: Error | undefined;
    for (const { name, target } of images) {
      const { status, complete, present, total } = await imageState(client.content, target);
      let unpacked = false;
      try {
        const chainId = await imageChainId(client.content, target);
        unpacked = await isThere(() => snapshotter.stat(chainId));
      } catch (error) {
        failure ??= new Error(`unable to check unpack for ${name}: ${(error as Error).message}`, { cause: error });
        log('error', `unable to check unpack for ${name}`, (error as Error).message);
      }
      if (complete && unpacked) ready.push(`${name}\n`);
      const size = total === 0 ? '0.0 B/?' : `${binarySize(present)}/${binarySize(total)}`;
      rows.push([name, target.mediaType, target.digest, status, size, String(unpacked), '']);
    }
    print(has('quiet') ? ready.join('') : table(rows).replaceAll(/(true|false) *\n/g, '$1\n'));
    if (failure !== undefined) throw failure;
  },
};

const isThere = async (look: () => Promise<unknown>): Promise<boolean> => {
  try {
    await look();
    return true;
  } catch (error) {
    if (isClass(error, 'NotFound')) return false;
    throw error;
  }
};

const remove: CtrCommand = {
  names: ['delete', 'del', 'remove', 'rm'],
  usage: 'remove one or more images by reference',
  arguments: '[flags] <ref> [<ref>, ...]',
  flags: [SYNC_FLAG('Synchronously remove image and all associated resources')],
  run: async ({ node, client, operands, has, print, log }) => {
    let first: unknown;
    for (const [index, name] of operands.entries()) {
      try {
        await client.images.delete(name);
        if (has('sync') && index === operands.length - 1) await node.gc.schedule.run();
        print(`${name}\n`);
      } catch (error) {
        if (isClass(error, 'NotFound')) {
          log('warning', `${name}: image not found`);
          continue;
        }
        first ??= new Error(`unable to delete ${name}: ${(error as Error).message}`);
        log('error', `unable to delete ${name}`, (error as Error).message);
      }
    }
    if (first !== undefined) throw first;
  },
};

const tag: CtrCommand = {
  names: ['tag'],
  usage: 'tag an image',
  arguments: '[flags] <source_ref> <target_ref> [<target_ref>, ...]',
  flags: [{ names: ['force'], type: 'bool', usage: 'force target_ref to be created, regardless if it already exists' }],
  run: async ({ client, operands: [source = '', ...names], has, print }) => {
    if (source === '') refuse('please provide an image reference to tag from');
    if (names.length === 0) refuse('please provide an image reference to tag to');
    const { target, labels } = await client.images.get(source);
    for (const name of names) {
      try {
        await client.images.create(name, target, labels);
      } catch (error) {
        if (!has('force') || !isClass(error, 'AlreadyExists')) throw error;
        await client.images.delete(name);
        await client.images.create(name, target, labels);
      }
      print(`${name}\n`);
    }
  },
};

const label: CtrCommand = {
  names: ['label'],
  usage: 'set and clear labels for an image',
  arguments: '[flags] <name> [<key>=<value>, ...]',
  flags: [{ names: ['replace-all', 'r'], type: 'bool', usage: 'replace all labels' }],
  run: async ({ client, operands: [name = '', ...words], has, print }) => {
    if (name === '') refuse('please specify an image');
    const labels = labelWords(words);
    const paths = has('replace-all') ? ['labels'] : labelPaths(labels);
    const { target } = await client.images.get(name);
    if (paths.length === 0) refuse('Target.Digest "" invalid: invalid checksum digest format: invalid argument');
    const updated = await client.images.update({ name, target, labels }, ...paths);
    print(`${labelsText(updated.labels)}\n`);
  },
};

export const images: CtrCommand = {
  names: ['images', 'image', 'i'],
  usage: 'manage images',
  commands: [check, exportImages, importImages, list, mountImage, unmountImage, pull, push, remove, tag, label],
};
