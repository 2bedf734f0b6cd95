import { createContext, useContext, useMemo } from 'react';
import type { KernelClient, KernelState } from './kernel-client.ts';
import type { Entry } from '../kernel/values.ts';
import type { PageState } from './page-state.ts';
import type { Selection } from './selection.ts';
import { useStore, type Store } from './store.ts';

export interface Page {
  readonly kernel: KernelClient;
  /** When the kernel has carried out what the page begins with. Fails when it cannot. */
  readonly begun: Promise<void>;
  readonly selection: Store<Selection>;
  readonly state: Store<PageState>;
  /** Inside another page: no head, no tour, nothing kept. */
  readonly embedded: boolean;
}

export const PageContext: React.Context<Page | undefined> = createContext<Page | undefined>(undefined);

export const usePage = (): Page => {
  const page = useContext(PageContext);
  if (page === undefined) throw new Error('a view stands outside of the page');
  return page;
};

/** Part of what the kernel told. */
export const useKernel = <Picked>(select: (state: KernelState) => Picked): Picked =>
  useStore(usePage().kernel.state, select);

/** The commands that led to the present moment, oldest first. */
export const usePast = (): readonly Entry[] => {
  const entries = useKernel((state) => state.entries);
  const path = useKernel(({ moment }) => moment.path);
  return useMemo(() => path.flatMap((id) => entries[id] ?? []), [entries, path]);
};

/** Part of what the user chose to look at. */
export const useSelection = <Picked>(select: (selection: Selection) => Picked): Picked =>
  useStore(usePage().selection, select);
