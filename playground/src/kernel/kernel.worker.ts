/** The kernel worker: everything that has truth lives here. */
import { address } from 'virtual:demo-archive';
import { justBash } from '@layerscope/core/shell';
import { serve, type Port } from './rpc.ts';
import { DEMO_ARCHIVE } from './session/names.ts';
import { builtInArchive } from './session/built-in-archives.ts';
import { createSession } from './session/session.ts';

const scope = globalThis as unknown as Port;

/** Asked for before anybody needs it. */
const demo = fetch(address).then((response) => response.blob());

const session = createSession(
  (notice) => scope.postMessage({ notice }, []),
  (name) => (name === DEMO_ARCHIVE ? demo : builtInArchive(name)),
);

serve(scope, {
  ...session,
  open: async (log) => {
    const moment = await session.open(log);
    // The next thing is a command that is typed: its parser may come meanwhile.
    void justBash();
    return moment;
  },
});
