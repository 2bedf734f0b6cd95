import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimSocket, notifyServiceManager } from '../../../../host-adapter/src/service/index.ts';
import { serveInMemory } from './served.ts';
import { requires } from '../../../requirements.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'layerscope-socket-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the place of a socket', () => {
  it('its directory is made', async () => {
    const address = join(folder, 'a', 'b', 'sock');
    await claimSocket(address);
    expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o711);
    expect(existsSync(address)).toBe(false);
  });

  it('whoever serves there is named', async () => {
    const address = join(folder, 'live');
    const server = createServer().listen(address);
    await once(server, 'listening');
    await expect(claimSocket(address)).rejects.toThrow(
      process.platform === 'linux' ? new RegExp(`^process ${process.pid} \\(.*\\) is serving on ${address}$`) : address,
    );
    await new Promise((resolve) => server.close(resolve));
  });

  it('what a dead process left is replaced', async () => {
    const address = join(folder, 'stale');
    const script = `require('net').createServer().listen(${JSON.stringify(address)}, () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', script]);
    expect(existsSync(address)).toBe(true);
    await claimSocket(address);
    expect(existsSync(address)).toBe(false);
  });

  it('what is no socket is left alone', async () => {
    const address = join(folder, 'precious');
    writeFileSync(address, 'data');
    await expect(claimSocket(address)).rejects.toThrow('exists and is no socket');
    mkdirSync(join(folder, 'directory'));
    await expect(claimSocket(join(folder, 'directory'))).rejects.toThrow('exists and is no socket');
  });

  it('where none can be made', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(claimSocket(join(folder, 'file', 'sock'))).rejects.toThrow(
      `there can be no socket ${folder}/file/sock`,
    );
  });

  it('a path that Linux cannot take', async () => {
    await expect(claimSocket(`/tmp/${'x'.repeat(108)}`)).rejects.toThrow('longer than 107 bytes');
  });

  it('only its owner may connect, from the first moment', async () => {
    const served = await serveInMemory();
    try {
      expect(statSync(served.address).mode & 0o777).toBe(0o600);
    } finally {
      await served.stop();
    }
    expect(existsSync(served.address)).toBe(false);
  });
});

/** Receives one datagram, as systemd does; Node itself cannot. */
const RECEIVER = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1].replace('@', chr(0), 1) if sys.argv[1].startswith('@') else sys.argv[1])
print('ready', flush=True)
s.settimeout(10)
print(s.recv(100).decode(), flush=True)
`;

describe.skipIf(!requires('linux') || spawnSync('python3', ['--version']).status !== 0)('the service manager', () => {
  it.each(['path', 'abstract'])('hears, at an address that is a name: %s', async (kind) => {
    const address = kind === 'path' ? join(folder, 'notify') : `@layerscope-test-${process.pid}`;
    const receiver = spawn('python3', ['-c', RECEIVER, address], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    receiver.stdout.on('data', (text) => (output += String(text)));
    await once(receiver.stdout, 'data');
    await notifyServiceManager('READY=1', address);
    await once(receiver, 'close');
    expect(output).toBe('ready\nREADY=1\n');
  });

  it('is not missed', async () => {
    await expect(notifyServiceManager('READY=1', join(folder, 'nobody'))).resolves.toBeUndefined();
    await expect(notifyServiceManager('READY=1', '')).resolves.toBeUndefined();
  });
});
