/** A learner's file as the snapshotter of the page's node: the two talk over a port, as they do across origins. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FIRST_LOG } from '../../../../playground/src/frame/first-log.ts';
import type { KernelApi } from '../../../../playground/src/kernel/api.ts';
import type { Port } from '../../../../playground/src/kernel/rpc.ts';
import { createSession } from '../../../../playground/src/kernel/session/session.ts';
import { serveNode } from '../../../../playground/src/learner/node/serve-node.ts';

const EXAMPLES = fileURLToPath(new URL('../../../../playground/src/editor/examples/', import.meta.url));
const example = (name: string): string => readFileSync(`${EXAMPLES}${name}.ts`, 'utf8');

const importText = (text: string): Promise<object> =>
  import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(text)}`);

const exec = (script: string) => ({ type: 'exec', container: 'web', args: ['sh', '-c', script] }) as const;

let ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports) port.close();
  ports = [];
});

/** A session that is lent a worker with the file whenever it wants one. */
const nodeWith = async (source: string): Promise<{ readonly session: KernelApi; readonly lent: () => number }> => {
  const { code } = await transform(source, { loader: 'ts', format: 'cjs' });
  let count = 0;
  const session: KernelApi = createSession((notice) => {
    if (notice.type !== 'learner' || !notice.wanted) return;
    count += 1;
    const { port1, port2 } = new MessageChannel();
    ports.push(port1, port2);
    serveNode({ kind: 'node', module: { name: 'mine.ts', code } }, importText, port2 as unknown as Port);
    port2.start();
    void session.lend({ port: port1 });
  });
  return { session, lent: () => count };
};

describe("a learner's snapshotter in the node", () => {
  it('keeps whole trees when it is native: the container has one, and its file is changed in place', async () => {
    const { session } = await nodeWith(example('blank'));
    const moment = await session.open({ ...FIRST_LOG, learner: 'mine.ts' });
    expect(moment.snapshotter).toBe('mine');
    expect(moment.snapshots.map(({ kind }) => kind)).toEqual(['Committed', 'Committed', 'Committed', 'Active']);
    const { exitCode, calls } = await session.execute(exec('echo hi >> /etc/motd; cat /etc/motd'));
    expect(exitCode).toBe(0);
    expect(calls.flatMap(({ effect }) => effect ?? [])).toEqual([]);
    const { layers, mount } = await session.stack('web');
    expect(layers).toHaveLength(1);
    expect(mount).toMatch(/^mount --rbind -o rw \/var\/lib\/containerd\/.*\.mine\//);
  });

  it('is marked by what differs from the copy it began as', async () => {
    const { session } = await nodeWith(example('blank'));
    await session.open({ ...FIRST_LOG, learner: 'mine.ts' });
    const marks = async (): Promise<readonly string[]> => {
      const open = ['/etc', '/opt', '/opt/app', '/usr', '/usr/share', '/usr/share/doc'];
      const every = ['added', 'changed', 'hidden', 'opaque', 'unchanged'] as const;
      const page = await session.tree({ key: 'web', scope: 'merged', open, filter: '', marks: every });
      return page.rows.filter(({ mark }) => mark !== 'unchanged').map(({ path, mark }) => `${mark} ${path}`);
    };
    expect(await marks()).toEqual([]);
    await session.execute(exec('echo hi >> /etc/motd; echo new > /opt/new; chmod 700 /opt/app; rm /etc/hostname'));
    expect(await marks()).toEqual(['changed /etc/motd', 'changed /opt/app', 'added /opt/new']);
  });

  it('is shown where it puts its files, here on another volume', async () => {
    const { session } = await nodeWith(example('moved-upperdir'));
    await session.open({ ...FIRST_LOG, learner: 'mine.ts' });
    const { calls } = await session.execute(exec('echo hi >> /etc/motd'));
    expect(calls.flatMap(({ effect }) => effect?.upper ?? [])[0]).toMatch(/^\/mnt\/volume\//);
    const { layers } = await session.stack('web');
    expect(layers.map(({ role }) => role)).toEqual(['upper', 'lower', 'lower', 'lower']);
    expect(layers[0]?.directory).toMatch(/^\/mnt\/volume\//);
    const { presences, effects } = await session.path({ key: 'web', path: '/etc/motd' });
    expect(presences[0]).toMatchObject({ title: 'web', seen: true });
    expect(effects).toMatchObject([{ what: 'copy-up', bytes: 20 }]);
  });

  it('goes back in time with the node: it is begun anew on the rows of then', async () => {
    const { session, lent } = await nodeWith(example('blank'));
    await session.open({ ...FIRST_LOG, learner: 'mine.ts' });
    const run = { type: 'ctr', args: ['run', '--detach', 'layerscope.test/demo:latest', 'two', 'sleep', '1'] } as const;
    const first = await session.execute(run);
    expect([first.exitCode, first.stderr]).toEqual([0, '']);
    await session.undo();
    const { snapshots } = await session.checkpoint('before');
    expect(snapshots.map(({ name }) => name)).not.toContain('two');
    const again = await session.execute(run);
    expect([again.exitCode, again.stderr]).toEqual([0, '']);
    expect(lent()).toBe(2);
  });

  it('fails a command with its own words, and the node goes on', async () => {
    const { session } = await nodeWith(
      example('blank').replace(
        'await disk.mkdir(tree(id), 0o755);',
        "if (key.includes('two')) throw new Error('no room for ' + key); await disk.mkdir(tree(id), 0o755);",
      ),
    );
    await session.open({ ...FIRST_LOG, learner: 'mine.ts' });
    const { exitCode, stderr } = await session.execute({
      type: 'ctr',
      args: ['run', '--detach', 'layerscope.test/demo:latest', 'two', 'sleep', '1'],
    });
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('no room for');
    expect((await session.execute(exec('true'))).exitCode).toBe(0);
  });

  describe('that answers no more', () => {
    afterEach(() => void vi.useRealTimers());

    /** Lets time pass in steps, with everything that happens in between. */
    const pass = async (steps: number, step: number): Promise<void> => {
      for (let at = 0; at < steps; at++) {
        for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
        await vi.advanceTimersByTimeAsync(step);
      }
    };
    const fakeTime = (): void => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });

    const run = { type: 'ctr', args: ['run', '--detach', 'layerscope.test/demo:latest', 'two', 'sleep', '1'] } as const;
    const prepare = (body: string): string =>
      example('blank').replace(
        'prepare: (key,',
        `prepare: async (key, ...rest) => { if (key.includes('two')) ${body} return create('Active', key, ...rest); },\n    other: (key,`,
      );

    it.each([
      ['waits for ever', 'await new Promise(() => {});'],
      ['asks the kernel for ever', 'for (;;) await kernel.disk.lstat(root);'],
    ])('is ended within five seconds when it %s', async (_, body) => {
      const { session } = await nodeWith(prepare(body));
      await session.open({ ...FIRST_LOG, learner: 'mine.ts' });
      fakeTime();
      const asked = session.execute(run);
      await pass(16, 400);
      const { exitCode, stderr } = await asked;
      expect(exitCode).not.toBe(0);
      expect(stderr).toContain('mine.ts did not answer prepare() within 5 s and was ended: does it loop?');
    });

    it('is ended as soon when it cannot even be made', async () => {
      const { session } = await nodeWith('export const createSnapshotter = () => new Promise(() => {});');
      fakeTime();
      const opened = session.open({ ...FIRST_LOG, learner: 'mine.ts' });
      await pass(16, 400);
      await opened;
      const { stderr } = await session.execute(run);
      expect(stderr).toContain('mine.ts did not answer createSnapshotter() within 5 s and was ended');
    });
  });
});
