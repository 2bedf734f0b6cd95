/** The same scripts by dash and GNU programs, and by the shell: same output, messages, status and tree. */
import { mkdtempSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import { attributes, copying, listing, making } from './scripts/files.ts';
import { processes } from './scripts/processes.ts';
import { language, tools } from './scripts/shell.ts';
import { runReal, runSimulated } from './sides.ts';

const SCRIPTS = Object.entries({ listing, making, copying, attributes, language, tools, processes }).flatMap(
  ([group, scripts]) => Object.entries(scripts).map(([name, script]) => [group, name, script] as const),
);

describe.skipIf(!requires('linux', 'root', 'dash', 'getfattr', 'setfattr'))(
  'the shell against dash and GNU programs',
  () => {
    let base = '';
    beforeAll(() => {
      base = mkdtempSync('/dev/shm/layerscope-shell-');
    });
    afterAll(() => rmSync(base, { recursive: true, force: true }));

    it.each(SCRIPTS)('%s: %s', async (_group, _name, script) => {
      expect(await runSimulated(script)).toEqual(runReal(script, base));
    });
  },
);
