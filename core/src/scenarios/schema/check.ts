/** What must be true of a node: the goal of a scenario, the check of a task. Texts are patterns. */
import { z } from 'zod';
import { patternSchema } from './text.ts';

/** `null` = must not be there. */
type Wanted = Readonly<Record<string, string | null>>;

export interface SnapshotCheck {
  readonly key: string;
  readonly kind?: 'Active' | 'View' | 'Committed';
  readonly parent?: string;
  readonly labels?: Wanted;
}

/** The snapshots of a namespace and a snapshotter, default `default` and the node's own. */
export interface SnapshotsCheck {
  readonly namespace?: string;
  readonly snapshotter?: string;
  readonly has?: readonly SnapshotCheck[];
  readonly lacks?: readonly string[];
  readonly count?: number;
}

export interface FileCheck {
  readonly type?: string;
  /** Octal. */
  readonly mode?: string;
  /** `uid:gid`. */
  readonly owner?: string;
  readonly size?: number;
  readonly links?: number;
  readonly text?: string;
  readonly target?: string;
  readonly xattrs?: Wanted;
  /** All names in a directory. */
  readonly names?: readonly string[];
}

/** A directory of the machine, a snapshot's own layer, or a container's merged root. */
export interface TreeCheck {
  readonly path?: string;
  readonly snapshot?: string;
  readonly container?: string;
  readonly namespace?: string;
  readonly snapshotter?: string;
  /** `null` = nothing stands there. */
  readonly files: Readonly<Record<string, FileCheck | null>>;
}

export interface ListCheck {
  readonly namespace?: string;
  readonly has?: readonly string[];
  readonly lacks?: readonly string[];
  readonly count?: number;
}

/** All of what it says must be true. */
export interface Check {
  readonly snapshots?: SnapshotsCheck | readonly SnapshotsCheck[];
  readonly trees?: readonly TreeCheck[];
  readonly images?: ListCheck;
  readonly containers?: ListCheck;
  readonly leases?: ListCheck;
  readonly content?: ListCheck;
  readonly mounts?: ListCheck;
  readonly ran?: readonly string[];
  readonly any?: readonly Check[];
  readonly not?: Check;
}

const wantedSchema = z.record(z.string(), z.union([patternSchema, z.null()]));

const snapshotsSchema = z.strictObject({
  namespace: z.string().exactOptional().describe('default: default'),
  snapshotter: z.string().exactOptional().describe("default: the node's own"),
  has: z
    .array(
      z.strictObject({
        key: patternSchema,
        kind: z.enum(['Active', 'View', 'Committed']).exactOptional(),
        parent: patternSchema.exactOptional(),
        labels: wantedSchema.exactOptional().describe('null = must not be there'),
      }),
    )
    .exactOptional()
    .describe('snapshots that must be there'),
  lacks: z.array(patternSchema).exactOptional().describe('keys that must not be there'),
  count: z.int().min(0).exactOptional().describe('how many there must be'),
});

const fileSchema = z.strictObject({
  type: z
    .enum(['file', 'directory', 'symlink', 'whiteout', 'character device', 'block device', 'fifo', 'socket'])
    .exactOptional(),
  mode: z
    .string()
    .regex(/^0?[0-7]{3,4}$/)
    .exactOptional()
    .describe('permission bits, octal: "644"'),
  owner: z
    .string()
    .regex(/^\d+:\d+$/)
    .exactOptional()
    .describe('uid:gid'),
  size: z.int().min(0).exactOptional().describe('bytes'),
  links: z.int().min(0).exactOptional().describe('hard links'),
  text: patternSchema.exactOptional().describe('what is in the file'),
  target: patternSchema.exactOptional().describe('of a symlink'),
  xattrs: wantedSchema.exactOptional().describe('null = must not be there'),
  names: z.array(z.string()).exactOptional().describe('of a directory: all names in it, in any order'),
});

const treeSchema = z
  .strictObject({
    path: z.string().startsWith('/').exactOptional().describe('a directory of the machine'),
    snapshot: z.string().exactOptional().describe("a snapshot's own layer, by its key"),
    container: z.string().exactOptional().describe("a container's merged root, by its id"),
    namespace: z.string().exactOptional(),
    snapshotter: z.string().exactOptional(),
    files: z
      .record(z.string().startsWith('/'), z.union([fileSchema, z.null()]))
      .describe('what must stand at each path; null = nothing'),
  })
  .refine(
    ({ path, snapshot, container }) => [path, snapshot, container].filter((of) => of !== undefined).length === 1,
    {
      error: 'give one of path, snapshot and container',
    },
  );

const listSchema = z.strictObject({
  namespace: z.string().exactOptional(),
  has: z.array(patternSchema).exactOptional(),
  lacks: z.array(patternSchema).exactOptional(),
  count: z.int().min(0).exactOptional(),
});

export const checkSchema: z.ZodType<Check> = z
  .strictObject({
    snapshots: z.union([snapshotsSchema, z.array(snapshotsSchema)]).exactOptional(),
    trees: z.array(treeSchema).exactOptional(),
    images: listSchema.exactOptional().describe('by name'),
    containers: listSchema.exactOptional().describe('by id'),
    leases: listSchema.exactOptional().describe('by id'),
    content: listSchema.exactOptional().describe('by digest'),
    mounts: listSchema.exactOptional().describe('mount points of the machine'),
    ran: z.array(patternSchema).exactOptional().describe('commands of the log, as `ctr snapshots ls` or `$ ls /`'),
    any: z
      .array(z.lazy((): z.ZodType<Check> => checkSchema))
      .exactOptional()
      .describe('one of these at least'),
    not: z.lazy((): z.ZodType<Check> => checkSchema).exactOptional(),
  })
  .meta({ id: 'Check', description: 'What must be true of the node.' });
