/** What a visitor finds: the built-in image with a container on it. */
import type { KeptLog } from '../kernel/api.ts';
import type { Command } from '../kernel/values.ts';

/** The name core's demonstration image carries; written here, because its maker belongs to the worker. */
export const FIRST_IMAGE = 'layerscope.test/demo:latest';

export const FIRST_CONTAINER = 'web';

export const FIRST_LOG: KeptLog = {
  commands: [
    { type: 'import', blob: 'demo' },
    { type: 'ctr', args: ['run', '--detach', FIRST_IMAGE, FIRST_CONTAINER, 'sleep', 'infinity'] },
  ].map((command, parent) => ({ parent, command: command as Command })),
  at: 2,
  checkpoints: [],
};
