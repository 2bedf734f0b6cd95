import { useEffect, useState } from 'react';
import type { Entry } from '../../../kernel/values.ts';
import { useKernel, usePage } from '../../../store/context.ts';
import { towards } from '../../../store/selection.ts';
import { nextCall } from './next-call.ts';

export const SPEEDS = [0.5, 1, 2, 5] as const;

/** Milliseconds a call stays lit at speed 1. */
const BEAT = 600;

export interface Playback {
  readonly playing: boolean;
  readonly speed: number;
  /** The call that is lit; -1 = the command is done. */
  readonly cursor: number;
  setSpeed(speed: number): void;
  /** Plays on from here, the present command's calls first when it was not played yet. */
  toggle(): void;
  /** One call further; behind the last one the next command. */
  step(): void;
}

/** Lights the calls of a command one after another, then goes to the next command. */
export const usePlayback = (entry: Entry | undefined): Playback => {
  const { kernel, selection } = usePage();
  const next = useKernel(({ moment }) => moment.next);
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<number>(1);
  const [cursor, setCursor] = useState(-1);
  const id = entry?.id ?? 0;

  useEffect(() => setCursor(-1), [id]);

  const light = (at: number): void => {
    setCursor(at);
    const effect = entry?.calls[at]?.effect;
    if (effect === undefined) return;
    selection.set(towards(effect.path, selection.get()));
  };

  const step = (): void => {
    const at = entry === undefined ? undefined : nextCall(entry.calls, cursor);
    if (at !== undefined) light(at);
    else if (next !== undefined) void kernel.call('redo', undefined);
    else {
      setCursor(-1);
      setPlaying(false);
    }
  };

  useEffect(() => {
    if (!playing) return undefined;
    const timer = setTimeout(step, BEAT / speed);
    return () => clearTimeout(timer);
  });

  return { playing, speed, cursor, setSpeed, toggle: () => setPlaying(!playing), step };
};
