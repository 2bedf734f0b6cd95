/** A finger has no use for Monaco, xterm no keyboard on a touch screen worth the name, and a telephone no memory for them. */
export const prefersPlain = (): boolean => matchMedia('(max-width: 640px), (pointer: coarse)').matches;
