/**
 * A scenario: one file that is a lesson, a test and a bug report.
 *
 *   start      commands that bring the node to where the reader begins
 *   tasks      what the reader shall do, each with a check, hints and a way to see that it is lost
 *   goal       what must be true in the end
 *   solution   commands that get there, and what each must answer
 */
import { z } from 'zod';
import { type Check, checkSchema } from './check.ts';
import { type Step, stepSchema } from './step.ts';
import { type Text, textSchema } from './text.ts';

export interface Hint {
  /** Only while this is true. */
  readonly when?: Check;
  readonly text: Text;
}

export interface Task {
  readonly id: string;
  readonly title: Text;
  /** Tasks that come before. */
  readonly needs?: readonly string[];
  /** Done when this is true. */
  readonly check: Check;
  /** The first that fits the state is shown. */
  readonly hint?: readonly Hint[];
  /** Lost when this is true. */
  readonly fail?: Check;
}

export interface Scenario {
  readonly $schema?: string;
  /** Kebab-case, the name of the file. */
  readonly id: string;
  readonly title: Text;
  /** What it shows, and why. */
  readonly about?: Text;
  readonly machine?: {
    readonly seed?: number;
    readonly snapshotter?: 'overlayfs' | 'native' | 'btrfs';
    /** Bytes that the disk holds. */
    readonly diskSize?: number;
  };
  /** Archives by name: `demo` = the built-in image, a digest, or a path beside the file. */
  readonly blobs?: Readonly<Record<string, string>>;
  readonly start?: readonly Step[];
  readonly tasks?: readonly Task[];
  readonly goal?: Check;
  /** What the solution needs: calls of the snapshotter, and bytes of files copied up. */
  readonly par?: { readonly calls?: number; readonly bytes?: number };
  readonly solution: readonly Step[];
}

const idSchema = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);

const taskSchema = z
  .strictObject({
    id: idSchema,
    title: textSchema,
    needs: z.array(z.string()).exactOptional().describe('tasks that come before'),
    check: checkSchema.describe('done when this is true'),
    hint: z
      .array(
        z.strictObject({ when: checkSchema.exactOptional().describe('only while this is true'), text: textSchema }),
      )
      .exactOptional()
      .describe('the first that fits the state is shown'),
    fail: checkSchema.exactOptional().describe('lost when this is true: undo or start again'),
  })
  .meta({ id: 'Task' });

export const scenarioSchema: z.ZodType<Scenario> = z
  .strictObject({
    $schema: z.string().exactOptional(),
    id: idSchema.describe('kebab-case, the name of the file'),
    title: textSchema,
    about: textSchema.exactOptional().describe('what it shows, and why'),
    machine: z
      .strictObject({
        seed: z.int().exactOptional(),
        snapshotter: z.enum(['overlayfs', 'native', 'btrfs']).exactOptional(),
        diskSize: z.int().min(0).exactOptional().describe('bytes that the disk holds'),
      })
      .exactOptional(),
    blobs: z
      .record(z.string(), z.string())
      .exactOptional()
      .describe('archives by name: demo = the built-in image, a digest, or a path beside this file'),
    start: z.array(stepSchema).exactOptional().describe('brings the node to where the reader begins'),
    tasks: z.array(taskSchema).exactOptional(),
    goal: checkSchema.exactOptional().describe('what must be true in the end'),
    par: z
      .strictObject({
        calls: z.int().min(0).exactOptional().describe('calls of the snapshotter'),
        bytes: z.int().min(0).exactOptional().describe('bytes of files copied up'),
      })
      .exactOptional()
      .describe('what the solution needs; fewer is better'),
    solution: z.array(stepSchema).describe('gets to the goal; each step says what it must answer'),
  })
  .meta({ title: 'Layerscope scenario', description: 'A scenario of Layerscope: lesson, test and bug report in one.' });

/** The JSON schema of scenario files (draft 2020-12), for editors. */
export const scenarioJsonSchema = (): unknown => z.toJSONSchema(scenarioSchema, { io: 'input' });
