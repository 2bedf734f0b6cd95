/** `layerscope overlay` alone, as a program. */
import { explain } from '../../../host-adapter/src/cli/explain-error.ts';
import { overlayCommand } from '../../../host-adapter/src/cli/overlay/overlay-command.ts';
import { reportFailure } from '../../../host-adapter/src/cli/overlay/overlay-daemon.ts';

try {
  await overlayCommand((code) => (process.exitCode = code)).parseAsync(process.argv.slice(2), { from: 'user' });
} catch (error) {
  process.stderr.write(`layerscope: ${explain(error)}\n`);
  reportFailure(explain(error));
  process.exitCode = 1;
}
