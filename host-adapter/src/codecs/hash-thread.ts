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
const BACKLOG = 4 << 20;

/** As text, because the same code runs from its source (tests) and from its build, where the file has another name. */
const THREAD = `
  const { createHash } = require('node:crypto');
  const { parentPort } = require('node:worker_threads');
  const hashes = new Map();
  parentPort.on('message', ({ id, ring, at, length, end }) => {
    if (ring !== undefined) hashes.set(id, { hash: createHash('sha256'), ring });
    const { hash, ring: bytes } = hashes.get(id);
    if (length !== undefined) hash.update(bytes.subarray(at, at + length));
    if (end !== undefined) hashes.delete(id);
    parentPort.postMessage({ id, done: length ?? 0, hex: end === true ? hash.digest('hex') : undefined });
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

  /** `ring` is what the bytes will stand in. */
  begin(ring: Uint8Array, listener: Listener): number {
    const id = ++this.#lastId;
    this.#listeners.set(id, listener);
    this.#worker.ref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    this.#worker.postMessage({ id, ring });
    return id;
  }

  send(id: number, at: number, length: number): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    this.#worker.postMessage({ id, at, length });
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
      if (failure !== undefined) throw failure;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  // A copy, because the bytes are still being applied; in memory that is used again, because new memory costs more.
  let ring: Uint8Array = new Uint8Array(0);
  let next = 0;
  const send = (bytes: Uint8Array): undefined | Promise<void> => {
    for (let at = 0; at < bytes.length;) {
      const length = Math.min(bytes.length - at, BACKLOG - behind, BACKLOG - next);
      if (length === 0) return until(() => behind <= BACKLOG / 2).then(() => send(bytes.subarray(at)));
      ring.set(bytes.subarray(at, at + length), next);
      thread?.send(id, next, length);
      next = (next + length) % BACKLOG;
      behind += length;
      at += length;
    }
    return undefined;
  };
  return {
    update: (bytes) => {
      size += bytes.length;
      if (id !== 0) return send(bytes);
      held.push(bytes);
      if (size < WORTH_A_THREAD) return undefined;
      thread ??= new HashThread();
      ring = new Uint8Array(new SharedArrayBuffer(BACKLOG));
      id = thread.begin(ring, listener);
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
