/**
 * `npm test [-- tier… [vitest arguments]]`: runs each tier that this machine can run, then says in one line per tier
 * what passed, what failed, and what was left out and why. The last line is `N passed, N failed`.
 * $LAYERSCOPE_TIERS chooses tiers too (`unit,docs`), for whoever runs `npm test` without being able to say more.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const TIERS = ['unit', 'conformance', 'differential', 'containerd', 'browser', 'docs'];

const root = fileURLToPath(new URL('..', import.meta.url));
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');

const hasTests = (tier) => {
  const folder = join(root, 'test', tier);
  return existsSync(folder) && readdirSync(folder, { recursive: true }).some((name) => name.endsWith('.test.ts'));
};

/** `tier: file > test` for each failure: said again at the end, where whoever reads only the last lines finds it. */
const failuresOf = (tier, report) =>
  report.testResults.flatMap((file) => {
    const name = relative(root, file.name);
    const tests = file.assertionResults.filter((test) => test.status === 'failed');
    if (file.status === 'failed' && tests.length === 0) return [`${tier}: ${name} could not be loaded`];
    return tests.map((test) => `${tier}: ${name} > ${test.fullName}`);
  });

/** A file that could not even be loaded holds no tests, but is a failure all the same. */
const brokenFiles = (report) =>
  report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((t) => t.status !== 'failed'),
  );

const runTier = (tier, args, scratch) => {
  if (!hasTests(tier))
    return { tier, passed: 0, failed: 0, skipped: 0, seconds: 0, reasons: ['no tests yet'], failures: [] };
  const output = join(scratch, `${tier}.json`);
  const skips = join(scratch, `${tier}.skips`);
  const options = [
    '--config',
    'test/vitest.config.ts',
    '--project',
    tier,
    '--passWithNoTests',
    '--reporter=dot',
    '--reporter=json',
  ];
  const start = Date.now();
  const { status, signal } = spawnSync(
    process.execPath,
    [vitest, 'run', ...options, `--outputFile.json=${output}`, ...args],
    { cwd: root, stdio: 'inherit', env: { ...process.env, LAYERSCOPE_SKIPS: skips } },
  );
  const seconds = Math.round((Date.now() - start) / 1000);
  const reasons = existsSync(skips) ? [...new Set(readFileSync(skips, 'utf8').trim().split('\n'))].toSorted() : [];
  if (!existsSync(output)) {
    reasons.push(`vitest ended with ${signal ?? status} and no report`);
    return { tier, passed: 0, failed: 1, skipped: 0, seconds, reasons, failures: [] };
  }
  const report = JSON.parse(readFileSync(output, 'utf8'));
  const passed = report.numPassedTests;
  const skipped = report.numPendingTests + report.numTodoTests;
  // A full run leaves nothing out, whatever the reason was.
  const leftOut = process.env.LAYERSCOPE_REQUIRE === 'all' ? skipped : 0;
  const failed = report.numFailedTests + brokenFiles(report).length + leftOut;
  // An error outside of every test (an unhandled rejection, a failed teardown) shows in the exit status only.
  const failures = failuresOf(tier, report);
  return { tier, passed, skipped, seconds, reasons, failures, failed: failed === 0 && status !== 0 ? 1 : failed };
};

const sentence = ({ tier, passed, failed, skipped, seconds, reasons }) => {
  const why = reasons.length === 0 ? '' : `: ${reasons.join('; ')}`;
  return `${tier.padEnd(13)} ${passed} passed, ${failed} failed, ${skipped} skipped${why} (${seconds} s)`;
};

const main = (args) => {
  const wanted = [...args, ...(process.env.LAYERSCOPE_TIERS ?? '').split(',')];
  const chosen = TIERS.filter((tier) => wanted.includes(tier));
  const rest = args.filter((argument) => !TIERS.includes(argument));
  const scratch = mkdtempSync(join(tmpdir(), 'layerscope-test-'));
  try {
    const results = (chosen.length === 0 ? TIERS : chosen).map((tier) => runTier(tier, rest, scratch));
    const failures = results.flatMap((result) => result.failures);
    if (failures.length > 0) console.log(`\nFailed:\n${failures.join('\n')}`);
    console.log(`\n${results.map(sentence).join('\n')}`);
    const sum = (field) => results.reduce((total, result) => total + result[field], 0);
    console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
    return sum('failed') === 0 ? 0 : 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};

process.exitCode = main(process.argv.slice(2));
