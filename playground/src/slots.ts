/** The lazily loaded parts of the page, and what they are given. */
import type { ComponentType } from 'react';
import type { KernelClient } from './store/kernel-client.ts';
import { late, type Late } from './ui/late.ts';

export interface SlotProps {
  readonly kernel: KernelClient;
  /** The container that commands go to; `''` = there is none. */
  readonly container: string;
  /** `en` or `zh-CN`. */
  readonly locale: string;
  readonly dark: boolean;
}

export type Slot = ComponentType<SlotProps>;

export const SLOTS: Readonly<Record<'terminal' | 'editor' | 'lessons', Late<Slot>>> = {
  terminal: late(async () => (await import('./terminal/index.ts')).Terminal),
  editor: late(async () => (await import('./editor/index.ts')).Editor),
  lessons: late(async () => (await import('./lessons/index.ts')).Lessons),
};
