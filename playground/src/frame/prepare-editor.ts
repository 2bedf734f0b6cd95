/** Begins what the editor takes long for, before it is opened. */
import { prefersPlain } from '../ui/prefers-plain.ts';

/** Reads TypeScript in a worker of its own: the page does not feel it. */
export const beginTypeScript = async (): Promise<void> => {
  const { beginTypeScript: begin } = await import('../editor/code/ts-worker.ts');
  begin();
};

/** For when a hand moves towards the editor. */
export const prepareEditor = (locale: string): void => {
  if (prefersPlain()) return;
  void beginTypeScript();
  void import('../editor/index.ts').then(({ loadView }) => loadView(locale));
};
