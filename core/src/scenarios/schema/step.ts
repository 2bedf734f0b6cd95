/** A command of a scenario, and what it must answer. */
import { z } from 'zod';
import type { Fault } from '../../sandbox/index.ts';
import { faultSchema } from './fault.ts';
import { patternSchema, type Text, textSchema } from './text.ts';

/** Arguments: a list, or one line that is split as a shell would. */
export type Words = string | readonly string[];

/** A call and its arguments, or any calls. */
export type CallPattern = readonly string[] | '…';

export interface CopyUpPattern {
  readonly path: string;
  readonly call?: string;
  readonly rule?: string;
  readonly bytes?: number;
}

/** What a command must answer and cause. What is not said does not matter. */
export interface Expectation {
  /** Default 0. */
  readonly exit?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  /** The client's calls of the snapshotter. */
  readonly calls?: readonly CallPattern[];
  /** The calls that reach the snapshotter, with containerd's keys. */
  readonly backend?: readonly CallPattern[];
  /** Topics of containerd's events. */
  readonly topics?: readonly string[];
  readonly copyUps?: readonly (CopyUpPattern | '…')[];
  /** Whether the power goes. */
  readonly crash?: boolean;
}

/** One command: exactly one of the fields between `say` and `stdin`. */
export interface Step {
  /** What the reader is told before. */
  readonly say?: Text;
  readonly ctr?: Words;
  readonly shell?: string;
  readonly exec?: { readonly container: string; readonly args: Words; readonly namespace?: string };
  readonly import?:
    | string
    | {
        readonly blob: string;
        readonly namespace?: string;
        readonly snapshotter?: string;
        readonly unpack?: boolean;
      };
  readonly gc?: true;
  /** `500ms`, `10s`, `5m`, `24h`, `7d`. */
  readonly advance?: string;
  readonly fault?: Fault;
  readonly crash?: true;
  readonly stdin?: string;
  /** ^C comes when the command has waited for so long of the machine's time: `0s`, `2.5s`. */
  readonly interrupt?: string;
  readonly expect?: Expectation;
}

const wordsSchema = z
  .union([z.string(), z.array(z.string())])
  .describe('arguments: a list, or one line that is split as a shell would');

const callsSchema = z.array(
  z
    .union([z.array(patternSchema).min(1), z.literal('…')])
    .describe('a call and its arguments, e.g. [prepare, <key>, ""]; … = any calls'),
);

const expectSchema = z
  .strictObject({
    exit: z.int().min(0).max(255).exactOptional().describe('exit code; default 0'),
    stdout: patternSchema.exactOptional(),
    stderr: patternSchema.exactOptional(),
    calls: callsSchema.exactOptional().describe("the client's calls of the snapshotter, in order"),
    backend: callsSchema.exactOptional().describe("the calls that reach the snapshotter, with containerd's keys"),
    topics: z
      .array(patternSchema)
      .exactOptional()
      .describe('what containerd publishes, in order, e.g. /snapshot/prepare; … = anything'),
    copyUps: z
      .array(
        z.union([
          z.strictObject({
            path: patternSchema,
            call: z.string().exactOptional(),
            rule: z.string().exactOptional(),
            bytes: z.int().min(0).exactOptional(),
          }),
          z.literal('…'),
        ]),
      )
      .exactOptional()
      .describe('what overlays copy up, in order'),
    crash: z.boolean().exactOptional().describe('whether the power goes'),
  })
  .meta({
    id: 'Expectation',
    description: 'What the command must answer and cause. What is not said does not matter.',
  });

const commands = {
  ctr: wordsSchema.exactOptional().describe('ctr with these arguments'),
  shell: z.string().exactOptional().describe('a script on the machine itself, as root'),
  exec: z
    .strictObject({ container: z.string(), args: wordsSchema, namespace: z.string().exactOptional() })
    .exactOptional()
    .describe("a program in a container's running task"),
  import: z
    .union([
      z.string(),
      z.strictObject({
        blob: z.string(),
        namespace: z.string().exactOptional(),
        snapshotter: z.string().exactOptional(),
        unpack: z.boolean().exactOptional(),
      }),
    ])
    .exactOptional()
    .describe('an archive of `blobs`, imported and unpacked'),
  gc: z.literal(true).exactOptional().describe('collects garbage'),
  advance: z
    .string()
    .regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/)
    .exactOptional()
    .describe('lets time pass: 500ms, 10s, 5m, 24h, 7d'),
  fault: faultSchema.exactOptional(),
  crash: z.literal(true).exactOptional().describe('the power goes, and the node starts again'),
};

const KINDS = Object.keys(commands) as readonly (keyof typeof commands)[];

export const stepSchema: z.ZodType<Step> = z
  .strictObject({
    say: textSchema.exactOptional().describe('what the reader is told before'),
    ...commands,
    stdin: z.string().exactOptional().describe('of ctr, shell and exec'),
    interrupt: z
      .string()
      .regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/)
      .exactOptional()
      .describe('^C comes when ctr, shell or exec has waited for so long: 0s, 2.5s'),
    expect: expectSchema.exactOptional(),
  })
  .refine((step) => KINDS.filter((kind) => step[kind] !== undefined).length === 1, {
    error: `a step is exactly one of ${KINDS.join(', ')}`,
  })
  .meta({ id: 'Step', description: 'One command.' });
