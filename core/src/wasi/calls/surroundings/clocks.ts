/** clock_*, random_get: from the sources the program was given, so that a run can be repeated to the byte. */
import type { Nanoseconds } from '../../../fs/index.ts';
import { refuse } from '../../abi/errno.ts';
import { CLOCK_REALTIME, CLOCK_THREAD_CPUTIME } from '../../abi/types.ts';
import type { WasiSystem } from '../../system.ts';
import type { CallTable } from '../call.ts';

/** One nanosecond, as Linux answers for its high-resolution clocks. */
const RESOLUTION = 1n;

/** What a clock shows. A program here runs whenever time passes, so its CPU time is the time since it began. */
export const clockTime = (system: WasiSystem, clock: number): Nanoseconds => {
  if (clock < CLOCK_REALTIME || clock > CLOCK_THREAD_CPUTIME) refuse('EINVAL');
  return clock === CLOCK_REALTIME ? system.now() : system.now() - system.started;
};

export const clockCalls = (system: WasiSystem): CallTable => ({
  clock_res_get: (clock: number, out: number) => {
    if (clock < CLOCK_REALTIME || clock > CLOCK_THREAD_CPUTIME) refuse('EINVAL');
    system.memory.setU64(out, RESOLUTION);
  },
  clock_time_get: (clock: number, _precision: bigint, out: number) => {
    system.memory.setU64(out, clockTime(system, clock));
  },
  random_get: (buffer: number, length: number) => {
    system.memory.slice(buffer, length).set(system.random.bytes(length >>> 0));
  },
});
