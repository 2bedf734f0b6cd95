/** A node at which random commands are typed: what each prints, and what is there in the end. */
import { ctr } from '@layerscope/core/ctr';
import { demoImage } from '@layerscope/core/demo';
import { seededRandom } from '@layerscope/core/fs';
import { createSandbox } from '@layerscope/core/sandbox';
import { LISTINGS, randomCommand } from '../../containerd/ctr/random-commands.ts';

const SEEDS = [101, 102, 103];
const COMMANDS = 60;

export const run = async (): Promise<readonly string[]> => {
  const image = await demoImage();
  async function* demo(): AsyncGenerator<Uint8Array> {
    yield image;
  }
  const printed: string[] = [];
  for (const seed of SEEDS) {
    const node = await createSandbox({ seed, ctr, blobs: (name) => (name === 'demo.tar' ? demo() : undefined) });
    const random = seededRandom(seed);
    const lines = Array.from({ length: COMMANDS }, () => randomCommand(random));
    for (const args of [...lines, ...LISTINGS]) {
      const { exitCode, stdout, stderr } = await node.execute({ type: 'ctr', args });
      await node.execute({ type: 'advance', nanoseconds: 300_000_000 });
      const text = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join('');
      printed.push(`${args.join(' ')} [${exitCode}]`, ...text.split('\n'));
    }
    printed.push(...node.published.map(({ timestamp, topic }) => `${timestamp} ${topic}`), node.kernel.procMounts());
  }
  return printed;
};
