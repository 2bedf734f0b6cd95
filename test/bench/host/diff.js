/**
 * A gzipped layer of 256 MB in containerd's content store, applied to a directory on tmpfs: by our diff service, and by
 * containerd's own. The same call of the same client, the blob from the same store.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Metadata, credentials } from '@grpc/grpc-js';
import { DiffService } from '../../../host-adapter/dist/service/generated/containerd/services/diff/v1/diff.js';
import { layerInput } from '../layers/cases/input.js';
import { loadDaemons, missingContainerd } from './cases/daemons.js';
import { median } from './peer.js';

const ROUNDS = 3;
const GZIP = 'application/vnd.oci.image.layer.v1.tar+gzip';

const metadata = new Metadata();
metadata.set('containerd-namespace', 'test');

const connect = (address) => {
  const client = new Client(`unix:${address}`, credentials.createInsecure());
  const { path, requestSerialize, responseDeserialize } = DiffService.apply;
  return {
    apply: (diff, source) =>
      new Promise((resolve, reject) => {
        const mounts = [{ type: 'bind', source, target: '', options: ['rw', 'rbind'] }];
        const request = { diff, mounts, payloads: {}, syncFs: false };
        client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, metadata, (error, response) =>
          error === null ? resolve(response.applied) : reject(error),
        );
      }),
    close: () => client.close(),
  };
};

const timeApply = async (side, layer, target) => {
  mkdirSync(target);
  try {
    const begin = performance.now();
    const { digest } = await side.apply(layer, target);
    return { took: performance.now() - begin, digest };
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
};

const measure = async ({ startContainerd, startLayerscope }) => {
  const input = layerInput();
  const folder = mkdtempSync(join(tmpdir(), 'layerscope-containerd-'));
  const layerscope = await startLayerscope({ args: ['--diff', join(folder, 'containerd.sock')] });
  const containerd = await startContainerd({ release: '2.2', folder });
  const sides = { ours: connect(layerscope.address), theirs: connect(containerd.address) };
  try {
    const digest = `sha256:${createHash('sha256').update(readFileSync(input.gzipped)).digest('hex')}`;
    const { size } = statSync(input.gzipped);
    containerd.ctr(['content', 'ingest', '--expected-digest', digest, 'layer'], { input: readFileSync(input.gzipped) });
    const layer = { mediaType: GZIP, digest, size, annotations: {} };
    const rounds = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const ours = await timeApply(sides.ours, layer, `${input.folder}/target`);
      const theirs = await timeApply(sides.theirs, layer, `${input.folder}/target`);
      if (ours.digest !== theirs.digest) throw new Error(`diff IDs differ: ${ours.digest} and ${theirs.digest}`);
      if (round > 0) rounds.push({ ours: ours.took, theirs: theirs.took });
    }
    const speed = (side) => input.size / 1e3 / median(rounds.map((round) => round[side]));
    const ratio = median(rounds.map(({ ours, theirs }) => theirs / ours));
    return [{ row: 'gzip layer to directory', ours: speed('ours'), theirs: speed('theirs'), unit: 'MB/s', ratio }];
  } finally {
    for (const side of Object.values(sides)) side.close();
    await containerd.stop();
    await layerscope.stop();
    rmSync(input.folder, { recursive: true, force: true });
  }
};

export const suite = {
  name: 'host-diff',
  goals: [{ row: 'gzip layer to directory', atLeast: 2, of: "speed, ours / containerd's apply" }],
  missing: () => missingContainerd('root', 'tar', 'unpigz'),
  run: async () => measure(await loadDaemons()),
};
