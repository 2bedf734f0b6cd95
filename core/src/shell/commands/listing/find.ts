/** `find`: a walk with an expression that asks the inodes themselves. */
import { FsError, isDirectory, isSymlink, type Stat } from '../../../fs/index.ts';
import { complain, errorText, quote, type Command, type Invocation } from '../../command.ts';
import { baseName, joinPath, listDirectory } from '../../directory.ts';
import { parseExpression, type Entry, type Expression } from './find-expression.ts';

interface Walk {
  readonly invocation: Invocation;
  readonly follow: 'never' | 'operands' | 'always';
  readonly expression: Expression;
  status: number;
}

const statOf = ({ invocation, follow }: Walk, path: string, depth: number): Stat => {
  const follows = follow === 'always' || (follow === 'operands' && depth === 0);
  if (!follows) return invocation.process.stat(path, false);
  try {
    return invocation.process.stat(path);
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    return invocation.process.stat(path, false);
  }
};

/** Answers false when `-quit` was met. */
const visit = async (walk: Walk, path: string, root: string, depth: number): Promise<boolean> => {
  const { invocation, expression } = walk;
  const { minDepth, maxDepth, depthFirst, oneFileSystem, rootDevice } = expression.options;
  let stat: Stat;
  try {
    stat = statOf(walk, path, depth);
  } catch (error) {
    walk.status = complain(invocation, `${quote(path)}: ${errorText(error)}`);
    return true;
  }
  if (depth === 0) rootDevice.current = stat.dev;
  const entry: Entry = {
    invocation,
    path,
    root,
    depth,
    stat,
    name: baseName(path),
    state: { pruned: false, quit: false, status: 0 },
  };
  const test = async (): Promise<void> => {
    if (depth < minDepth) return;
    await expression.test(entry);
    walk.status |= entry.state.status;
  };
  if (!depthFirst) await test();
  if (entry.state.quit) return false;
  const enters = isDirectory(stat.mode) && !isSymlink(stat.mode) && depth < maxDepth && !entry.state.pruned;
  if (enters && !(oneFileSystem && stat.dev !== rootDevice.current)) {
    let names: readonly string[] = [];
    try {
      names = listDirectory(invocation.process, path).map(({ name }) => name);
    } catch (error) {
      walk.status = complain(invocation, `${quote(path)}: ${errorText(error)}`);
    }
    for (const name of names) if (!(await visit(walk, joinPath(path, name), root, depth + 1))) return false;
  }
  if (depthFirst) await test();
  return !entry.state.quit;
};

export const find: Command = async (invocation) => {
  const args = [...invocation.args];
  let follow: Walk['follow'] = 'never';
  while (/^-[HLP]$/.test(args[0] ?? ''))
    follow = ({ H: 'operands', L: 'always', P: 'never' } as const)[(args.shift() ?? '')[1] as 'H' | 'L' | 'P'];
  const start = args.findIndex((arg) => /^-./.test(arg) || arg === '!' || arg === '(');
  const paths = args.slice(0, start < 0 ? undefined : start);
  const expression = parseExpression(invocation, start < 0 ? [] : args.slice(start));
  const walk: Walk = { invocation, follow, expression, status: 0 };
  for (const path of paths.length === 0 ? ['.'] : paths) if (!(await visit(walk, path, path, 0))) break;
  walk.status |= await expression.finish();
  return walk.status;
};
