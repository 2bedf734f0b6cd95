import { exportArchive } from '../../../images/index.ts';
import { writeMachineFile } from '../../../sandbox/index.ts';
import type { CtrCommand } from '../../line/command.ts';
import { refuse } from '../support/failure.ts';

/** Writes images into an archive on the machine's disk; `-` prints it. */
export const exportImages: CtrCommand = {
  names: ['export'],
  usage: 'export images',
  arguments: '[flags] <out> <image> ...',
  run: async ({ node, client, operands: [path = '', ...names], print }) => {
    if (path === '' || names.length === 0)
      refuse('please provide both an output filename and an image reference to export');
    const images = [];
    for (const name of names) images.push({ names: [name], target: (await client.images.get(name)).target });
    const archive = exportArchive(client.content, images);
    if (path !== '-') return writeMachineFile(node, path, archive);
    for await (const chunk of archive) print(chunk);
  },
};
