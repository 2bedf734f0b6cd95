import { DEMO_IMAGE_NAME, demoImage } from '@layerscope/core/demo';
import { createSandbox, runReport, SNAPSHOTTER_NAMES, startReport, type SandboxEvent } from '@layerscope/core/sandbox';

const COMMAND = `
echo hi >> /etc/motd; rm -r /usr/share/doc; ls -l /etc; mkdir /new; mv /bin/cat /new/cat; ln -s /etc/motd /new/motd
cp /bin/hello /new/copy; chmod 600 /etc/group; cat /etc/motd /etc/nothing; stat /new/copy; df; mount; date
`;

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** How far a layer has been read is told as often as the platform's decompressor hands something over. */
const isProgress = (event: SandboxEvent): boolean => event.type === 'image' && event.event.type === 'layer-progress';

/** The whole main job: what `layerscope run --json` prints, and every event on the way but progress. */
export const run = async (): Promise<unknown> => {
  const results: unknown[] = [];
  for (const snapshotter of SNAPSHOTTER_NAMES) {
    const events: SandboxEvent[] = [];
    const sandbox = await createSandbox({ seed: 7, snapshotter, onEvent: (event) => events.push(event) });
    const archive = inPieces(await demoImage(), 10_000);
    const image = await sandbox.importImage({ archive }, { name: DEMO_IMAGE_NAME });
    await sandbox.unpack(image);
    const container = await sandbox.createContainer('job', image);
    const start = await startReport(sandbox, image, container);
    const result = await container.run(['sh', '-c', COMMAND]);
    const report = await runReport(sandbox, start, container, result);
    results.push({
      report,
      events: events.filter((event) => !isProgress(event)).map((event) => JSON.stringify(event, plain)),
    });
  }
  return results;
};

const plain = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}` : value);
