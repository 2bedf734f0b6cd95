/**
 * Hours of what people do with files, on `layerscope overlay` and on the disk: after each round the same tree on both.
 *
 *   node test/soak/soak.js [minutes] [seed]        as root; an hour by default
 *
 * It says what it does, and where the first difference is; nothing is left behind but the two trees of a difference.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const program = process.env.LAYERSCOPE_PROGRAM ?? join(repository, 'host-adapter/bin/layerscope-overlay.js');
const minutes = Number(process.argv[2] ?? 60);
let seed = Number(process.argv[3] ?? 1);

/** Numbers that are the same for the same seed (a linear congruential generator). */
const below = (limit) => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((seed / 2 ** 32) * limit);
};

const base = mkdtempSync(join(tmpdir(), 'layerscope-soak-'));
const at = (name) => join(base, name);
const merged = at('merged');
const sides = { ours: join(merged, 'home'), disk: at('disk') };

const shell = (cwd, script) =>
  execFileSync('sh', ['-euc', script], { cwd, encoding: 'utf8', stdio: 'pipe', maxBuffer: 2 ** 30 });

const mount = (options) =>
  execFileSync(process.execPath, [
    program,
    '-o',
    `lowerdir=${at('lower')},upperdir=${at('upper')},workdir=${at('work')}${options}`,
    merged,
  ]);
const unmount = () => execFileSync('umount', [merged]);

/** What each work does in a folder of its own, given the number of the round; deterministic, times set by hand. */
const WORKS = {
  'cp -a': (n) => `cp -a ${at('sources')}/tree ${n}; cp -a ${n} ${n}.copy; rm -rf ${n}`,
  'git clone': (n) => `
    git clone -q --no-local ${at('sources')}/repository ${n}; cd ${n}; git checkout -q -b side HEAD~3
    echo ${n} > new; git add new
    export GIT_AUTHOR_DATE='1700000000 +0000' GIT_COMMITTER_DATE='1700000000 +0000'
    git -c user.name=n -c user.email=e commit -qm new
    git checkout -q -; git gc -q; git fsck --strict; git status --porcelain; rm -rf .git/logs .git/index .git/objects`,
  'npm install': (n) => `
    mkdir ${n}; cd ${n}; echo '{ "name": "n", "version": "1.0.0" }' > package.json
    npm install --offline --no-audit --no-fund --ignore-scripts --cache ${at('npm-cache')} ${at('sources')}/*.tgz >/dev/null
    npm ls >/dev/null; rm -rf node_modules/.package-lock.json package-lock.json package.json`,
  'tar x': (n) =>
    `mkdir ${n}; tar -C ${n} -xf ${at('sources')}/tree.tar; tar -C ${n} -cf ${n}.tar .; tar -df ${n}.tar -C ${n}; rm ${n}.tar`,
  sqlite: (n) => `python3 ${at('sources')}/work.py ${n} > ${n}.txt`,
  'rm, mv and ln': (n) => `
    find . -maxdepth 2 -mindepth 1 | sort | awk 'NR % 7 == ${n} % 7' | head -20 | while read -r p; do rm -rf "$p"; done
    find . -maxdepth 3 -type f | sort | awk 'NR % 31 == ${n} % 31' | head -50 | while read -r p; do
      mv "$p" "$p.moved"; ln "$p.moved" "$p.link"; printf '%s' ${n} >> "$p.link"; chmod 604 "$p.moved"; done
    find . -maxdepth 1 -mindepth 1 -type d | sort | head -3 | while read -r p; do mv "$p" "$p-$$" && mv "$p-$$" "$p"; done`,
};

const SQLITE = `
import sqlite3, sys, random, os
random.seed(int(sys.argv[1])); name = sys.argv[1] + '.db'
db = sqlite3.connect(name); db.execute('pragma journal_mode=' + random.choice(['delete', 'wal', 'truncate']))
db.execute('create table t (k integer primary key, v blob)')
for i in range(2000):
    db.execute('insert or replace into t values (?, ?)', (random.randrange(500), bytes([i % 256]) * random.randrange(900)))
    if i % 97 == 0: db.commit()
    if i % 331 == 0: db.rollback()
db.commit(); db.execute('delete from t where k % 3 = 0'); db.commit(); db.execute('vacuum')
print(db.execute('pragma integrity_check').fetchone(), db.execute('select sum(length(v)), count(*) from t').fetchone())
db.close(); os.unlink(name)
`;

/** Everything but times, which two runs of a program do not share. */
const describe = (directory) =>
  shell(
    directory,
    String.raw`find . ! -type d -printf '%P %y %m %U:%G %n %s %l\n' | sort
find . -type d -printf '%P %y %m %U:%G\n' | sort
find . -type f -print0 | sort -z | xargs -0 -r sha256sum
find . -type f -links +1 -printf '%i %P\n' | sort -k2 | awk '!($1 in n) { n[$1] = ++c } { print "group", n[$1], $2 }'`,
  ).split('\n');

const compare = (after) => {
  const [ours, disk] = [describe(sides.ours), describe(sides.disk)];
  const different = ours.findIndex((line, index) => line !== disk[index]);
  if (different < 0 && ours.length === disk.length) return ours.length;
  throw new Error(
    `after ${after}\n  ours: ${ours[different]}\n  disk: ${disk[different]}\nthe trees are left in ${base}`,
  );
};

const prepare = () => {
  for (const name of ['lower', 'upper', 'work', 'merged', 'disk', 'sources', 'npm-cache']) mkdirSync(at(name));
  writeFileSync(at('sources/work.py'), SQLITE);
  shell(
    at('sources'),
    `cp -a ${join(repository, 'core/src')} tree; ln -s nowhere tree/link; mkfifo tree/fifo; ln tree/index.ts tree/hard 2>/dev/null || true`,
  );
  shell(at('sources'), 'tar -cf tree.tar tree');
  shell(
    at('sources'),
    `git init -q repository; cd repository; cp -a ../tree/fs .; for i in 1 2 3 4 5 6; do
       echo $i > f$i; git add .; git -c user.name=n -c user.email=e commit -qm $i; done`,
  );
  shell(
    at('sources'),
    `for name in one two three; do
       mkdir -p $name/bin; cp -a tree $name/; echo 'console.log(1)' > $name/bin/run.js; rm -f $name/tree/fifo
       echo '{ "name": "'$name'", "version": "1.0.0", "bin": "bin/run.js" }' > $name/package.json; npm pack --silent ./$name >/dev/null
     done`,
  );
  // Half of what is there at first is in the lower layer.
  shell(at('lower'), `mkdir home; cp -a ${at('sources')}/tree home/0`);
  shell(sides.disk, `cp -a ${at('sources')}/tree 0`);
};

const METACOPY = ',metacopy=on';
const OPTIONS = ['', ',redirect_dir=on', ',writeback', METACOPY, ',volatile', ',passthrough=off', ',timeout=0'];

const run = () => {
  prepare();
  let options = '';
  let hadMetacopy = false;
  mount(options);
  const end = Date.now() + minutes * 60_000;
  const counts = {};
  let lines = 0;
  for (let round = 1; Date.now() < end; round++) {
    const names = Object.keys(WORKS);
    const name = names[below(names.length)];
    const said = Object.values(sides).map((side) => shell(side, WORKS[name](round)));
    if (said[0] !== said[1]) throw new Error(`${name} said ${said[0]}\nand on the disk ${said[1]}`);
    counts[name] = (counts[name] ?? 0) + 1;
    if (below(4) === 0) lines = compare(`round ${round}, ${name}, mounted with ${options || 'no options'}`);
    if (below(8) === 0) {
      unmount();
      // What a volatile mount leaves says that it may have lost something.
      rmSync(at('work'), { recursive: true, force: true });
      mkdirSync(at('work'));
      const next = OPTIONS[below(OPTIONS.length)];
      // An upper layer that was once written with metacopy cannot be read without.
      hadMetacopy ||= next === METACOPY;
      options = hadMetacopy && next !== METACOPY ? next + METACOPY : next;
      mount(options);
      lines = compare(`a new mount with ${options || 'no options'} after round ${round}`);
    }
    // What piles up is taken away on both.
    if (round % 12 === 0)
      for (const side of Object.values(sides)) shell(side, 'ls -A | sort | head -n -6 | xargs rm -rf');
  }
  compare('the last round');
  console.log(`${minutes} minutes: ${JSON.stringify(counts)}, ${lines} lines of tree, no difference`);
};

try {
  run();
  unmount();
  rmSync(base, { recursive: true, force: true });
} catch (error) {
  console.error(error instanceof Error ? `${error.message}\n${error.stderr ?? ''}` : error);
  spawnSync('umount', ['-l', merged]);
  process.exitCode = 1;
}
