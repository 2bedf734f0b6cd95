import type { Call, CallFloor } from '../../../kernel/values.ts';

/** What playing passes over: told twice on another floor. */
const PASSED: ReadonlySet<CallFloor> = new Set(['event', 'backend']);

/** The call to light after `cursor` (-1 = before the first); `undefined` behind the last. */
export const nextCall = (calls: readonly Call[], cursor: number): number | undefined => {
  for (let at = cursor + 1; at < calls.length; at++) {
    const call = calls[at];
    if (call !== undefined && !PASSED.has(call.floor)) return at;
  }
  return undefined;
};
