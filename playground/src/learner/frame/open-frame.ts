/** A frame without an origin, in which a learner's worker runs. With the frame the worker goes. */
import { frameDocument } from './frame-document.ts';

/** `hash` is `sha256-…` of the frame's script. */
export const openFrame = (hash: string): Promise<HTMLIFrameElement> =>
  new Promise((resolve) => {
    const frame = document.createElement('iframe');
    frame.setAttribute('sandbox', 'allow-scripts');
    frame.title = 'learner';
    frame.hidden = true;
    frame.srcdoc = frameDocument(hash);
    frame.addEventListener('load', () => resolve(frame), { once: true });
    document.body.append(frame);
  });
