/**
 * A compiled file becomes a module without `eval`: it is imported as a script of its own, whose only way out is the
 * `require` it is handed. What it could reach besides is not there: the worker's origin is opaque and its policy lets
 * nothing load.
 */
import type { SnapshotterTraits } from '@layerscope/core/conformance';
import type { Kernel } from '@layerscope/core/kernel';
import type { MetaStore, Snapshotter } from '@layerscope/core/snapshots';
import { LearnerProblem, type LearnerModule } from '../job.ts';
import { requireCore } from './modules.ts';

export interface Ground {
  readonly root: string;
  readonly kernel: Kernel;
  readonly store: MetaStore;
}

export interface LearnerSource {
  readonly name: string;
  readonly traits: SnapshotterTraits;
  /** Throws `LearnerProblem`. */
  create(ground: Ground): Promise<Snapshotter>;
}

type Body = (require: typeof requireCore, module: { exports: object }, exports: object, process: object) => void;

/** Imports the text of an ES module. Where that is done depends on the platform: a blob in a browser. */
export type ImportText = (text: string) => Promise<object>;

const METHODS = ['stat', 'update', 'usage', 'mounts', 'prepare', 'view', 'commit', 'remove', 'walk', 'close'] as const;

const textOf = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));

/** V8's words for what does not fit into memory. */
const outOfMemory = (error: unknown): boolean =>
  error instanceof RangeError && /allocation|(array|string)( buffer)? length/i.test(error.message);

/** The problem itself, or what was thrown as the problem `code`. */
export const problemOf = (code: 'file-threw' | 'factory-threw', error: unknown): LearnerProblem => {
  if (error instanceof LearnerProblem) return error;
  return outOfMemory(error) ? new LearnerProblem('out-of-memory') : new LearnerProblem(code, { detail: textOf(error) });
};

/** Runs the file once, and answers what it exports. Throws `LearnerProblem`. */
export const readModule = async (
  { name, code, env = {} }: LearnerModule,
  importText: ImportText,
): Promise<LearnerSource> => {
  const module: { exports: object } = { exports: {} };
  try {
    const { body } = (await importText(`export const body = (require, module, exports, process) => {${code}\n};`)) as {
      readonly body: Body;
    };
    body(requireCore, module, module.exports, { env });
  } catch (error) {
    throw problemOf('file-threw', error);
  }
  const { createSnapshotter, traits = {} } = module.exports as {
    readonly createSnapshotter?: (ground: Ground) => Promise<Snapshotter> | Snapshotter;
    readonly traits?: SnapshotterTraits;
  };
  if (typeof createSnapshotter !== 'function') throw new LearnerProblem('no-factory', { name });
  return {
    name,
    traits,
    create: async (ground) => {
      let snapshotter: Snapshotter;
      try {
        snapshotter = await createSnapshotter(ground);
      } catch (error) {
        throw problemOf('factory-threw', error);
      }
      const missing = METHODS.filter((method) => typeof snapshotter?.[method] !== 'function');
      if (missing.length > 0) throw new LearnerProblem('methods-missing', { methods: missing.join(', ') });
      return snapshotter;
    },
  };
};
