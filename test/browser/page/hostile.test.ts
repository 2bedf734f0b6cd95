/** What is made to break the page: each ends in a sentence that helps, and the page goes on. */
import { createHash } from 'node:crypto';
import { deflateSync, strToU8 } from 'fflate';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import { openForVisits, type Visit } from './visit.ts';

const PATIENT = { timeout: 60_000 };

type Entries = Readonly<Record<string, Uint8Array | string>>;

const tar = async (entries: Entries): Promise<Buffer> => {
  const archive = pack();
  for (const [name, content] of Object.entries(entries))
    archive.entry({ name, mode: 0o755 }, typeof content === 'string' ? content : Buffer.from(content));
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
};

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** As `docker save` writes it; `over` replaces files of it. */
const image = async (files: Entries, over: Entries = {}): Promise<Buffer> => {
  const layer = await tar(files);
  return tar({
    'config.json': JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Env: ['PATH=/bin'], Cmd: ['sh'] },
      rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(layer)}`] },
    }),
    'layer.tar': layer,
    'manifest.json': JSON.stringify([{ Config: 'config.json', RepoTags: ['bad:latest'], Layers: ['layer.tar'] }]),
    ...over,
  });
};

/** A WASI command of one function without locals. */
const wasm = (...body: readonly number[]): Uint8Array => {
  const section = (id: number, ...bytes: readonly number[]): readonly number[] => [id, bytes.length, ...bytes];
  const name = (text: string): readonly number[] => [text.length, ...strToU8(text)];
  const exported = [2, ...name('memory'), 2, 0, ...name('_start'), 0, 0];
  return Uint8Array.from([
    ...strToU8('\0asm\x01\0\0\0'),
    ...section(1, 1, 0x60, 0, 0),
    ...section(3, 1, 0),
    ...section(5, 1, 0, 1),
    ...section(7, ...exported),
    ...section(10, 1, body.length + 2, 0, ...body, 0x0b),
  ]);
};

const PROGRAMS: Entries = {
  'bin/grow': wasm(0x03, 0x40, 0x41, 0x80, 0x08, 0x40, 0, 0x1a, 0x0c, 0, 0x0b),
  'bin/recurse': wasm(0x10, 0),
  'bin/abort': wasm(0),
  'bin/cut': wasm(0).slice(0, 20),
};

const give = async ({ page }: Visit, name: string, buffer: Buffer): Promise<string> => {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Open image' }).click();
  await (await chooser).setFiles({ name, mimeType: 'application/x-tar', buffer });
  await page.locator('.message').waitFor(PATIENT);
  const told = await page.locator('.message').innerText();
  await page.locator('.message button').click();
  await page.locator('.message').waitFor({ state: 'detached' });
  return told;
};

/** Types a line into the plain terminal; answers what came of it, when it has ended. */
const run = async ({ page }: Visit, line: string): Promise<string> => {
  const runs = page.locator('.transcript-run');
  const before = await runs.count();
  const input = page.locator('.transcript input, .transcript textarea').first();
  await input.fill(line);
  await input.press('Enter');
  await expect.poll(() => runs.count(), PATIENT).toBeGreaterThan(before);
  await expect.poll(() => page.locator('.terminal-tools button').first().isDisabled(), PATIENT).toBe(true);
  return runs.nth(before).innerText();
};

const plainTerminal = async (person: Visit): Promise<void> => {
  await person.page.locator('.terminal-plain').click();
  await person.page.locator('.transcript input, .transcript textarea').first().waitFor();
};

const hashOf = (text: string): string =>
  `#log=${Buffer.from(deflateSync(strToU8(text), { level: 9 })).toString('base64url')}`;

const LOG = { commands: [{ parent: 0, command: { type: 'gc' } }], at: 1, checkpoints: [] };

describe.skipIf(!requires('chromium'))('hostile input', () => {
  const visit = openForVisits();

  it('as an image: says what is wrong with it, and leaves the node as it was', async () => {
    const person = await visit();
    const whole = await image({ 'etc/motd': 'hello\n'.repeat(2000) });
    const [config, layers] = [
      JSON.stringify({ rootfs: { type: 'layers', diff_ids: [`sha256:${'0'.repeat(64)}`] } }),
      '[{',
    ];
    const kinds: Readonly<Record<string, Buffer>> = {
      empty: Buffer.alloc(0),
      noise: Buffer.from(Uint8Array.from({ length: 20_000 }, (_, at) => (at * 7919) & 0xff)),
      cut: whole.subarray(0, whole.length - 9000),
      'no manifest': await tar({ 'etc/passwd': 'root' }),
      'no JSON': await image({ a: 'b' }, { 'manifest.json': layers }),
      'another digest': await image({ a: 'b' }, { 'config.json': config }),
      'a damaged layer': await image(
        { a: 'b' },
        { 'layer.tar': Uint8Array.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7]) },
      ),
      'a layer that is missing': await image(
        { a: 'b' },
        { 'manifest.json': JSON.stringify([{ Config: 'config.json', RepoTags: [], Layers: ['../../etc/passwd'] }]) },
      ),
    };
    for (const [kind, bytes] of Object.entries(kinds)) {
      const told = await give(person, `${kind}.tar`, bytes);
      console.log(`${kind}: ${told}`);
      expect(told, kind).toMatch(/^This could not be opened: .{10,}/);
    }
    expect(await person.page.locator('.snapshot').count()).toBe(4);
    await person.try('echo hello >> /etc/motd');
    await person.leave();
  });

  it('as a program: ends it, and nothing else', async () => {
    const person = await visit();
    expect(await give(person, 'bad.tar', await image(PROGRAMS))).toContain('Container “bad” stands on it');
    await plainTerminal(person);
    for (const program of ['recurse', 'abort', 'cut']) {
      const told = await run(person, program);
      console.log(`${program}: ${told}`);
      expect(told, program).toMatch(/exit code (?!0)\d+/);
    }
    const { page } = person;
    const input = page.locator('.transcript input, .transcript textarea').first();
    await input.fill('grow');
    await input.press('Enter');
    await expect.poll(() => page.locator('.terminal-long').textContent(), PATIENT).toContain('Stop ends it');
    await page.getByRole('button', { name: /^Stop/ }).click();
    await expect.poll(() => page.locator('.terminal-tools button').first().isDisabled(), PATIENT).toBe(true);
    expect(await run(person, 'ls /bin')).toContain('grow');
    await person.picture('after-a-bomb');
    await person.leave();
  });

  it('as a file of 5 GB that takes no room: it can be made, read as far as it goes, and not taken away', async () => {
    const person = await visit();
    const { page } = person;
    await plainTerminal(person);
    expect(await run(person, 'truncate -s 5G /big; du /big; ls -l /big')).toContain('5368709120');
    expect(await run(person, 'cat /big')).toContain('cat: write error: File too large');
    await page.getByRole('button', { name: 'Export' }).click();
    await page.locator('.exports button').first().click();
    await expect.poll(() => page.locator('.message').textContent(), PATIENT).toContain('more than 1.0 GiB');
    await person.picture('too-large-to-export');
    expect(await run(person, 'ls /etc')).toContain('motd');
    await person.leave();
  });

  it.each([
    ['deep', '['.repeat(1 << 20), /cannot be read/],
    ['larger than any log', JSON.stringify({ ...LOG, more: 'x'.repeat(8 << 20) }), /cannot be read/],
    ['of too many commands', JSON.stringify({ ...LOG, commands: Array(3000).fill(LOG.commands[0]) }), /cannot be read/],
    ['of markup', '<script>document.title = "taken"</script>', /cannot be read/],
  ])('as a link, %s: says that it cannot be read', async (_kind, text, told) => {
    const victim = await visit({ hash: hashOf(text) });
    await expect.poll(() => victim.page.locator('.message').textContent(), PATIENT).toMatch(told);
    await victim.try('echo hello >> /etc/motd');
    expect(await victim.page.title()).toBe('Layerscope');
    await victim.leave();
  });

  it('as a snapshotter in a link: is read, put into the editor, and run by nobody', async () => {
    const text = '</pre><img src=x onerror="document.title=1">\nfor (;;); // export const createSnapshotter';
    const hash = hashOf(
      `{"__proto__":{"learner":"x"},"learner":"x",${JSON.stringify({ ...LOG, snapshotter: text }).slice(1)}`,
    );
    const victim = await visit({ hash });
    const { page } = victim;
    await expect.poll(() => page.locator('dialog pre').textContent()).toBe(text);
    await victim.picture('received-snapshotter');
    expect(await page.getByRole('checkbox').isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Carry them out' }).click();
    await expect.poll(() => page.locator('.editor-code').innerText(), PATIENT).toContain('for');
    await expect.poll(() => page.evaluate(`JSON.parse(localStorage.getItem('layerscope.draft')).text`)).toBe(text);
    expect(await page.locator('.snapshotter').count()).toBe(0);
    expect(await page.locator('.problem').count()).toBe(0);
    expect(await page.title()).toBe('Layerscope');
    // What somebody wrote is not taken by a link: the box is empty then.
    await page.reload();
    await page.getByRole('checkbox').waitFor(PATIENT);
    await expect.poll(() => page.getByRole('checkbox').isChecked()).toBe(false);
    await victim.leave();
  });
});
