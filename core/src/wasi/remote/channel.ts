/**
 * A call from one thread to another that makes the caller wait: two threads share a piece of memory and take turns.
 *
 *   control  ┌ state ┬ length ┐   state: IDLE ─▶ REQUEST (the caller sleeps on it) ─▶ ANSWER ─▶ IDLE
 *   data     └ one encoded value ┘
 *
 * The caller may sleep (Atomics.wait), which a page's main thread may not; the other side never does: it is woken by
 * Atomics.waitAsync where there is such a thing, and by a message where there is not.
 */
import { decodeValue, encodeValue, type Value } from './codec.ts';

const STATE = 0;
const LENGTH = 1;
const CONTROL_BYTES = 8;

const IDLE = 0;
const REQUEST = 1;
const ANSWER = 2;

/** Bytes of file content that fit into one call, with room for the rest of it. */
export const PAYLOAD: number = 1 << 16;
const DATA_BYTES = PAYLOAD + 8192;

/** The memory of a channel, to be handed to the other thread. */
export const createSharedMemory = (): SharedArrayBuffer => new SharedArrayBuffer(CONTROL_BYTES + DATA_BYTES);

interface Views {
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly data: Uint8Array;
  /** Text is decoded from bytes that are not shared; platforms insist. */
  readonly scratch: Uint8Array;
}

const viewsOf = (memory: SharedArrayBuffer): Views => ({
  control: new Int32Array(memory, 0, 2),
  data: new Uint8Array(memory, CONTROL_BYTES),
  scratch: new Uint8Array(DATA_BYTES),
});

const put = ({ control, data, scratch }: Views, value: Value, state: number): void => {
  const length = encodeValue(value, scratch);
  data.set(scratch.subarray(0, length));
  Atomics.store(control, LENGTH, length);
  Atomics.store(control, STATE, state);
  Atomics.notify(control, STATE);
};

const take = ({ control, data, scratch }: Views): Value => {
  const length = Atomics.load(control, LENGTH);
  scratch.set(data.subarray(0, length));
  return decodeValue(scratch.subarray(0, length));
};

/** The side that calls, and sleeps until it is answered. `ring` tells the other side where it cannot be woken. */
export const createCaller = (memory: SharedArrayBuffer, ring: () => void): ((request: Value) => Value) => {
  const views = viewsOf(memory);
  return (request) => {
    put(views, request, REQUEST);
    ring();
    while (Atomics.load(views.control, STATE) !== ANSWER) Atomics.wait(views.control, STATE, REQUEST);
    const answer = take(views);
    Atomics.store(views.control, STATE, IDLE);
    return answer;
  };
};

export interface Answerer {
  /** The next request, when it comes. */
  next(): Promise<Value>;
  answer(value: Value): void;
  /** To be called when the caller rang. */
  rung(): void;
}

/** ES2024's; not in every browser yet. */
type WaitAsync = (
  array: Int32Array<SharedArrayBuffer>,
  index: number,
  value: number,
) => { readonly async: false } | { readonly async: true; readonly value: Promise<unknown> };

const { waitAsync } = Atomics as unknown as { readonly waitAsync?: WaitAsync };

/** The side that answers. */
export const createAnswerer = (memory: SharedArrayBuffer): Answerer => {
  const views = viewsOf(memory);
  const { control } = views;
  let wake: (() => void) | undefined;
  const changed = async (seen: number): Promise<void> => {
    const woken = waitAsync?.call(Atomics, control, STATE, seen);
    if (woken?.async === false) return;
    const rung = new Promise<void>((resolve) => {
      wake = resolve;
    });
    await (woken === undefined ? rung : Promise.race([woken.value, rung]));
  };
  return {
    next: async () => {
      for (let state = Atomics.load(control, STATE); state !== REQUEST; state = Atomics.load(control, STATE))
        await changed(state);
      return take(views);
    },
    answer: (value) => put(views, value, ANSWER),
    rung: () => wake?.(),
  };
};
