/**
 * `npm run fuzz -- [--ops N] [--seed S] [--options index=on,users] [--sequence N]`: our overlay against the mounted one
 * of this machine's kernel, by random layers and operations. Needs root.
 */
import { runBundled } from '../run-bundled.js';

await runBundled('fuzz/fuzz-command.ts');
