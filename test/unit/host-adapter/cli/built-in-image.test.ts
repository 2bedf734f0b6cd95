import { ctr } from '@layerscope/core/ctr';
import { createSandbox } from '@layerscope/core/sandbox';
import { describe, expect, it } from 'vitest';
import { BUILT_IN_IMAGES, builtInImage } from '../../../../host-adapter/src/cli/images/built-in-image.ts';

describe('built-in images', () => {
  it('carry the names they are told under, and hold programs that run', async () => {
    const archives = new Map<string, Uint8Array>();
    for (const name of Object.keys(BUILT_IN_IMAGES)) archives.set(name, (await builtInImage(name))!);
    const node = await createSandbox({
      ctr,
      blobs: (name) => {
        const bytes = archives.get(name);
        return bytes === undefined
          ? undefined
          : (async function* () {
              yield bytes;
            })();
      },
    });
    for (const [blob, reference] of Object.entries(BUILT_IN_IMAGES)) {
      const { stdout } = await node.execute({ type: 'import', blob });
      expect(new TextDecoder().decode(stdout)).toBe(`${reference}\n`);
    }
    await node.execute({ type: 'ctr', args: ['run', '-d', BUILT_IN_IMAGES['programs']!, 'c', 'sleep', 'infinity'] });
    const script =
      'kv /var/lib/store.kv set colour blue && kv /var/lib/store.kv get colour && stat -c %s /var/lib/store.kv';
    const { stdout, exitCode } = await node.execute({ type: 'exec', container: 'c', args: ['sh', '-c', script] });
    expect([exitCode, new TextDecoder().decode(stdout)]).toEqual([0, `blue\n${1 << 20}\n`]);
    expect(await builtInImage('other')).toBeUndefined();
  });
});
