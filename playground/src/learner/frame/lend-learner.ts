/** A learner's file for the page's node: the worker it runs in, and the port to it. */
import type { LearnerModule } from '../job.ts';
import type { NodeJob } from '../node/protocol.ts';
import { openFrame } from './open-frame.ts';

export interface LentLearner {
  /** To be handed on; nothing was read from it. */
  readonly port: MessagePort;
  /** Ends the worker at once, in the middle of whatever it does. */
  end(): void;
}

/** `onTrouble` hears why the worker could not start or broke. */
export const lendLearner = async (
  module: LearnerModule,
  onTrouble: (message: string) => void,
): Promise<LentLearner> => {
  const { hash, runtime } = await import('virtual:learner-runtime');
  const { port1: port, port2: there } = new MessageChannel();
  const { port1: trouble, port2: troubleThere } = new MessageChannel();
  trouble.addEventListener('message', ({ data }: MessageEvent<string>) => onTrouble(data));
  trouble.start();
  const job: NodeJob = { kind: 'node', module };
  const frame = await openFrame(hash);
  // The frame's origin is opaque: no address can name it.
  frame.contentWindow?.postMessage({ runtime, job }, '*', [there, troubleThere]);
  return {
    port,
    end: () => {
      trouble.close();
      frame.remove();
    },
  };
};
