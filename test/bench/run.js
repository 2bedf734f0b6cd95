/**
 * `npm run bench [-- name…]`: runs the suites and prints what they measured, with goal and verdict. A name is a suite's,
 * or an area's for all of its suites.
 *
 * A suite is a file `test/bench/<area>/<name>.js` with
 *
 *   export const suite = {
 *     name: 'overlay-operations',
 *     // What is claimed: a row's `ratio` of that name must be `atLeast` (or `atMost`).
 *     goals: [{ row: 'geometric mean', atLeast: 5, of: 'mounted overlay / ours' }],
 *     // Whether it can run here; a sentence saying why not, or undefined.
 *     missing: () => undefined,
 *     // Rows of figures; both sides of a ratio are measured in this one run.
 *     run: async () => [{ row: 'stat', ours: 0.4, theirs: 2.3, unit: 'µs', ratio: 5.7 }],
 *   };
 *
 * Suites measure the built packages (`npm run build`), as a user would have them.
 */
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));

const suiteFiles = () =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((area) => readdirSync(join(folder, area.name)).map((name) => join(folder, area.name, name)))
    .filter((path) => path.endsWith('.js'))
    .toSorted();

/** Three significant digits, thousands kept whole. */
const figure = (value) =>
  typeof value !== 'number'
    ? (value ?? '')
    : Math.abs(value) >= 1000
      ? Math.round(value).toLocaleString('en')
      : `${Number(value.toPrecision(3))}`;

const verdictOf = (goal, rows) => {
  const row = rows.find((each) => each.row === goal.row);
  const bound = goal.atLeast === undefined ? `≤ ${goal.atMost}` : `≥ ${goal.atLeast}`;
  const met = row !== undefined && (goal.atLeast === undefined ? row.ratio <= goal.atMost : row.ratio >= goal.atLeast);
  return {
    met,
    text: `${met ? 'met   ' : 'MISSED'}  ${goal.row}: ${figure(row?.ratio)} ${bound}${goal.of ? ` (${goal.of})` : ''}`,
  };
};

const printTable = (rows) => {
  const columns = [...new Set(rows.flatMap(Object.keys))];
  const cells = [columns, ...rows.map((row) => columns.map((column) => figure(row[column])))];
  const widths = columns.map((_, at) => Math.max(...cells.map((line) => line[at].length)));
  for (const line of cells) {
    console.log(
      `  ${line.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join('  ')}`,
    );
  }
};

const runSuite = async (suite) => {
  console.log(`\n${suite.name}`);
  const missing = await suite.missing?.();
  if (missing !== undefined) {
    console.log(`  left out: ${missing}`);
    return 0;
  }
  const rows = await suite.run();
  printTable(rows);
  const verdicts = (suite.goals ?? []).map((goal) => verdictOf(goal, rows));
  for (const { text } of verdicts) console.log(`  ${text}`);
  return verdicts.filter(({ met }) => !met).length;
};

const isMeant = (suite, name) => suite.name === name || suite.area === name;

const main = async (names) => {
  const suites = [];
  for (const path of suiteFiles()) {
    const { suite } = await import(pathToFileURL(path).href);
    if (suite !== undefined) suites.push({ ...suite, area: basename(dirname(path)) });
  }
  const unknown = names.filter((name) => !suites.some((suite) => isMeant(suite, name)));
  if (unknown.length > 0) {
    console.error(`no suite ${unknown.join(', ')}; there are: ${suites.map(({ name }) => name).join(', ')}`);
    return 2;
  }
  let missed = 0;
  for (const suite of suites) {
    if (names.length === 0 || names.some((name) => isMeant(suite, name))) missed += await runSuite(suite);
  }
  console.log(`\n${missed === 0 ? 'every goal met' : `${missed} goals missed`}`);
  return missed === 0 ? 0 : 1;
};

process.exitCode = await main(process.argv.slice(2));
