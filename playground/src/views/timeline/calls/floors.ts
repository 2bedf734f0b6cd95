import type { Call, CallFloor } from '../../../kernel/values.ts';

/** From the client down to the disk. */
const ORDER: readonly CallFloor[] = [
  'machine',
  'image',
  'snapshotter',
  'event',
  'backend',
  'collection',
  'system',
  'overlay',
  'kernel',
  'disk',
];

/** The floors on which something happened, with how much. */
export const floorsOf = (calls: readonly Call[]): readonly { readonly floor: CallFloor; readonly count: number }[] =>
  ORDER.map((floor) => ({ floor, count: calls.filter((call) => call.floor === floor).length })).filter(
    ({ count }) => count > 0,
  );
