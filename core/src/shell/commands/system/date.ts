/** `date`, by the injected clock, in UTC. */
import { complain, errorText, print, quote, type Command } from '../../command.ts';
import { parseOptions, usage } from '../../options.ts';
import { formatTime, parseDate } from '../support/dates.ts';

const ISO: Record<string, string> = {
  '': '%Y-%m-%d',
  date: '%Y-%m-%d',
  hours: '%Y-%m-%dT%H%:z',
  minutes: '%Y-%m-%dT%H:%M%:z',
  seconds: '%Y-%m-%dT%H:%M:%S%:z',
  ns: '%Y-%m-%dT%H:%M:%S,%N%:z',
};
const RFC3339: Record<string, string> = {
  date: '%Y-%m-%d',
  seconds: '%Y-%m-%d %H:%M:%S%:z',
  ns: '%Y-%m-%d %H:%M:%S.%N%:z',
};

export const date: Command = (invocation) => {
  // `-I` takes its argument only when it is attached.
  const args = invocation.args.map((arg) => arg.replace(/^-I(?=.)/, '--iso-8601='));
  const options = parseOptions(
    { ...invocation, args },
    {
      short: 'd:r:uRI',
      long: {
        date: 'd',
        reference: 'r',
        utc: 'u',
        universal: 'u',
        'rfc-email': 'R',
        'iso-8601': 'iso',
        'rfc-3339': 'rfc-3339',
      },
      valued: ['rfc-3339'],
      optional: ['iso'],
    },
  );
  const [format, extra] = options.operands;
  if (extra !== undefined) throw usage(invocation, `extra operand ${quote(extra)}`);
  if (format !== undefined && !format.startsWith('+')) {
    complain(invocation, 'cannot set date: Operation not permitted');
    return 1;
  }
  const now = invocation.clock.now();
  const [text, reference] = [options.value('d'), options.value('r')];
  let time = now;
  if (reference !== undefined) {
    try {
      time = invocation.process.stat(reference).mtime;
    } catch (error) {
      return complain(invocation, `${reference}: ${errorText(error)}`);
    }
  } else if (text !== undefined) {
    const parsed = parseDate(text, now);
    if (parsed === undefined) return complain(invocation, `invalid date ${quote(text)}`);
    time = parsed;
  }
  const iso = options.has('I') ? '' : options.value('iso');
  const rfc3339 = options.value('rfc-3339');
  const chosen =
    format?.slice(1) ??
    (iso === undefined ? undefined : ISO[iso]) ??
    (rfc3339 === undefined ? undefined : RFC3339[rfc3339]) ??
    (options.has('R') ? '%a, %d %b %Y %H:%M:%S %z' : '%a %b %e %H:%M:%S %Z %Y');
  print(invocation, `${formatTime(time, chosen)}\n`);
  return 0;
};
