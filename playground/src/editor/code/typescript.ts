/** How learners' files are checked and compiled: against the real ports, without a platform. */
import { declarations } from 'virtual:core-declarations';
import { LearnerProblem } from '../../learner/index.ts';
import { draft } from '../draft.ts';
import {
  ModuleKind,
  ModuleResolutionKind,
  ScriptTarget,
  getTypeScriptWorker,
  monaco,
  typescriptDefaults,
} from './monaco.ts';

/** What a file can use besides core: what the worker and `layerscope serve` both have. */
const PLATFORM = `
declare const process: { readonly env: { readonly [name: string]: string | undefined } };
declare const console: { log(...values: unknown[]): void; warn(...values: unknown[]): void; error(...values: unknown[]): void };
declare class TextEncoder { encode(text: string): Uint8Array<ArrayBuffer>; }
declare class TextDecoder { constructor(label?: string); decode(bytes?: Uint8Array): string; }
`;

const modules = 'file:///node_modules/@layerscope/core';

typescriptDefaults.setCompilerOptions({
  target: ScriptTarget.ESNext,
  lib: ['es2023'],
  // Emitted as CommonJS: what it imports then goes through one function.
  module: ModuleKind.CommonJS,
  moduleResolution: ModuleResolutionKind.NodeJs,
  baseUrl: 'file:///',
  paths: { '@layerscope/core/*': ['node_modules/@layerscope/core/*/index'] },
  allowNonTsExtensions: true,
  strict: true,
  noUncheckedIndexedAccess: true,
  types: [],
});
typescriptDefaults.setDiagnosticsOptions({ noSuggestionDiagnostics: true });
typescriptDefaults.setEagerModelSync(true);
typescriptDefaults.setExtraLibs([
  ...Object.entries(declarations).map(([path, content]) => ({ content, filePath: `${modules}/${path}` })),
  { content: PLATFORM, filePath: 'file:///platform.d.ts' },
]);

const uri = monaco.Uri.parse('file:///my-snapshotter.ts');

/** The one file there is, with its text from the first: a change would be looked at only after a pause. */
export const model: ReturnType<typeof monaco.editor.createModel> = monaco.editor.createModel(
  draft.get().text,
  'typescript',
  uri,
);

export const setText = (text: string): void => {
  if (model.getValue() !== text) model.setValue(text);
};

type WorkerOf = Awaited<ReturnType<typeof getTypeScriptWorker>>;

/** How often, and for how many milliseconds, it is asked whether TypeScript is there. */
const ASK_EVERY = 50;
const ASK_FOR = 20_000;

/** Monaco loads the language when the first file of it appears, and refuses whoever asks before it is there. */
const loadedWorker = async (waited = 0): Promise<WorkerOf> => {
  try {
    return await getTypeScriptWorker();
  } catch (error) {
    if (waited >= ASK_FOR) throw error;
    await new Promise((resume) => setTimeout(resume, ASK_EVERY));
    return loadedWorker(waited + ASK_EVERY);
  }
};

/** The program of the file; what only the types are wrong about is compiled all the same. Throws `LearnerProblem`. */
export const compile = async (): Promise<string> => {
  const worker = await (await loadedWorker())(uri);
  const [first] = await worker.getSyntacticDiagnostics(uri.toString());
  if (first !== undefined) {
    const { lineNumber } = model.getPositionAt(first.start ?? 0);
    const text = typeof first.messageText === 'string' ? first.messageText : first.messageText.messageText;
    throw new LearnerProblem('not-compiled', { line: String(lineNumber), detail: text });
  }
  const { outputFiles } = await worker.getEmitOutput(uri.toString());
  const code = outputFiles.find(({ name }) => name.endsWith('.js'))?.text;
  if (code === undefined) throw new LearnerProblem('not-compiled', { line: '1', detail: 'no output' });
  return code;
};
