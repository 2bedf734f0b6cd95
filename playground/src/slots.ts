/**
 * What the lazily loaded parts of the page are given. Each is a folder with an `index.ts` that exports the component by
 * the name below; a folder that is not there leaves its place empty.
 */
import type { ComponentType } from 'react';
import type { KernelClient } from './store/kernel-client.ts';

export interface SlotProps {
  readonly kernel: KernelClient;
  /** The container that commands go to; `''` = there is none. */
  readonly container: string;
  /** `en` or `zh-CN`. */
  readonly locale: string;
  readonly dark: boolean;
}

export type Slot = ComponentType<SlotProps>;

const FOLDERS = import.meta.glob<Readonly<Record<string, Slot>>>([
  './terminal/index.ts',
  './editor/index.ts',
  './lessons/index.ts',
]);

/** `terminal` → the component `Terminal` of ./terminal. */
export const loadSlot = async (name: 'terminal' | 'editor' | 'lessons'): Promise<Slot | undefined> => {
  const folder = await FOLDERS[`./${name}/index.ts`]?.();
  return folder?.[`${name[0]?.toUpperCase()}${name.slice(1)}`];
};
