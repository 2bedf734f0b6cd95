/** The prompt and the player, line by line, without a terminal. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseScenario, playScenario } from '@layerscope/core/scenarios';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { playCommand } from '../../../../host-adapter/src/cli/play/play-command.ts';
import { paintFor } from '../../../../host-adapter/src/cli/render/colour.ts';
import { createSession } from '../../../../host-adapter/src/cli/shell/session.ts';
import { machineWithDemo } from '../../../histories/machine.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerscope-play-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = async () => {
  let out = '';
  let err = '';
  const text = (piece: string | Uint8Array): string =>
    typeof piece === 'string' ? piece : new TextDecoder().decode(piece);
  const session = createSession({
    history: await machineWithDemo(),
    setting: { blobs: { demo: 'demo' } },
    out: (piece) => void (out += text(piece)),
    err: (piece) => void (err += text(piece)),
    paint: (_style, piece) => piece,
  });
  return {
    session,
    /** What the line printed. */
    type: async (line: string): Promise<{ out: string; err: string; goesOn: boolean }> => {
      out = '';
      err = '';
      const goesOn = await session.line(line);
      return { out, err, goesOn };
    },
  };
};

describe('a session at the prompt', () => {
  it('runs ctr, the machine and containers, and takes anything back', async () => {
    const { session, type } = await open();
    expect((await type('import demo')).out).toBe('layerscope.test/demo:latest\n');
    await type('ctr run -d layerscope.test/demo:latest c1 sleep infinity');
    expect((await type('ctr tasks ls')).out).toMatch(/c1 +\d+ +RUNNING/);
    await type('enter c1');
    expect(session.prompt()).toBe('c1 3# ');
    expect((await type('echo hi >> /etc/motd; cat /etc/motd')).out).toBe('Welcome to the app.\nhi\n');
    expect((await type('exit')).goesOn).toBe(true);
    expect((await type('events')).out).toContain('overlay  copy-up /etc/motd (open(O_WRONLY): open-for-writing)');
    expect((await type('compare')).out).toContain('~ ');
    expect((await type('undo')).out).toBe('at 3\n');
    expect((await type('redo')).out).toBe('at 4\n');
    expect((await type('redo')).err).toBe('there is nothing to redo\n');
    await type('checkpoint written');
    expect((await type('seek 1')).out).toBe('at 1\n');
    expect((await type('echo branch')).out).toBe('branch\n');
    expect((await type('log')).out.split('\n').slice(3)).toEqual([
      '    3  ctr tasks ls',
      "    4  c1$ sh -c 'echo hi >> /etc/motd; cat /etc/motd' [written]",
      '*   5  $ echo branch (after 1)',
      '',
    ]);
    expect((await type('seek written')).out).toBe('at 4\n');
    expect((await type('exit')).goesOn).toBe(false);
  });

  it('lets things go wrong, and shows what is left', async () => {
    const { session, type } = await open();
    await type('fault kernel rename EIO');
    expect((await type('import demo')).err).toContain('input/output error');
    expect(session.exitCode).toBe(1);
    await type('import demo');
    await type('ctr run -d layerscope.test/demo:latest c1 sleep infinity');
    await type('mkdir /t; mount -t tmpfs tmpfs /t');
    expect((await type('crash')).out).toMatch(
      /^ {2}power {4}cut\n {2}lost {5}task c1 .*\/t.*\n {2}started {2}for the 2\. time\n$/,
    );
    expect((await type('ctr tasks ls')).out).not.toContain('c1');
    expect((await type('ctr containers ls')).out).toContain('c1');
  });

  it('says what a word wants', async () => {
    const { type } = await open();
    expect((await type('seek')).err).toBe('usage: seek NUMBER|CHECKPOINT\n');
    expect((await type('seek nowhere')).err).toContain('there is no command nowhere');
    expect((await type('fault kernel mount EPERM')).err).toContain('usage: fault');
    expect((await type('advance soon')).err).toBe('usage: advance 10s|5m|24h\n');
    expect((await type('help')).out).toContain('undo');
    expect(await type('# only said')).toEqual({ out: '', err: '', goesOn: true });
  });

  it('is written as a scenario that plays', async () => {
    const { type } = await open();
    for (const line of ['import demo', 'ctr snapshots ls', 'cat /nothing', 'crash']) await type(line);
    const file = join(folder, 'My Session.yaml');
    await type(`save '${file}'`);
    const scenario = parseScenario(readFileSync(file, 'utf8'));
    expect(scenario.id).toBe('my-session');
    expect((await playScenario(scenario)).differences).toEqual([]);
  });
});

describe('layerscope play', () => {
  afterEach(() => vi.restoreAllMocks());

  const play = async (...args: readonly string[]): Promise<{ exitCode: number; printed: string }> => {
    let printed = '';
    let exitCode = 0;
    vi.spyOn(process.stdout, 'write').mockImplementation((piece) => {
      printed += String(piece);
      return true;
    });
    try {
      await playCommand((code) => void (exitCode = code)).parseAsync([...args], { from: 'user' });
    } finally {
      vi.restoreAllMocks();
    }
    return { exitCode, printed };
  };

  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };

  it('answers 0 when everything is as the file says, and 1 with what differs', async () => {
    const good = file(
      'good.yaml',
      'id: good\ntitle: { en: Good, zh: 好 }\nsolution:\n  - { say: { en: look, zh: 看 }, shell: echo hi }\n',
    );
    const bad = file('bad.yaml', 'id: bad\ntitle: Bad\nsolution:\n  - shell: echo hi\n    expect: { stdout: ho }\n');
    expect(await play(good)).toEqual({ exitCode: 0, printed: 'ok    good  (1 command, 0 calls, 0 B copied up)\n' });
    expect(await play(good, bad)).toEqual({
      exitCode: 1,
      printed: `ok    good  (1 command, 0 calls, 0 B copied up)\nFAIL  bad  ${bad}\n  solution 1 ($ echo hi): stdout line 1\n    wanted: ho\n    found:  hi\n`,
    });
    expect((await play('--verbose', '--lang', 'zh', good)).printed).toBe(
      '好\n\n看\n  $ echo hi\n    hi\n\nok    good  (1 command, 0 calls, 0 B copied up)\n',
    );
    expect(JSON.parse((await play('--json', bad)).printed)).toMatchObject({
      id: 'bad',
      differences: [{ wanted: 'ho' }],
    });
  });

  it('says what is wrong with a file', async () => {
    await expect(play(join(folder, 'nothing.yaml'))).rejects.toThrow('no such file');
    await expect(play(file('wrong.yaml', 'id: x\n'))).rejects.toThrow('is no scenario');
    expect(JSON.parse((await play('--schema')).printed)).toMatchObject({ title: 'Layerscope scenario' });
  });

  it('finds archives beside the file', async () => {
    const path = file(
      'archive.yaml',
      'id: archive\ntitle: x\nblobs: { a: a.tar }\nsolution: [{ import: a, expect: { exit: 1 } }]\n',
    );
    expect((await play(path)).exitCode).toBe(0);
    file('a.tar', 'no tar');
    expect((await play('--verbose', path)).printed).not.toContain('no such file');
  });

  it('is coloured on a terminal only', () => {
    vi.stubEnv('NO_COLOR', '');
    expect(paintFor({ isTTY: true })('red', 'x')).toBe('\u001b[31mx\u001b[39m');
    expect(paintFor({})('red', 'x')).toBe('x');
    vi.stubEnv('NO_COLOR', '1');
    expect(paintFor({ isTTY: true })('red', 'x')).toBe('x');
    vi.unstubAllEnvs();
  });
});
