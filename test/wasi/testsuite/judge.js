/** One case: a program, what it is given, and whether it did what its description expects. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * What a host is asked to run.
 *
 * @typedef {object} Run
 * @property {Uint8Array} bytes
 * @property {readonly string[]} args with the program's name first
 * @property {Readonly<Record<string, string>>} env
 * @property {readonly { name: string, folder: string }[]} preopens the names the program knows, and what is there
 *
 * @typedef {{ status: number, stdout: string, stderr: string }} Outcome
 */

/** What a program said last, without Rust's advice on how to get a backtrace. */
const lastLine = (text) =>
  text
    .trim()
    .split('\n')
    .findLast((line) => !line.startsWith('note: '));

/**
 * Answers what is wrong, `undefined` for a case that passes.
 *
 * @param {string} path of the program
 * @param {(run: Run) => Promise<Outcome>} host
 */
export const judge = async (path, host) => {
  const description = path.replace(/\.wasm$/, '.json');
  const spec = existsSync(description) ? JSON.parse(readFileSync(description, 'utf8')) : {};
  const names = spec.root === undefined ? (spec.dirs ?? []) : [spec.root];
  try {
    const outcome = await host({
      bytes: readFileSync(path),
      args: [basename(path), ...(spec.args ?? [])],
      env: spec.env ?? {},
      preopens: names.map((name) => ({
        name: spec.root === undefined ? name : '/',
        folder: join(dirname(path), name),
      })),
    });
    if (outcome.status !== (spec.exit_code ?? 0)) return `exit status ${outcome.status}: ${lastLine(outcome.stderr)}`;
    for (const name of ['stdout', 'stderr'])
      if (spec[name] !== undefined && outcome[name] !== spec[name])
        return `${name} is ${JSON.stringify(outcome[name])}`;
    return undefined;
  } catch (error) {
    return `${error.message}: ${lastLine(error.stderr ?? '')}`;
  }
};

/** Left behind by a run on a real directory. */
export const isLeftover = (name) => name.endsWith('.cleanup');
