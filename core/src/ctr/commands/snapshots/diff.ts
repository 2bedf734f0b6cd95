import { OCI_LAYER, OCI_LAYER_GZIP, uniquePart } from '../../../images/index.ts';
import { diffTrees } from '../../../layers/index.ts';
import { withTemporaryLease } from '../../../sandbox/index.ts';
import type { CtrCommand } from '../../line/command.ts';
import { secondsText } from '../../print/units.ts';
import { withComparedTrees } from './compared-trees.ts';
import { refuse } from '../support/failure.ts';
import { labelFlags } from '../support/labels.ts';
import { snapshotterName } from '../support/snapshotter-name.ts';

/** The layer that makes one snapshot out of another, by default out of its parent. A temporary lease holds the blob while it is printed. */
export const diff: CtrCommand = {
  names: ['diff'],
  usage: "get the diff of two snapshots. the default second snapshot is the first snapshot's parent.",
  arguments: '[flags] <idA> [<idB>]',
  flags: [
    {
      names: ['media-type'],
      type: 'string',
      usage: 'media type to use for creating diff',
      default: OCI_LAYER_GZIP,
    },
    { names: ['ref'], type: 'string', usage: 'content upload reference to use' },
    { names: ['keep'], type: 'bool', usage: 'keep diff content. up to creator to delete it.' },
    { names: ['label'], type: 'strings', usage: 'labels to attach to the image' },
  ],
  run: async (session) => {
    const { client: owner, node, operands, value, values, has, print } = session;
    const [key = '', other] = operands;
    if (key === '') refuse('snapshot id must be provided');
    const mediaType = value('media-type');
    if (mediaType !== OCI_LAYER && mediaType !== OCI_LAYER_GZIP)
      refuse(`unsupported diff media type: ${mediaType}: not implemented`);
    await withTemporaryLease(node, owner, async (client) => {
      const source = { snapshotter: client.snapshotter(snapshotterName(session)), kernel: node.kernel };
      const kept = has('keep') ? { 'containerd.io/gc.root': secondsText(node.clock.now()) } : {};
      const { content } = client;
      const writer = await content.writer(value('ref') || uniquePart(node.clock, node.random));
      try {
        const ids: readonly [string, string?] = other === undefined ? [key] : [key, other];
        await withComparedTrees(source, ids, async (before, after) => {
          const tar = diffTrees(before, after);
          const bytes = mediaType === OCI_LAYER_GZIP ? content.codecs.gzip(tar) : tar;
          for await (const chunk of bytes) await writer.write(chunk);
        });
        const { digest } = await writer.commit({}, { ...labelFlags(values('label')), ...kept });
        print(await content.readAll(digest));
      } finally {
        await writer.abort();
      }
    });
  },
};
