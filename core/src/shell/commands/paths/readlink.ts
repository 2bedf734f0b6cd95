/** `readlink` and `realpath`. */
import { complain, errorText, print, quote, type Command } from '../../command.ts';
import { canonicalPath, type Existing } from '../../canonical-path.ts';
import { parseOptions, usage } from '../../options.ts';
import { relativePath } from '../support/relative-path.ts';

export const readlink: Command = (invocation) => {
  const options = parseOptions(invocation, {
    short: 'efmnqsvz',
    long: {
      canonicalize: 'f',
      'canonicalize-existing': 'e',
      'canonicalize-missing': 'm',
      'no-newline': 'n',
      quiet: 'q',
      silent: 's',
      verbose: 'v',
      zero: 'z',
    },
  });
  if (options.operands.length === 0) throw usage(invocation, 'missing operand');
  const existing = ({ e: 'all', f: 'parent', m: 'none' } as Record<string, Existing>)[
    options.last('e', 'f', 'm') ?? ''
  ];
  const single = options.has('n') && options.operands.length === 1;
  const end = single ? '' : options.has('z') ? '\0' : '\n';
  let status = 0;
  for (const operand of options.operands) {
    try {
      const { process } = invocation;
      print(
        invocation,
        (existing === undefined ? process.readlink(operand) : canonicalPath(process, operand, existing)) + end,
      );
    } catch (error) {
      status = 1;
      const text = errorText(error);
      if (options.has('v')) complain(invocation, `${operand}: ${text}`);
    }
  }
  return status;
};

export const realpath: Command = (invocation) => {
  const options = parseOptions(invocation, {
    short: 'eLmPqsz',
    long: {
      'canonicalize-existing': 'e',
      'canonicalize-missing': 'm',
      quiet: 'q',
      zero: 'z',
      'relative-to': 'relative-to',
      'no-symlinks': 's',
    },
    valued: ['relative-to'],
  });
  if (options.operands.length === 0) throw usage(invocation, 'missing operand');
  const existing: Existing = options.has('e') ? 'all' : options.has('m') ? 'none' : 'parent';
  const base = options.value('relative-to');
  const start = base === undefined ? undefined : canonicalPath(invocation.process, base, existing);
  let status = 0;
  for (const operand of options.operands) {
    try {
      const path = canonicalPath(invocation.process, operand, existing);
      print(invocation, (start === undefined ? path : relativePath(start, path)) + (options.has('z') ? '\0' : '\n'));
    } catch (error) {
      status = 1;
      const text = errorText(error);
      if (!options.has('q')) complain(invocation, operand === '' ? `${quote('')}: ${text}` : `${operand}: ${text}`);
    }
  }
  return status;
};
