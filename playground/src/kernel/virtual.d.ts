declare module 'virtual:first-state' {
  export const firstState: import('./first-visit.ts').FirstState;
}
declare module 'virtual:demo-archive' {
  /** Where the archive of the built-in image lies. */
  export const address: string;
}
