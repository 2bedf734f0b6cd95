import { resolveImage, unpackImage, parsePlatform, DEFAULT_PLATFORM } from '../../../images/index.ts';
import { openArchive, readArchive, recordImages, withTemporaryLease } from '../../../sandbox/index.ts';
import { SNAPSHOTTER_FLAG, type CtrCommand } from '../../line/command.ts';
import { secondsText } from '../../print/units.ts';
import { resolvedSnapshotter } from '../support/snapshotter-name.ts';

/** Reads images from an archive on the machine's disk, or outside it; see `openArchive`. */
export const importImages: CtrCommand = {
  names: ['import'],
  usage: 'import images',
  arguments: '[flags] <in>',
  flags: [
    {
      names: ['base-name'],
      type: 'string',
      usage: 'base image name for added images, when provided only images with this name prefix are imported',
    },
    { names: ['digests'], type: 'bool', usage: 'whether to create digest images (default: false)' },
    {
      names: ['skip-digest-for-named'],
      type: 'bool',
      usage:
        'skip applying --digests option to images named in the importing tar (use it in conjunction with --digests)',
    },
    { names: ['all-platforms'], type: 'bool', usage: 'imports content for all platforms, false by default' },
    { names: ['platform'], type: 'string', usage: 'imports content for specific platform' },
    { names: ['no-unpack'], type: 'bool', usage: 'skip unpacking the images, false by default' },
    SNAPSHOTTER_FLAG,
  ],
  run: (session) =>
    withTemporaryLease(session.node, session.client, async (client) => {
      const {
        node,
        operands: [path = ''],
        has,
        value,
        print,
      } = session;
      const platform = value('platform') === '' ? DEFAULT_PLATFORM : parsePlatform(value('platform'));
      const source = openArchive(node, path);
      const archive = await readArchive(client, source, path, has('all-platforms') ? {} : { platform });
      const recorded = await recordImages(client, archive, {
        ...(value('base-name') === '' ? {} : { baseName: value('base-name') }),
        digests: has('digests'),
        skipDigestForNamed: has('skip-digest-for-named'),
        date: secondsText(node.clock.now()).slice(0, 10),
      });
      if (has('no-unpack')) return;
      const name = await resolvedSnapshotter(session);
      const snapshotter = client.snapshotter(name);
      for (const image of recorded) {
        print(`unpacking ${image.name} (${image.target.digest})...`);
        const resolved = await resolveImage(client.content, image.target, { image: image.name, platform });
        await unpackImage(resolved, client.content, { snapshotter, snapshotterName: name, kernel: node.kernel });
        print('done\n');
      }
    }),
};
