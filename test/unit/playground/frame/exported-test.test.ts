/** The test file that the page gives away holds where it is run, and only for what it says. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { vitestFile } from '../../../../playground/src/frame/export/documents.ts';
import { FIRST_CONTAINER, FIRST_LOG } from '../../../../playground/src/frame/first-log.ts';
import type { Notice } from '../../../../playground/src/kernel/api.ts';
import { createSession } from '../../../../playground/src/kernel/session/session.ts';

/** Inside the repository, so that its packages are found, but not kept. */
const FOLDER = fileURLToPath(new URL(`../../../artifacts/exported-${process.pid}`, import.meta.url));

afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

/** Carries out the one test of a file, which a test runner would. */
const run = async (name: string, text: string): Promise<void> => {
  const runner =
    "import { expect } from 'vitest';\nlet held: Promise<void>;\nconst it = (_: string, body: () => Promise<void>) => (held = body());";
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(
    `${FOLDER}/${name}.ts`,
    `${text.replace("import { expect, it } from 'vitest';", runner)}\nexport const end = () => held;\n`,
  );
  const { end } = (await import(`${FOLDER}/${name}.ts`)) as { readonly end: () => Promise<void> };
  await end();
};

it('carries the commands out, and fails when something else comes of them', async () => {
  const told: Notice[] = [];
  const session = createSession((notice) => told.push(notice));
  await session.open(FIRST_LOG);
  await session.execute({ type: 'exec', container: FIRST_CONTAINER, args: ['sh', '-c', 'rm /no-such-file'] });
  const past = told.flatMap((notice) => (notice.type === 'entry' && notice.entry.id > 0 ? [notice.entry] : []));
  const moment = told.flatMap((notice) => (notice.type === 'moment' ? [notice.moment] : [])).at(-1);
  if (moment === undefined) throw new Error('no moment was told');
  expect(past.map(({ exitCode }) => exitCode)).toEqual([0, 0, 1]);
  await run('same', vitestFile(past, moment));
  await expect(run('without-a-snapshot', vitestFile(past, { ...moment, snapshots: [] }))).rejects.toThrow('length');
});
