declare module 'virtual:learner-runtime' {
  /** The program of the worker that learners' files run in, as one classic script. */
  export const runtime: string;
  /** `sha256-…` of the frame's script. */
  export const hash: string;
}
declare module 'virtual:core-declarations' {
  /** Declarations of core by path, e.g. `kernel/kernel.d.ts`. */
  export const declarations: Readonly<Record<string, string>>;
}
