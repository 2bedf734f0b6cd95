import { register, snapshotterSuite, type SnapshotterSubject } from '@layerscope/core/conformance';
import { createSandbox } from '@layerscope/core/sandbox';
import { describe, it, vi } from 'vitest';

vi.setConfig({ testTimeout: 60_000 });

/** A snapshotter as a client of a namespace sees it. */
const behindMetadata = async (name: string): Promise<SnapshotterSubject> => {
  const { kernel, client } = await createSandbox();
  const scratch = '/scratch';
  await kernel.disk.mkdir(scratch, 0o755);
  const snapshotter = client('test').snapshotter(name);
  return { snapshotter, kernel, scratch, close: () => snapshotter.close() };
};

const suite = snapshotterSuite('overlayfs behind the metadata layer', () => behindMetadata('overlayfs'), {
  rebase: true,
  design: 'overlayfs',
});

/**
 * Not asked here: what the layer answers before the snapshotter is asked (a taken key before a bad parent), that it passes
 * over a rebase of what has a parent, and `cleanup`, which only the collector calls.
 */
const answeredAbove =
  /: (?:prepare|view|commit the key) \(parent |^Rebase keeps a parent$|^Cleanup of overlayfs$|^A long history$/;

register({ ...suite, laws: suite.laws.filter(({ name }) => !answeredAbove.test(name)) }, { describe, it });
