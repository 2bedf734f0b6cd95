import type { MountRow } from '../../kernel/index.ts';
import type { SandboxEvent } from '../events.ts';
import type { Fault, FaultStep } from '../faults/index.ts';
import type { CommandResult, NodeCommand } from '../node/command.ts';

/** A command of the log: what a user does to a node, and what a user lets happen to it. JSON all through. */
export type HistoryCommand =
  | NodeCommand
  /** Something will go wrong. */
  | { readonly type: 'fault'; readonly fault: Fault }
  /** The power goes now. The node starts again from what was durable. */
  | { readonly type: 'crash' };

/** What happens to the machine itself. */
export type MachineEvent =
  /** The power went, before or after the change `during`; between two commands without it. */
  | { readonly type: 'power-cut'; readonly during?: FaultStep & { readonly when: 'before' | 'after' } }
  /** What was lost with it. */
  | {
      readonly type: 'lost';
      readonly mounts: readonly MountRow[];
      readonly tasks: readonly { readonly namespace: string; readonly id: string }[];
    }
  /** It did not start: something failed again. */
  | { readonly type: 'start-failed'; readonly boot: number; readonly reason: string }
  /** The node runs again. */
  | { readonly type: 'restarted'; readonly boot: number };

/** Plain data throughout: an event can be cloned, sent and stored. */
export type HistoryEvent = SandboxEvent | MachineEvent;

/** One command, and what it did. Never changed once it is there. */
export interface Entry {
  /** Counts up over all branches; 0 is the start. */
  readonly id: number;
  /** The entry it was carried out after. */
  readonly parent: number;
  readonly command: HistoryCommand;
  readonly result: CommandResult;
  /** In order; without the progress of unpacking. */
  readonly events: readonly HistoryEvent[];
}
