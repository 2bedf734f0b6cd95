/** What every call has in common: who asks, whether it is still wanted, what is told of it, and how it fails. */
import { status, type Metadata, type handleServerStreamingCall, type handleUnaryCall } from '@grpc/grpc-js';
import type { Cancellation } from '@layerscope/core/layers';
import { ContainerdError, goQuote } from '@layerscope/core/snapshots';
import { toStatus } from './status.ts';

/** One finished call. */
export interface CallRecord {
  /** As the wire names it, e.g. `Prepare`. */
  readonly method: string;
  /** `''` when the caller names none: containerd's garbage collection does not. */
  readonly namespace: string;
  /**
   * What was asked about: `key`, `as` (the name given by a commit), `parent`, `filters`; `digest`, `ref`. Only what the
   * request has.
   */
  readonly subject: CallSubject;
  readonly milliseconds: number;
  /** `OK`, or the name of the gRPC status. */
  readonly result: string;
  /** Why it failed. */
  readonly error?: unknown;
}

export type CallSubject = { readonly [name: string]: string | readonly string[] };

/** Hears of every call: `began` at its start, `ended` once for each when nothing works on it any more. */
export interface CallObserver {
  began(): void;
  ended(record: CallRecord): void;
}

const NAMESPACE = /^[A-Za-z0-9]+(?:[._-](?:[A-Za-z0-9]+))*$/;
const LONGEST_NAMESPACE = 76;

const refused = (problem: string): ContainerdError =>
  new ContainerdError('InvalidArgument', `namespace validation: identifier ${problem}: invalid argument`);

/**
 * The namespace of a call. It is not required and does not part the snapshots: containerd writes it into the keys it
 * sends to a proxy, and collects garbage over all of them without naming any. What no containerd would accept is refused.
 */
const namespaceOf = (metadata: Metadata): string => {
  const namespace = String(metadata.get('containerd-namespace')[0] ?? '');
  if (namespace === '' || namespace === lastNamespace) return namespace;
  if (namespace.length > LONGEST_NAMESPACE) {
    throw refused(`${goQuote(namespace)} greater than maximum length (${LONGEST_NAMESPACE} characters)`);
  }
  if (!NAMESPACE.test(namespace)) throw refused(`${goQuote(namespace)} must match ${NAMESPACE.source}`);
  lastNamespace = namespace;
  return namespace;
};

/** Found to be one; callers come from few. */
let lastNamespace = '';

/** containerd's answer to a request that does not say which snapshotter it means; which one it says is its own affair. */
const checkSnapshotter = (request: object): void => {
  if (!('snapshotter' in request) || request.snapshotter !== '') return;
  throw new ContainerdError('InvalidArgument', 'snapshotter argument missing: invalid argument');
};

interface Asked<Request> {
  readonly request: Request;
  readonly metadata: Metadata;
  readonly cancelled: boolean;
}

/** What a long call looks at besides its request. */
export interface CallContext {
  readonly metadata: Metadata;
  /** The caller left, or its deadline passed. */
  readonly signal: Cancellation;
}

const gone = (): ContainerdError => new ContainerdError('Canceled', 'context canceled');

/** One call on its way. A class, and no promises but those of the work itself: hundreds of thousands are made in a minute. */
class Observed<Request extends object> implements CallContext, Cancellation {
  readonly #observer: CallObserver;
  readonly #method: string;
  readonly #call: Asked<Request>;
  readonly #subject: (request: Request) => CallSubject;
  readonly #start: number = performance.now();
  #namespace = '';

  constructor(
    observer: CallObserver,
    method: string,
    call: Asked<Request>,
    subject: (request: Request) => CallSubject,
  ) {
    this.#observer = observer;
    this.#method = method;
    this.#call = call;
    this.#subject = subject;
    observer.began();
  }

  get metadata(): Metadata {
    return this.#call.metadata;
  }
  get signal(): Cancellation {
    return this;
  }
  get aborted(): boolean {
    return this.#call.cancelled;
  }

  /** Throws what the call is refused with before anything is done. */
  admit(): void {
    this.#namespace = namespaceOf(this.#call.metadata);
    checkSnapshotter(this.#call.request);
    // The caller's deadline passed, or it left, while this call waited for its turn.
    if (this.#call.cancelled) throw gone();
  }

  ended(failure?: { readonly error: unknown }): void {
    const failed = failure === undefined ? undefined : toStatus(failure.error);
    this.#observer.ended({
      method: this.#method,
      namespace: this.#namespace,
      subject: this.#subject(this.#call.request),
      milliseconds: performance.now() - this.#start,
      result: failed === undefined ? 'OK' : (status[failed.code] ?? 'UNKNOWN'),
      ...failure,
    });
  }
}

/** A call with one answer. */
export const unary =
  <Request extends object, Response>(
    observer: CallObserver,
    method: string,
    subject: (request: NoInfer<Request>) => CallSubject,
    answer: (request: Request, context: CallContext) => Promise<Response>,
  ): handleUnaryCall<Request, Response> =>
  (call, callback) => {
    const observed = new Observed(observer, method, call, subject);
    const fail = (error: unknown): void => {
      observed.ended({ error });
      callback(toStatus(error));
    };
    try {
      observed.admit();
    } catch (error) {
      return fail(error);
    }
    answer(call.request, observed).then((response) => {
      observed.ended();
      callback(null, response);
    }, fail);
  };

/** A call with many answers. `send` resolves when the next one may come, and rejects when the caller left. */
export const streaming =
  <Request extends object, Response>(
    observer: CallObserver,
    method: string,
    subject: (request: NoInfer<Request>) => CallSubject,
    answer: (request: Request, send: (response: Response) => Promise<void>) => Promise<void>,
  ): handleServerStreamingCall<Request, Response> =>
  (call) => {
    const send = async (response: Response): Promise<void> => {
      if (call.cancelled) throw gone();
      if (call.write(response)) return;
      await new Promise<void>((resolve, reject) => {
        const finish = (settle: () => void) => (): void => {
          call.removeListener('drain', drained);
          call.removeListener('cancelled', cancelled);
          settle();
        };
        const drained = finish(resolve);
        const cancelled = finish(() => reject(gone()));
        call.once('drain', drained).once('cancelled', cancelled);
      });
    };
    const observed = new Observed(observer, method, call, subject);
    const fail = (error: unknown): void => {
      observed.ended({ error });
      // containerd does not translate what a walk throws: clients see the text under the code Unknown.
      call.emit('error', { ...toStatus(error), code: status.UNKNOWN });
    };
    try {
      observed.admit();
    } catch (error) {
      return fail(error);
    }
    answer(call.request, send).then(() => {
      observed.ended();
      call.end();
    }, fail);
  };
