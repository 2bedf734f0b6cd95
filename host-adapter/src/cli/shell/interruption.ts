/**
 * ^C while a command runs: a wish at first, then an order.
 *
 *   it waits               it stops waiting, and what it started is left as it is; the moment is part of the log
 *   it works, or ^C again  it is ended whatever it does, and taken back
 */
import type { CommandStreams } from '@layerscope/core/sandbox';
import type { RunControl } from '@layerscope/core/shell';

export interface Interruption {
  readonly io: Pick<CommandStreams, 'onStart' | 'patience'>;
  /** ^C was typed. */
  press(): void;
  /** Ends the command, whatever it does. */
  force(): void;
  /** The command is over. */
  end(): void;
}

const SIGKILL = 9;
/** How long something that waits now and then has to come to its next wait, in milliseconds. */
const COURTESY = 300;

const breath = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

export const createInterruption = (): Interruption => {
  /** The node's own first, that of what was started last at the end. */
  const controls: RunControl[] = [];
  let presses = 0;
  let hasWaited = false;
  let wake: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => clearTimeout(timer);
  const force = (): void => {
    for (const control of controls) control.interrupt(SIGKILL);
  };
  return {
    io: {
      onStart: (control) => void controls.push(control),
      patience: async (duration) => {
        hasWaited = true;
        if (duration !== undefined) await breath();
        else if (presses === 0)
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        if (presses > 0) end();
        return presses === 0;
      },
    },
    press: () => {
      presses += 1;
      if (presses > 1) return force();
      if (!hasWaited) return controls.at(-1)?.interrupt();
      timer = setTimeout(() => controls.at(-1)?.interrupt(), COURTESY);
      wake?.();
    },
    force,
    end,
  };
};
