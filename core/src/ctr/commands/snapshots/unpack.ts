import { isDigest, resolveImage, unpackImage } from '../../../images/index.ts';
import { SNAPSHOTTER_FLAG, type CtrCommand } from '../../line/command.ts';
import { resolvedSnapshotter } from '../support/snapshotter-name.ts';
import { refuse } from '../support/failure.ts';

/** Unpacks the first image whose target has the digest. */
export const unpack: CtrCommand = {
  names: ['unpack'],
  usage: 'unpack applies layers from a manifest to a snapshot',
  arguments: '[flags] <digest>',
  flags: [SNAPSHOTTER_FLAG],
  run: async (session) => {
    const { client, node, operands, print } = session;
    const [digest = ''] = operands;
    if (!isDigest(digest)) refuse('invalid checksum digest format');
    const image = (await client.images.list()).find(({ target }) => target.digest === digest);
    if (image === undefined) return refuse('manifest not found');
    const name = await resolvedSnapshotter(session);
    print(`unpacking ${digest} (${image.target.mediaType})...`);
    const target = { snapshotter: client.snapshotter(name), snapshotterName: name, kernel: node.kernel };
    try {
      const resolved = await resolveImage(client.content, image.target, { image: image.name });
      await unpackImage(resolved, client.content, target);
    } catch (error) {
      print('\n');
      throw error;
    }
    print('done\n');
  },
};
