import { isLayerType, parsePlatform } from '../../../../images/index.ts';
import { sendImage } from '../../../../sandbox/index.ts';
import { isClass } from '../../../../snapshots/index.ts';
import type { CtrCommand } from '../../../line/command.ts';
import { refuse } from '../../support/failure.ts';
import { PLAIN_HTTP_FLAG } from './pull.ts';
import { createTransferTable } from './transfer-table.ts';

export const push: CtrCommand = {
  names: ['push'],
  usage: 'push an image to a remote',
  arguments: '[flags] <remote> [<local>]',
  flags: [PLAIN_HTTP_FLAG, { names: ['platform'], type: 'string', usage: 'push content from a specific platform' }],
  run: async ({ node, client, operands: [reference = '', local = reference], value, print }) => {
    if (reference === '') refuse('please provide a remote image reference to push');
    const { target } = await client.images.get(local).catch((error: Error) => {
      throw isClass(error, 'NotFound') ? new Error(`unable to resolve image to manifest: ${error.message}`) : error;
    });
    const shown = createTransferTable(() => node.clock.now());
    await sendImage(node.registry, client.content, reference, target, {
      ...(value('platform') === '' ? {} : { platform: parsePlatform(value('platform')) }),
      // Layers travel unseen.
      onBlob: (ref, { size, mediaType }, existed) => {
        if (!isLayerType(mediaType)) shown.add(ref, 'done', existed ? 0 : size);
      },
    });
    print(shown.text());
  },
};
