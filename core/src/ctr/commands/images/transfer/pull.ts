/** `ctr images pull` and `ctr content fetch`: from the registry, the second without unpacking. */
import {
  DEFAULT_PLATFORM,
  formatPlatform,
  parsePlatform,
  resolveImage,
  unpackImage,
} from '../../../../images/index.ts';
import { fetchImage, withTemporaryLease, type Client, type Image } from '../../../../sandbox/index.ts';
import { SNAPSHOTTER_FLAG, type CtrCommand, type Flag } from '../../../line/command.ts';
import { goDuration } from '../../../print/units.ts';
import type { Session } from '../../../session.ts';
import { labelFlags } from '../../support/labels.ts';
import { refuse } from '../../support/failure.ts';
import { resolvedSnapshotter } from '../../support/snapshotter-name.ts';
import { createTransferTable } from './transfer-table.ts';

export const PLAIN_HTTP_FLAG: Flag = {
  names: ['plain-http'],
  type: 'bool',
  usage: 'allow connections using plain HTTP',
};

const FETCH_FLAGS: readonly Flag[] = [
  PLAIN_HTTP_FLAG,
  { names: ['label'], type: 'strings', usage: 'labels to attach to the image' },
  { names: ['platform'], type: 'string', usage: 'Pull content from a specific platform' },
  { names: ['all-platforms'], type: 'bool', usage: 'pull content and metadata from all platforms' },
];

const platformOf = ({ value }: Session): typeof DEFAULT_PLATFORM =>
  value('platform') === '' ? DEFAULT_PLATFORM : parsePlatform(value('platform'));

const fetched = async (session: Session, client: Client, reference: string): Promise<Image> => {
  const { node, values, has, print, warn } = session;
  const shown = createTransferTable(() => node.clock.now());
  const wanted = platformOf(session);
  try {
    shown.add(reference, 'resolved', 0);
    const image = await fetchImage(node.registry, client, reference, {
      platform: has('all-platforms') ? undefined : wanted,
      labels: labelFlags(values('label')),
      onBlob: (ref, { size }, existed) => shown.add(ref, 'done', existed ? 0 : size),
    });
    print(shown.text());
    return image;
  } catch (error) {
    const isMissing = error instanceof Error && error.message.endsWith(': not found');
    if (isMissing && node.registry.names().length === 0)
      warn(
        "the node's registry is empty: bring the image as an archive (`ctr images import FILE`), and `ctr images push` it\n",
      );
    throw error;
  }
};

export const pull: CtrCommand = {
  names: ['pull'],
  usage: 'pull an image from a remote',
  arguments: '[flags] <ref>',
  flags: [
    ...FETCH_FLAGS,
    SNAPSHOTTER_FLAG,
    { names: ['print-chainid'], type: 'bool', usage: "Print the resulting image's chain ID" },
  ],
  run: async (session) => {
    const {
      node,
      operands: [reference = ''],
      has,
      print,
    } = session;
    if (reference === '') refuse('please provide an image reference to pull');
    await withTemporaryLease(node, session.client, async (client) => {
      const { target } = await fetched(session, client, reference);
      const begin = node.clock.now();
      const name = await resolvedSnapshotter(session);
      const platform = platformOf(session);
      print(`unpacking ${formatPlatform(platform)} ${target.digest}...\n`);
      const image = await resolveImage(client.content, target, { image: reference, platform });
      const { chainId } = await unpackImage(image, client.content, {
        snapshotter: client.snapshotter(name),
        snapshotterName: name,
        kernel: node.kernel,
      });
      if (has('print-chainid')) print(`image chain ID: ${chainId}\n`);
      print(`done: ${goDuration(node.clock.now() - begin)}\t\n`);
    });
  },
};

export const fetchContent: CtrCommand = {
  names: ['fetch'],
  usage: 'fetch all content for an image into containerd',
  arguments: '[flags] <remote> <object>',
  flags: FETCH_FLAGS,
  run: async (session) => {
    const [reference = ''] = session.operands;
    await withTemporaryLease(session.node, session.client, (client) => fetched(session, client, reference));
  },
};
