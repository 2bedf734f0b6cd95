/** `rm`. */
import { complain, quote, type Command } from '../../command.ts';
import { baseName } from '../../directory.ts';
import { parseOptions, usage } from '../../options.ts';
import { removePath, type Removal } from '../support/remove.ts';

export const rm: Command = (invocation) => {
  const options = parseOptions(invocation, {
    short: 'dfrRv',
    long: {
      dir: 'd',
      force: 'f',
      recursive: 'r',
      verbose: 'v',
      'one-file-system': 'one-file-system',
      'no-preserve-root': 'no-preserve-root',
      'preserve-root': 'preserve-root',
    },
  });
  const removal: Removal = {
    recursive: options.has('r', 'R'),
    force: options.has('f'),
    directories: options.has('d'),
    verbose: options.has('v'),
  };
  if (options.operands.length === 0 && !removal.force) throw usage(invocation, 'missing operand');
  let status = 0;
  for (const operand of options.operands) {
    const name = baseName(operand);
    if (removal.recursive && (name === '.' || name === '..'))
      status = complain(
        invocation,
        `refusing to remove ${quote('.')} or ${quote('..')} directory: skipping ${quote(operand)}`,
      );
    else if (removal.recursive && name === '/' && !options.has('no-preserve-root')) {
      complain(invocation, `it is dangerous to operate recursively on ${quote('/')}`);
      status = complain(invocation, 'use --no-preserve-root to override this failsafe');
    } else status |= removePath(invocation, operand, removal);
  }
  return status;
};
