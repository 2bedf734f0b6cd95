/** A layer made of this machine's /usr: the same files at every call, about 256 MB, plain and gzipped, on tmpfs. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';

const FOLDER = '/dev/shm/layerscope-bench-layers';
const SIZE = 256e6;
const LARGEST = 48e6;

const run = (program, args) => {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
};

/** Files, links and directories of /usr: every n-th, so that the mixture of sizes stays, and what they lie in. */
const chooseFiles = () => {
  const args = ['/usr', '-xdev', '(', '-type', 'f', '-o', '-type', 'l', ')', '-printf', '%s\\t%P\\n'];
  const { stdout } = spawnSync('find', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  const files = stdout
    .trim()
    .split('\n')
    .map((line) => ({ size: Number(line.split('\t')[0]), path: `usr/${line.split('\t')[1]}` }))
    .filter(({ size }) => size <= LARGEST)
    .toSorted((left, right) => (left.path < right.path ? -1 : 1));
  const stride = Math.max(1, Math.floor(files.reduce((sum, { size }) => sum + size, 0) / SIZE));
  const chosen = files.filter((_, at) => at % stride === 0).map(({ path }) => path);
  const parents = new Set(
    chosen.flatMap((path) => path.split('/').map((_, depth, parts) => parts.slice(0, depth).join('/'))),
  );
  return [...parents, ...chosen].filter((path) => path !== '').toSorted();
};

/** Paths of the plain and the gzipped layer; the folder is the caller's to remove. */
export const layerInput = () => {
  const plain = `${FOLDER}/layer.tar`;
  const gzipped = `${plain}.gz`;
  if (!existsSync(gzipped)) {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(`${FOLDER}/files`, chooseFiles().join('\n'));
    run('tar', [
      '-C',
      '/',
      '--format=posix',
      '--pax-option=delete=atime,delete=ctime',
      '--no-recursion',
      '-T',
      `${FOLDER}/files`,
      '-cf',
      plain,
    ]);
    run('sh', ['-c', `gzip -6 -n -c ${plain} > ${gzipped}.new`]);
    renameSync(`${gzipped}.new`, gzipped);
  }
  return { folder: FOLDER, plain, gzipped, size: statSync(plain).size };
};
