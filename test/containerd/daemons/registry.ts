/** A real OCI registry (docker-registry) of this test's own, on a free port of the loopback interface. */
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findProgram } from '../../requirements.ts';

export interface Registry {
  /** `127.0.0.1:<port>`: what names of images in it begin with. It speaks plain HTTP. */
  readonly host: string;
  /** Ends it by its process id and removes what it stored. */
  stop(): Promise<void>;
}

const READY_SECONDS = 20;

const configuration = (folder: string): string => `version: 0.1
log:
  level: info
storage:
  filesystem:
    rootdirectory: ${folder}/blobs
  delete:
    enabled: true
http:
  addr: 127.0.0.1:0
`;

export const startRegistry = async (): Promise<Registry> => {
  const folder = mkdtempSync(join(tmpdir(), 'layerscope-registry-'));
  const [configFile, logFile] = [join(folder, 'config.yml'), join(folder, 'log')];
  writeFileSync(configFile, configuration(folder));
  const log = openSync(logFile, 'w');
  const child = spawn(findProgram('docker-registry')!, ['serve', configFile], { stdio: ['ignore', log, log] });
  closeSync(log);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
    process.removeListener('exit', lastResort);
    rmSync(folder, { recursive: true, force: true });
  };
  // A worker that ends before the test could stop it must not leave the registry behind.
  const lastResort = (): void => void child.kill('SIGKILL');
  process.once('exit', lastResort);
  for (let waited = 0; waited < READY_SECONDS * 20 && child.exitCode === null; waited++) {
    const said = readFileSync(logFile, 'utf8');
    const [, host] = /listening on (127\.0\.0\.1:\d+)/.exec(said) ?? [];
    if (host !== undefined) return { host, stop };
    await pause(50);
  }
  const said = readFileSync(logFile, 'utf8');
  await stop();
  throw new Error(`docker-registry does not serve:\n${said}`);
};
