/**
 * SHA-256 in a thread of its own. Hashing a layer takes longer than applying it (most processors without SHA extensions
 * do 300 MB/s), and the thread that applies has nothing to wait for but the digest at the end.
 */
import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { BackgroundHasher } from '@layerscope/core/layers';

/** Below this the journey to the thread costs more than the hashing. Bytes. */
const WORTH_A_THREAD = 1 << 20;
/** How far the thread may fall behind before `update` asks to wait. Bytes. */
const BACKLOG = 16 << 20;

/** As text, because the same code runs from its source (tests) and from its build, where the file has another name. */
const THREAD = `
  const { createHash } = require('node:crypto');
  const { parentPort } = require('node:worker_threads');
  const hashes = new Map();
  parentPort.on('message', ({ id, bytes, end }) => {
    const hash = hashes.get(id) ?? createHash('sha256');
    hashes.set(id, hash);
    if (bytes !== undefined) hash.update(bytes);
    if (end !== undefined) hashes.delete(id);
    parentPort.postMessage({ id, done: bytes?.length ?? 0, hex: end === true ? hash.digest('hex') : undefined });
  });
`;

interface Answer {
  readonly id: number;
  readonly done: number;
  readonly hex?: string;
}

type Listener = (answer: Answer | Error) => void;

/** One thread for all hashers of the process. It keeps the process alive only while one of them works. */
class HashThread {
  readonly #worker = new Worker(THREAD, { eval: true });
  readonly #listeners = new Map<number, Listener>();
  #lastId = 0;

  constructor() {
    this.#worker.on('message', (answer: Answer) => this.#listeners.get(answer.id)?.(answer));
    this.#worker.on('error', (error) => {
      thread = undefined;
      for (const listener of this.#listeners.values()) listener(error);
    });
    this.#worker.unref();
  }

  begin(listener: Listener): number {
    this.#listeners.set(++this.#lastId, listener);
    this.#worker.ref();
    return this.#lastId;
  }

  send(id: number, bytes: Uint8Array): void {
    // A copy that is handed over: the bytes are still being applied, and a view would be sent with its whole buffer.
    const copy = new Uint8Array(bytes);
    this.#worker.postMessage({ id, bytes: copy }, [copy.buffer]);
  }

  /** `wanted`: whether the digest is; a hasher that is given up only frees its state. */
  end(id: number, wanted: boolean): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    this.#worker.postMessage({ id, end: wanted });
    if (!wanted) this.forget(id);
  }

  forget(id: number): void {
    this.#listeners.delete(id);
    if (this.#listeners.size === 0) this.#worker.unref();
  }
}

let thread: HashThread | undefined;

/** A hasher that works in this thread while there is little to do, and in the other one from then on. */
export const backgroundSha256 = (): BackgroundHasher => {
  const held: Uint8Array[] = [];
  let size = 0;
  let id = 0;
  let behind = 0;
  let failure: Error | undefined;
  let wake: (() => void) | undefined;
  let hex: string | undefined;
  const listener: Listener = (answer) => {
    if (answer instanceof Error) failure = answer;
    else {
      behind -= answer.done;
      hex = answer.hex ?? hex;
    }
    wake?.();
  };
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) {
      await new Promise<void>((resolve) => (wake = resolve));
      if (failure !== undefined) throw failure;
    }
  };
  const send = (bytes: Uint8Array): undefined | Promise<void> => {
    behind += bytes.length;
    thread?.send(id, bytes);
    return behind > BACKLOG ? until(() => behind <= BACKLOG / 2) : undefined;
  };
  return {
    update: (bytes) => {
      size += bytes.length;
      if (id !== 0) return send(bytes);
      held.push(bytes);
      if (size < WORTH_A_THREAD) return undefined;
      thread ??= new HashThread();
      id = thread.begin(listener);
      return send(Buffer.concat(held.splice(0)));
    },
    hex: async () => {
      if (id === 0) {
        const hash = createHash('sha256');
        for (const bytes of held) hash.update(bytes);
        return hash.digest('hex');
      }
      thread?.end(id, true);
      await until(() => hex !== undefined);
      thread?.forget(id);
      return hex ?? '';
    },
    discard: () => {
      if (id !== 0) thread?.end(id, false);
    },
  };
};
