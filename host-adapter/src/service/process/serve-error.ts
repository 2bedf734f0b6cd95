/** Why a server cannot start, and what to do about it. */
export class ServeError extends Error {
  readonly code = 'SERVE';
  readonly advice: string;

  constructor(message: string, advice: string) {
    super(message);
    this.name = 'ServeError';
    this.advice = advice;
  }
}
