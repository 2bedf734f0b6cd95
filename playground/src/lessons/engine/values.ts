/** What the page asks about a lesson, and what the kernel worker answers: plain values. */
import type { Cost, Difference, Scenario, Text } from '@layerscope/core/scenarios';

export interface LessonQuery {
  readonly scenario: Scenario;
  /** The entry after which the learner began. */
  readonly begun: number;
  /** Tasks that were done at the entry before: done once is done, until it is undone. */
  readonly done: readonly string[];
}

export interface OpenTask {
  readonly id: string;
  readonly hint?: Text;
  /** What is not yet as the task wants it, by path. */
  readonly differences: readonly Difference[];
  readonly lost: boolean;
}

export interface LessonState {
  /** The entry it is the state of. */
  readonly at: number;
  readonly done: readonly string[];
  /** Those whose turn it is. */
  readonly open: readonly OpenTask[];
  /** What the goal still wants. */
  readonly goal: readonly Difference[];
  /** What the learner has spent. */
  readonly cost: Cost;
}
