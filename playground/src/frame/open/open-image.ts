/** Brings an archive into the node, with a container on what it holds. */
import { RemoteError } from '../../kernel/rpc.ts';
import type { Entry } from '../../kernel/values.ts';
import type { Page } from '../../store/context.ts';
import { keepArchive } from '../keep/database.ts';

/** A tab has 2 to 4 GiB; an archive's layers lie in it twice, packed and unpacked. */
export const LARGEST_ARCHIVE: number = 1 << 30;

/** What came of it, in a word the page has a sentence for. */
export type Opened =
  | { readonly outcome: 'opened'; readonly image: string; readonly container: string }
  | { readonly outcome: 'tooLarge' }
  | { readonly outcome: 'cancelled' }
  | { readonly outcome: 'failed'; readonly message: string };

/** `registry/app:1.2` → `app`; a number makes it new among `taken`. */
export const containerName = (image: string, taken: readonly string[]): string => {
  const last = image.split('@')[0]?.split('/').at(-1)?.split(':')[0] ?? '';
  const base =
    last
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'box';
  let name = base;
  for (let number = 2; taken.includes(name); number++) name = `${base}-${number}`;
  return name;
};

const lastLine = ({ stderr }: Entry): string => (stderr.trim().split('\n').at(-1) ?? '').replace(/^import: /, '');

export const openImage = async (page: Page, file: File): Promise<Opened> => {
  if (file.size > LARGEST_ARCHIVE) return { outcome: 'tooLarge' };
  return openArchive(page, file.name, async () => {
    await page.kernel.call('store', { name: file.name, blob: file });
    await keepArchive(file.name, file);
  });
};

/** Opens an archive by its name, when `ready` has brought it there. */
export const openArchive = async (
  { kernel, selection }: Page,
  archive: string,
  ready: () => Promise<void>,
): Promise<Opened> => {
  try {
    await ready();
    const entry = await kernel.call('execute', { type: 'import', blob: archive });
    if (entry.exitCode !== 0) {
      await kernel.call('undo', undefined);
      return { outcome: 'failed', message: lastLine(entry) };
    }
    const image = entry.stdout.split('\n')[0] ?? '';
    const taken = kernel.state.get().moment.snapshots.map(({ name }) => name);
    const container = containerName(image, taken);
    await kernel.call('execute', { type: 'ctr', args: ['run', '--detach', image, container, 'sleep', 'infinity'] });
    selection.set({ snapshot: container, layer: '', scope: 'merged', path: '' });
    return { outcome: 'opened', image, container };
  } catch (error) {
    const cancelled = error instanceof RemoteError && error.code === 'Unavailable';
    return cancelled
      ? { outcome: 'cancelled' }
      : { outcome: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
};
