/** `ps` and `yes`. */
import { encodeName } from '../../../fs/index.ts';
import { print, type Command } from '../../command.ts';
import { parseOptions } from '../../options.ts';

export const ps: Command = (invocation) => {
  parseOptions(invocation, { short: 'aefuxw' });
  const rows = invocation
    .processes()
    .map(({ pid, ppid, state, caller, args }) => [
      String(pid),
      String(ppid),
      String(caller.uid),
      state === 'stopped' ? 'T' : 'R',
      args.join(' '),
    ]);
  const table = [['PID', 'PPID', 'UID', 'STAT', 'COMMAND'], ...rows];
  for (const [pid = '', ppid = '', uid = '', state = '', args = ''] of table)
    print(invocation, `${pid.padStart(5)} ${ppid.padStart(5)} ${uid.padStart(5)} ${state.padEnd(4)} ${args}\n`);
  return 0;
};

/** As much at once as a pipe takes in a few turns. */
const BLOCK = 8192;

/** Says it until nobody listens. */
export const yes: Command = async ({ args, stdout, turn }) => {
  const line = `${args.length === 0 ? 'y' : args.join(' ')}\n`;
  const block = encodeName(line.repeat(Math.ceil(BLOCK / line.length)));
  for (;;) {
    stdout.write(block);
    await turn();
  }
};
