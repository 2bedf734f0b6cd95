/** What is installed on a node: the command as npx runs it, the systemd unit, the DaemonSet. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { remoteSnapshotter } from '../../../host-adapter/src/service/index.ts';
import { requires } from '../../requirements.ts';
import { startLayerscope } from './layerscope.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const DOCS = join(ROOT, 'host-adapter', 'docs');
const MINUTE = 60_000;

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'layerscope-packaging-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Receives datagrams, as systemd does; Node itself cannot. */
const RECEIVER = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
s.settimeout(60)
print('ready', flush=True)
while True: print(s.recv(100).decode(), flush=True)
`;

/** The processes whose command line names the folder of this test. */
const ours = (): readonly string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder);
    } catch {
      return false; // it ended meanwhile
    }
  });

describe('npx layerscope serve', () => {
  // `kill` reaches npx alone, Ctrl-C everything that runs in the terminal.
  it.each([
    ['SIGTERM', (pid: number): number => pid],
    ['SIGINT', (pid: number): number => -pid],
  ] as const)(
    'ends with %s, and leaves no child and no socket',
    async (signal, target) => {
      const address = join(folder, 'sock');
      const npx = spawn('npx', ['layerscope', 'serve', '--kernel', 'simulated', '--address', address], {
        cwd: ROOT,
        stdio: 'ignore',
        detached: true,
      });
      try {
        await expect.poll(() => existsSync(address), { timeout: 30_000 }).toBe(true);
        const snapshotter = remoteSnapshotter({ address, snapshotter: 'layerscope' });
        await snapshotter.prepare('key', '');
        await snapshotter.close();
        expect(ours().length).toBeGreaterThan(0);
        process.kill(target(npx.pid!), signal);
        await expect.poll(ours, { timeout: 20_000 }).toEqual([]);
        expect(existsSync(address)).toBe(false);
      } finally {
        for (const pid of ours()) process.kill(Number(pid), 'SIGKILL');
      }
    },
    MINUTE,
  );
});

interface Container {
  readonly command: readonly string[];
  readonly env: readonly {
    readonly name: string;
    readonly valueFrom: { readonly fieldRef: { readonly fieldPath: string } };
  }[];
  readonly securityContext: { readonly privileged: boolean };
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

interface DaemonSet {
  readonly kind: string;
  readonly spec: {
    readonly selector: { readonly matchLabels: object };
    readonly template: {
      readonly metadata: { readonly labels: object; readonly annotations: Readonly<Record<string, string>> };
      readonly spec: {
        readonly hostPID: boolean;
        readonly hostNetwork: boolean;
        readonly terminationGracePeriodSeconds: number;
        readonly containers: readonly Container[];
        readonly volumes: readonly { readonly name: string; readonly hostPath: { readonly path: string } }[];
      };
    };
  };
}

/** The arguments after `layerscope` in a command line. */
const serveArguments = (words: readonly string[]): readonly string[] =>
  words.slice(words.findIndex((word) => word.endsWith('/layerscope')) + 1);

/** Whether `layerscope` itself takes the arguments: with --help it says what there is, or what it does not know. */
const accepted = (args: readonly string[]): boolean =>
  spawnSync(process.execPath, [join(ROOT, 'host-adapter', 'bin', 'layerscope.js'), ...args, '--kernel', 'none'], {
    encoding: 'utf8',
  }).stderr.includes("argument 'none' is invalid");

describe('the DaemonSet', () => {
  const { kind, spec } = parse(readFileSync(join(DOCS, 'daemonset.yaml'), 'utf8')) as DaemonSet;
  const pod = spec.template.spec;
  const [container] = pod.containers;

  it('runs the program of the node in the namespaces of the node', () => {
    expect(kind).toBe('DaemonSet');
    expect(spec.selector.matchLabels).toEqual(spec.template.metadata.labels);
    expect(pod.hostPID).toBe(true);
    expect(container!.securityContext.privileged).toBe(true);
    expect(container!.command.slice(0, 3)).toEqual(['nsenter', '--target=1', '--mount']);
    expect(accepted(serveArguments(container!.command))).toBe(true);
  });

  it('mounts what it names, and waits for calls under way', () => {
    const volumes = new Map(pod.volumes.map(({ name, hostPath }) => [name, hostPath.path]));
    for (const { name, mountPath } of container!.volumeMounts) expect(volumes.get(name)).toBe(mountPath);
    const [root, socket] = ['--root=', '--address='].map((flag) =>
      container!.command.find((word) => word.startsWith(flag))?.slice(flag.length),
    );
    expect([...volumes.values()]).toEqual([root, socket?.replace(/\/[^/]*$/, '')]);
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(20);
  });

  it('tells Prometheus an address that is served', () => {
    expect(pod.hostNetwork).toBe(true);
    const [address] = container!.env;
    expect(address).toEqual({ name: 'NODE_ADDRESS', valueFrom: { fieldRef: { fieldPath: 'status.hostIP' } } });
    const port = spec.template.metadata.annotations['prometheus.io/port'];
    expect(container!.command).toContain(`--metrics=$(NODE_ADDRESS):${port}`);
  });

  // What ends a pod is a signal to the first process of its container: that must be the server, not one that started it.
  it.skipIf(!requires('root', 'linux', 'overlay-mount', 'busybox'))(
    'ends as its service does, when the pod is ended',
    async () => {
      const log = join(folder, 'log');
      const replaced: Readonly<Record<string, readonly string[]>> = {
        '--target=1': [`--target=${process.pid}`],
        '/usr/bin/layerscope': [process.execPath, join(ROOT, 'host-adapter', 'bin', 'layerscope.js')],
        '--root=/var/lib/layerscope': [`--root=${join(folder, 'root')}`],
        '--address=/run/layerscope/layerscope.sock': [`--address=${join(folder, 'sock')}`],
        '--metrics=$(NODE_ADDRESS):9460': ['--metrics=127.0.0.1:0'],
      };
      const words = container!.command.flatMap((word) => replaced[word] ?? [word]);
      expect(Object.keys(replaced).filter((word) => !container!.command.includes(word))).toEqual([]);
      const fd = openSync(log, 'w');
      const started = spawn('busybox', words, { stdio: ['ignore', fd, fd] });
      closeSync(fd);
      try {
        await expect.poll(() => readFileSync(log, 'utf8'), { timeout: 30_000 }).toContain('"msg":"serving"');
        const exited = once(started, 'exit');
        started.kill('SIGTERM');
        expect(await exited).toEqual([0, null]);
        expect(readFileSync(log, 'utf8')).toMatch(/"msg":"draining"\}\n.*"msg":"stopped"\}\n$/);
        expect(ours()).toEqual([]);
      } finally {
        for (const pid of ours()) process.kill(Number(pid), 'SIGKILL');
      }
    },
    MINUTE,
  );
});

describe('the systemd unit', () => {
  const unit = readFileSync(join(DOCS, 'layerscope.service'), 'utf8');
  const value = (key: string): string => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1] ?? '';

  it('starts the command with arguments it has', () => {
    expect(accepted(serveArguments(value('ExecStart').split(' ')))).toBe(true);
    expect(value('Type')).toBe('notify');
    expect(Number(value('TimeoutStopSec'))).toBeGreaterThan(20);
  });

  it.skipIf(!requires('root', 'linux', 'overlay-mount'))(
    'is told when the service answers, and when it ends',
    async () => {
      const address = join(folder, 'notify');
      const receiver = spawn('python3', ['-c', RECEIVER, address], { stdio: ['ignore', 'pipe', 'inherit'] });
      let heard = '';
      receiver.stdout.on('data', (text) => (heard += String(text)));
      try {
        await once(receiver.stdout, 'data');
        const server = await startLayerscope({ folder, env: { NOTIFY_SOCKET: address } });
        await expect.poll(() => heard, { timeout: 10_000 }).toBe('ready\nREADY=1\n');
        expect(await server.stop()).toBe(0);
        await expect.poll(() => heard, { timeout: 10_000 }).toBe('ready\nREADY=1\nSTOPPING=1\n');
      } finally {
        receiver.kill('SIGKILL');
      }
    },
  );

  it.skipIf(!requires('systemd-analyze'))('is a unit that systemd takes', () => {
    // The program must be there; the place of this one is another.
    const path = join(folder, 'layerscope.service');
    writeFileSync(path, unit.replace('/usr/bin/layerscope', process.execPath).replace(/^Documentation=.*$/m, ''));
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
    expect(stderr.split('\n').filter((line) => line.includes('layerscope'))).toEqual([]);
    expect(status).toBe(0);
  });
});
