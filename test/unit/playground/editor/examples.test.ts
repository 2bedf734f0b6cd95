/** The editor's examples are files that the command line takes as they are. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { conformanceOf } from '../../../../host-adapter/src/cli/serve/conformance.ts';
import { snapshotterSource } from '../../../../host-adapter/src/cli/serve/snapshotter-source.ts';

const FOLDER = fileURLToPath(new URL('../../../../playground/src/editor/examples/', import.meta.url));

describe('behind layerscope check', () => {
  it.each([
    ['blank', 0],
    ['overlayfs', 0],
    ['native', 0],
    ['moved-upperdir', 0],
    ['broken', 3],
  ])('%s breaks %i laws', async (name, broken) => {
    const report = await conformanceOf(await snapshotterSource(`${FOLDER}${name}.ts`), 'simulated');
    expect(report.verdicts.filter(({ held }) => !held).map((verdict) => verdict.name)).toHaveLength(broken);
  });
});
