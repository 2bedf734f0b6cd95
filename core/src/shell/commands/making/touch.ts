/** `touch`. */
import { FsError, O_CREAT, O_NONBLOCK, O_WRONLY } from '../../../fs/index.ts';
import type { TimeChange } from '../../../vfs/index.ts';
import { complain, errorText, quote, type Command, type Invocation } from '../../command.ts';
import { parseOptions, usage, UsageError, type Options } from '../../options.ts';
import { parseDate, parseStamp } from '../support/dates.ts';

const refuse = (invocation: Invocation, message: string): never => {
  throw new UsageError(`${invocation.name}: ${message}\n`);
};

/** The times to set, before -a and -m choose among them. */
const timesFrom = (invocation: Invocation, options: Options): readonly [TimeChange, TimeChange] => {
  const now = invocation.clock.now();
  const [date, stamp, reference] = [options.value('d'), options.value('t'), options.value('r')];
  if (stamp !== undefined) {
    const time = parseStamp(stamp, now) ?? refuse(invocation, `invalid date format ${quote(stamp)}`);
    return [time, time];
  }
  if (reference !== undefined) {
    try {
      const { atime, mtime } = invocation.process.stat(reference, !options.has('h'));
      return [atime, mtime];
    } catch (error) {
      return refuse(invocation, `failed to get attributes of ${quote(reference)}: ${errorText(error)}`);
    }
  }
  if (date === undefined) return ['now', 'now'];
  const time = parseDate(date, now) ?? refuse(invocation, `invalid date format ${quote(date)}`);
  return [time, time];
};

export const touch: Command = (invocation) => {
  const options = parseOptions(invocation, {
    short: 'acd:fhmr:t:',
    long: { 'no-create': 'c', date: 'd', 'no-dereference': 'h', reference: 'r', time: 'time' },
    valued: ['time'],
  });
  const { process } = invocation;
  const which = options.value('time');
  const access = options.has('a') || ['access', 'atime', 'use'].includes(which ?? '');
  const modify = options.has('m') || ['modify', 'mtime'].includes(which ?? '');
  const [atime, mtime] = timesFrom(invocation, options);
  if (options.operands.length === 0) throw usage(invocation, 'missing file operand');
  let status = 0;
  for (const path of options.operands) {
    const follow = !options.has('h');
    try {
      if (!options.has('c') && follow) process.close(process.open(path, O_WRONLY | O_CREAT | O_NONBLOCK, 0o666));
    } catch (error) {
      // A directory cannot be opened for writing, but it can be touched.
      if (error instanceof FsError && error.code !== 'EISDIR' && error.code !== 'ENXIO' && error.code !== 'EACCES') {
        status = complain(invocation, `cannot touch ${quote(path)}: ${errorText(error)}`);
        continue;
      }
    }
    try {
      process.utimens(path, modify && !access ? 'omit' : atime, access && !modify ? 'omit' : mtime, follow);
    } catch (error) {
      if (error instanceof FsError && error.code === 'ENOENT' && options.has('c')) continue;
      status = complain(
        invocation,
        `${follow ? 'cannot touch' : 'setting times of'} ${quote(path)}: ${errorText(error)}`,
      );
    }
  }
  return status;
};
