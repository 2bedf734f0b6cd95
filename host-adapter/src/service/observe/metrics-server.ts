import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ServeError } from '../process/serve-error.ts';
import type { Metrics } from './metrics.ts';

export interface MetricsServer {
  /** `host:port`; the port that was given out where 0 was asked for. */
  readonly address: string;
  close(): Promise<void>;
}

/** Answers `GET /metrics` on `host:port`. */
export const serveMetrics = async (metrics: Metrics, hostPort: string): Promise<MetricsServer> => {
  const [, host = '', port = ''] = /^(.*):(\d{1,5})$/.exec(hostPort) ?? [];
  if (port === '') {
    throw new ServeError(`${hostPort} is no address for metrics`, 'Write it as host:port, e.g. 127.0.0.1:9460.');
  }
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') return void response.writeHead(404).end('Metrics are at /metrics.\n');
    metrics.text().then(
      (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
      (error: unknown) => response.writeHead(500).end(`${String(error)}\n`),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new ServeError(`metrics on ${hostPort}: ${error.message}`, 'Pass another --metrics address.')),
    );
    server.listen(Number(port), host.replace(/^\[(.*)\]$/, '$1') || undefined, () => resolve());
  });
  return {
    address: `${host}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
