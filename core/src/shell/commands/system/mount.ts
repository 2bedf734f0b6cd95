/** `mount` and `umount`, through the mount table the shell was made with. */
import { complain, errorText, print, type Command, type Invocation, type MountControl } from '../../command.ts';
import { canonicalPath } from '../../canonical-path.ts';
import { parseOptions, usage, UsageError } from '../../options.ts';

const tableOf = (invocation: Invocation): MountControl => {
  if (invocation.mounts !== undefined) return invocation.mounts;
  throw new UsageError(
    `${invocation.name}: this shell was started without a mount table; it cannot mount or list mounts\n`,
  );
};

const BIND = new Set(['bind', 'rbind']);

/** mount(8) translates the errors of mount(2) by guessing what was meant; these are its words for the common ones. */
const reason = (type: string, source: string, target: string, text: string): string => {
  if (text === 'No such file or directory') return `${target}: mount point does not exist.`;
  if (text === 'Not a directory') return `${target}: mount point is not a directory.`;
  if (text === 'No such device') return `${target}: unknown filesystem type '${type}'.`;
  if (text === 'Invalid argument')
    return `${target}: wrong fs type, bad option, bad superblock on ${source}, missing codepage or helper program, or other error.`;
  if (text === 'Operation not permitted' || text === 'Permission denied') return `${target}: permission denied.`;
  return `${target}: ${text}.`;
};

const SYSTEM_ERROR = 32;

export const mount: Command = async (invocation) => {
  const options = parseOptions(invocation, {
    short: 't:o:rwvanBRM',
    long: { types: 't', options: 'o', 'read-only': 'r', rw: 'w', bind: 'B', rbind: 'R', move: 'M', verbose: 'v' },
  });
  const table = tableOf(invocation);
  const [source, target] = options.operands;
  if (source === undefined) {
    const type = options.value('t');
    for (const row of table.list())
      if (type === undefined || type.split(',').includes(row.type))
        print(invocation, `${row.source} on ${row.target} type ${row.type} (${row.options})\n`);
    return 0;
  }
  if (target === undefined) return complain(invocation, `${source}: can't find in /etc/fstab.`);
  if (options.operands.length > 2) throw usage(invocation, 'bad usage');
  const given = options.given
    .flatMap(([name, value]) => (name === 'o' ? value.split(',') : []))
    .filter((option) => option !== '');
  const bind = options.has('B') ? 'bind' : options.has('R') ? 'rbind' : given.find((option) => BIND.has(option));
  const type = options.value('t') ?? (bind === undefined ? 'auto' : 'none');
  const flags = [...(bind === undefined || given.includes(bind) ? [] : [bind]), ...(options.has('r') ? ['ro'] : [])];
  try {
    await table.mount(bind === undefined ? type : 'bind', source, canonicalPath(invocation.process, target, 'parent'), [
      ...flags,
      ...given,
    ]);
    return 0;
  } catch (error) {
    complain(invocation, reason(type, source, target, errorText(error)));
    return SYSTEM_ERROR;
  }
};

export const umount: Command = async (invocation) => {
  const options = parseOptions(invocation, {
    short: 'fltvnR',
    long: { force: 'f', lazy: 'l', recursive: 'R', verbose: 'v' },
  });
  const table = tableOf(invocation);
  if (options.operands.length === 0) throw usage(invocation, 'bad usage');
  let status = 0;
  for (const operand of options.operands) {
    try {
      await table.unmount(canonicalPath(invocation.process, operand, 'parent'));
    } catch (error) {
      const text = errorText(error);
      const message = {
        'Invalid argument': 'not mounted.',
        'No such file or directory': 'no mount point specified.',
        'Device or resource busy': 'target is busy.',
      }[text];
      complain(invocation, `${operand}: ${message ?? `${text}.`}`);
      status = SYSTEM_ERROR;
    }
  }
  return status;
};
