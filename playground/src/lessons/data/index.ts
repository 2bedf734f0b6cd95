/** The lessons, in their order. */
import type { Scenario } from '@layerscope/core/scenarios';

const FILES = import.meta.glob<Scenario>('./*.yaml', { eager: true, import: 'scenario' });

export const LESSONS: readonly Scenario[] = Object.keys(FILES)
  .toSorted()
  .flatMap((name) => FILES[name] ?? []);
