/** `env` and `printenv`. */
import { print, type Command } from '../../command.ts';
import { parseOptions } from '../../options.ts';

export const env: Command = async (invocation) => {
  const options = parseOptions(invocation, {
    short: 'i0u:C:S:v',
    long: { 'ignore-environment': 'i', unset: 'u', null: '0', 'split-string': 'S' },
    ordered: true,
  });
  const environment = new Map(options.has('i') ? [] : invocation.environment);
  for (const [name, value] of options.given) if (name === 'u') environment.delete(value);
  const split =
    options
      .value('S')
      ?.split(/\s+/)
      .filter((word) => word !== '') ?? [];
  const argv = [...split, ...options.operands.filter((word) => word !== '-')];
  while (argv[0]?.includes('=') === true) {
    const [assignment = ''] = argv.splice(0, 1);
    const equals = assignment.indexOf('=');
    environment.set(assignment.slice(0, equals), assignment.slice(equals + 1));
  }
  if (argv.length > 0) return invocation.run({ argv, environment });
  const end = options.has('0') ? '\0' : '\n';
  print(invocation, [...environment].map(([name, value]) => `${name}=${value}${end}`).join(''));
  return 0;
};

export const printenv: Command = (invocation) => {
  const { operands } = parseOptions(invocation, { short: '0' });
  const { environment } = invocation;
  if (operands.length === 0) {
    print(invocation, [...environment].map(([name, value]) => `${name}=${value}\n`).join(''));
    return 0;
  }
  let status = 0;
  for (const name of operands) {
    const value = environment.get(name);
    if (value === undefined) status = 1;
    else print(invocation, `${value}\n`);
  }
  return status;
};
