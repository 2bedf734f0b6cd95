/** What needs a registry. A node in memory reaches none: archives take its place. */
import type { CtrCommand } from '../../line/command.ts';
import { refuse } from '../support/failure.ts';

const withoutNetwork = (name: 'pull' | 'push', usage: string, missing: string): CtrCommand => ({
  names: [name],
  usage,
  arguments: name === 'pull' ? '[flags] <ref>' : '[flags] <remote> [<local>]',
  run: async ({ operands: [reference = ''] }) => {
    if (reference === '') refuse(missing);
    // As containerd's resolver has it: a reference begins with its registry, and names a tag or a digest.
    if (!reference.includes('/')) refuse(`failed to resolve reference "${reference}": object required`);
    const instead =
      name === 'pull'
        ? 'bring the image as an archive, made by `docker save` or `skopeo copy`, and type `ctr images import FILE`'
        : '`ctr images export FILE IMAGE` writes an archive';
    refuse(`failed to resolve reference "${reference}": this node is in memory and reaches no registry: ${instead}`);
  },
});

export const pull: CtrCommand = withoutNetwork(
  'pull',
  'pull an image from a remote',
  'please provide an image reference to pull',
);

export const push: CtrCommand = withoutNetwork(
  'push',
  'push an image to a remote',
  'please provide a remote image reference to push',
);
