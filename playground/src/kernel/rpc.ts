/**
 * Remote calls over a message port, typed by the interface that is called.
 *
 *   page   connect<Api>(worker) ── {id, method, params} ─▶  serve(self, api)   worker
 *                               ◀─ {id, result | error} ──
 *                               ◀─ {notice} ─────────────   what the worker tells unasked
 *
 * Both ends of a port may do both: a request names a method, nothing else does.
 *
 * Only values travel: what structured clone copies. No object is shared, so nothing the page does to an answer is seen by
 * the kernel.
 */

/** What both `Worker` and a worker's global scope are. */
export interface Port {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}

/** An interface of calls that answer values. */
export type Api<T> = { readonly [Method in keyof T]: (params: never) => Promise<unknown> };

/** A failure as it crosses the port: the class and advice of core's errors survive, the object does not. */
export interface Failure {
  readonly message: string;
  readonly code?: string;
  readonly advice?: string;
}

interface Request {
  readonly id: number;
  readonly method: string;
  readonly params: unknown;
}

type Reply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: Failure }
  | { readonly notice: unknown };

const isRequest = (data: unknown): data is Request => typeof data === 'object' && data !== null && 'method' in data;

/** A call that failed on the other side. */
export class RemoteError extends Error {
  readonly code: string;
  /** What the user can do; `''` when nothing is known. */
  readonly advice: string;

  constructor({ message, code, advice }: Failure) {
    super(message);
    this.name = 'RemoteError';
    this.code = code ?? 'Unknown';
    this.advice = advice ?? '';
  }
}

export const failureOf = (error: unknown): Failure => {
  if (!(error instanceof Error)) return { message: String(error) };
  const { message, code, advice } = error as Error & { readonly code?: unknown; readonly advice?: unknown };
  return {
    message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof advice === 'string' && advice !== '' ? { advice } : {}),
  };
};

/** Answers the calls that come through `port` with the methods of `api`. */
export const serve = <T extends Api<T>>(port: Port, api: T): void => {
  port.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (!isRequest(data)) return;
    const { id, method, params } = data;
    const call = Object.hasOwn(api, method) ? api[method as keyof T] : undefined;
    const answer = call === undefined ? Promise.reject(new Error(`no method ${method}`)) : call(params as never);
    answer.then(
      (result) => port.postMessage({ id, result } satisfies Reply),
      (error: unknown) => port.postMessage({ id, failure: failureOf(error) } satisfies Reply),
    );
  });
};

export interface Connection<T> {
  readonly call: <Method extends keyof T & string>(
    method: Method,
    params: T[Method] extends (params: infer P) => unknown ? P : never,
    transfer?: Transferable[],
  ) => T[Method] extends (params: never) => infer R ? R : never;
  /** Ends every call under way with an error; the other side is gone. */
  fail(reason: string): void;
}

/** Calls the methods that `serve` offers at the other end. Throws `RemoteError` through the promises. */
export const connect = <T extends Api<T>>(port: Port, onNotice: (notice: unknown) => void): Connection<T> => {
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let last = 0;
  port.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (isRequest(data)) return;
    const reply = data as Reply;
    if ('notice' in reply) {
      onNotice(reply.notice);
      return;
    }
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ('failure' in reply) call?.reject(new RemoteError(reply.failure));
    else call?.resolve(reply.result as never);
  });
  const call = (method: string, params: unknown, transfer: Transferable[] = []): Promise<never> =>
    new Promise((resolve, reject) => {
      const id = (last += 1);
      waiting.set(id, { resolve, reject });
      port.postMessage({ id, method, params } satisfies Request, transfer);
    });
  return {
    call: call as never,
    fail: (reason) => {
      for (const { reject } of waiting.values()) reject(new RemoteError({ message: reason, code: 'Unavailable' }));
      waiting.clear();
    },
  };
};
