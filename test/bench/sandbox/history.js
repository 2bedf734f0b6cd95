/**
 * Going back and forth in the history of a node that has an image of 10,000 files, against the limits that make it feel
 * immediate: 50 ms for one command, 100 ms for any other state.
 * Alone: `node test/bench/sandbox/history.js`.
 */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { ctr } from '@layerscope/core/ctr';
import { createHistory, createSandbox } from '@layerscope/core/sandbox';
import { pack } from 'tar-stream';

const FILES = 10_000;
const ROUNDS = 7;
const UNDO_MS = 50;
const SEEK_MS = 100;
const IMAGE = 'bench.test/files:latest';

const tarOf = async (entries) => {
  const stream = pack();
  for (const { name, bytes, ...header } of entries) stream.entry({ name, mtime: new Date(0), ...header }, bytes ?? '');
  stream.finalize();
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
};

/** As `docker save` writes it. */
const makeArchive = async () => {
  const bytes = Buffer.alloc(700, 'x');
  const folders = Array.from({ length: 100 }, (_, folder) => ({ name: `data/d${folder}/`, type: 'directory' }));
  const files = Array.from({ length: FILES }, (_, file) => ({ name: `data/d${file % 100}/f${file}`, bytes }));
  const layer = await tarOf([{ name: 'data/', type: 'directory' }, ...folders, ...files]);
  const diffId = `sha256:${createHash('sha256').update(layer).digest('hex')}`;
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Env: ['PATH=/bin'] },
      rootfs: { type: 'layers', diff_ids: [diffId] },
    }),
  );
  const manifest = Buffer.from(JSON.stringify([{ Config: 'c.json', RepoTags: [IMAGE], Layers: ['l.tar'] }]));
  return tarOf([
    { name: 'c.json', bytes: config },
    { name: 'l.tar', bytes: layer },
    { name: 'manifest.json', bytes: manifest },
  ]);
};

const median = (values) => values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)];

const timed = async (body) => {
  const start = performance.now();
  await body();
  return performance.now() - start;
};

const sh = (script) => ({ type: 'exec', container: 'c1', args: ['sh', '-c', script] });

const COMMANDS = [
  ['import of the image', { type: 'import', blob: 'image' }],
  ['ctr run', { type: 'ctr', args: ['run', '-d', IMAGE, 'c1', 'sleep', 'infinity'] }],
  ['one file written', sh('echo x >> /data/d1/f1')],
  ['every file read', sh('cat /data/*/* > /dev/null')],
  ['every file changed', sh('chmod -R go-rwx /data')],
  ['every file removed', sh('rm -r /data')],
];

export const suite = {
  name: 'history',
  goals: [
    { row: 'undo: worst', atMost: 1, of: `ms / ${UNDO_MS}` },
    { row: 'seek: typical', atMost: 1, of: `ms / ${SEEK_MS}` },
  ],
  missing: () => undefined,
  run: async () => {
    const archive = await makeArchive();
    const blobs = () =>
      (async function* () {
        yield archive;
      })();
    const plain = await createSandbox({ ctr, blobs });
    const history = await createHistory({ ctr, blobs });
    const rows = [];
    let worst = 0;
    for (const [name, command] of COMMANDS) {
      const without = await timed(() => plain.execute(command));
      const done = await timed(async () => {
        const { result } = await history.execute(command);
        if (result.exitCode !== 0) throw new Error(`${name}: ${Buffer.from(result.stderr).toString()}`);
      });
      const undos = [];
      const redos = [];
      for (let round = 0; round < ROUNDS; round++) {
        undos.push(await timed(() => history.undo()));
        redos.push(await timed(() => history.redo()));
      }
      const undo = median(undos);
      worst = Math.max(worst, undo, median(redos));
      rows.push({ row: name, 'done ms': done, 'without history': without, 'undo ms': undo, 'redo ms': median(redos) });
    }
    const last = history.at;
    const seeks = [];
    for (let round = 0; round < ROUNDS; round++) {
      seeks.push(await timed(() => history.seek(0)), await timed(() => history.seek(last)));
      seeks.push(await timed(() => history.seek(2)), await timed(() => history.seek(last)));
    }
    rows.push({ row: 'undo: worst', 'undo ms': worst, ratio: worst / UNDO_MS });
    rows.push({ row: 'seek: typical', 'undo ms': median(seeks), ratio: median(seeks) / SEEK_MS });
    return rows;
  },
};

if (process.argv[1] === fileURLToPath(import.meta.url)) console.table(await suite.run());
