/** The kernel worker: everything that has truth lives here. */
import { serve, type Port } from './rpc.ts';
import { createSession } from './session/session.ts';

const scope = globalThis as unknown as Port;

serve(
  scope,
  createSession((notice) => scope.postMessage({ notice }, [])),
);
