/** The part of an AbortSignal that is asked: platforms differ in the rest. */
export interface Cancellation {
  readonly aborted: boolean;
}
