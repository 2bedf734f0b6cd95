/** poll_oneoff, sched_yield: waiting. Files and pipes are always ready; only clocks and terminals make one wait. */
import type { Nanoseconds } from '../../../fs/index.ts';
import { errnoOf, refuse } from '../../abi/errno.ts';
import { EVENT_SIZE, FILETYPE_REGULAR_FILE, SUBSCRIPTION_SIZE } from '../../abi/types.ts';
import { POLL_FD_READWRITE } from '../../descriptors/rights.ts';
import type { WasiSystem } from '../../system.ts';
import type { CallTable } from '../call.ts';
import { clockTime } from './clocks.ts';

const EVENT_CLOCK = 0;
const EVENT_FD_READ = 1;
const EVENT_FD_WRITE = 2;
const ABSOLUTE = 1;

interface Subscription {
  readonly userdata: bigint;
  readonly type: number;
}

interface Alarm extends Subscription {
  /** How long from now. */
  readonly wait: Nanoseconds;
}

interface Event extends Subscription {
  readonly error: number;
  readonly bytes: number;
}

const readClock = (system: WasiSystem, at: number, { userdata, type }: Subscription): Alarm => {
  const { view } = system.memory;
  const clock = view.getUint32(at + 16, true);
  const timeout = view.getBigUint64(at + 24, true);
  const absolute = (view.getUint16(at + 40, true) & ABSOLUTE) !== 0;
  const now = clockTime(system, clock);
  return { userdata, type, wait: absolute ? timeout - now : timeout };
};

/** What can be had of a descriptor at once; `undefined` when one would have to wait for it. */
const readiness = (system: WasiSystem, fd: number, { userdata, type }: Subscription): Event | undefined => {
  try {
    const descriptor = system.table.get(fd);
    descriptor.require(POLL_FD_READWRITE);
    if (type === EVENT_FD_READ && descriptor.stream?.waits === true) return undefined;
    const { file } = descriptor;
    const left =
      type === EVENT_FD_READ && file !== undefined && descriptor.filetype === FILETYPE_REGULAR_FILE
        ? Math.max(0, system.process.fstat(file).size - system.process.lseek(file, 0, 'cur'))
        : 1;
    return { userdata, type, error: 0, bytes: left };
  } catch (error) {
    return { userdata, type, error: errnoOf(error), bytes: 0 };
  }
};

const writeEvent = ({ memory }: WasiSystem, at: number, { userdata, error, type, bytes }: Event): void => {
  memory.slice(at, EVENT_SIZE).fill(0);
  memory.setU64(at, userdata);
  memory.setU32(at + 8, error | (type << 16));
  if (type !== EVENT_CLOCK) memory.setSize(at + 16, bytes);
};

export const pollCalls = (system: WasiSystem): CallTable => ({
  sched_yield: () => {},
  poll_oneoff: (subscriptions: number, events: number, count: number, out: number) => {
    if (count === 0) refuse('EINVAL');
    const { view } = system.memory;
    const alarms: Alarm[] = [];
    const ready: Event[] = [];
    const waiting: Subscription[] = [];
    for (let index = 0; index < count; index++) {
      const at = (subscriptions >>> 0) + index * SUBSCRIPTION_SIZE;
      const subscription = { userdata: view.getBigUint64(at, true), type: view.getUint8(at + 8) };
      if (subscription.type === EVENT_CLOCK) alarms.push(readClock(system, at, subscription));
      else if (subscription.type <= EVENT_FD_WRITE) {
        const event = readiness(system, view.getUint32(at + 16, true), subscription);
        if (event === undefined) waiting.push(subscription);
        else ready.push(event);
      } else refuse('EINVAL');
    }
    if (ready.length === 0) {
      // With nothing but a terminal to wait for, the read that follows does the waiting.
      if (alarms.length === 0) ready.push(...waiting.map((each) => ({ ...each, error: 0, bytes: 1 })));
      else {
        const soonest = alarms.reduce((least, { wait }) => (wait < least ? wait : least), alarms[0]?.wait ?? 0n);
        system.sleep(soonest);
        for (const alarm of alarms)
          if (alarm.wait <= soonest) ready.push({ userdata: alarm.userdata, type: EVENT_CLOCK, error: 0, bytes: 0 });
      }
    }
    for (const [index, event] of ready.entries()) writeEvent(system, (events >>> 0) + index * EVENT_SIZE, event);
    system.memory.setU32(out, ready.length);
  },
});
