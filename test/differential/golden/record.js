/**
 * `node test/differential/golden/record.js`: asks this machine's kernel for all recorded answers anew, and writes them to
 * test/unit/overlay/golden. What the kernel answers otherwise than the one before shows in `git diff`. Needs root.
 */
import { runBundled } from '../run-bundled.js';

await runBundled('golden/record-command.ts');
