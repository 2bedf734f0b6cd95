/**
 * Names in the lock file the optional packages of other platforms that npm left out, because the registry it was run
 * with does not serve them: `npm ci` refuses a lock file without them (test/unit/architecture looks for this).
 *
 *   npm install … && node .ci/complete-lock.js
 *
 * System, processor and C library are read from the package's name. Such an entry has no integrity hash: npm then takes,
 * on that platform only, what its registry gives it for the exact version.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const LOCK = new URL('../package-lock.json', import.meta.url);
const PLATFORM =
  /-(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)-(arm64|arm|ia32|loong64|mips64el|ppc64|riscv64|s390x|x64)(?:-(gnu|musl)?\w*)?$/;

const lock = JSON.parse(readFileSync(LOCK, 'utf8'));
const { packages } = lock;

const missingFrom = ([path, { optionalDependencies = {} }]) =>
  Object.entries(optionalDependencies).filter(
    ([name]) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages),
  );

const entryOf = (name, range, parent) => {
  const found = PLATFORM.exec(name);
  if (found === null) throw new Error(`${name} is in nobody's registry, and its name tells no platform`);
  const [, os, cpu, libc] = found;
  return {
    version: range.replace(/^[\^~=]/, ''),
    cpu: [cpu],
    ...(parent.dev === true ? { dev: true } : {}),
    ...(libc === undefined ? {} : { libc: [libc === 'gnu' ? 'glibc' : 'musl'] }),
    optional: true,
    os: [os],
  };
};

let added = 0;
for (const row of Object.entries(packages)) {
  for (const [name, range] of missingFrom(row)) {
    packages[`node_modules/${name}`] = entryOf(name, range, row[1]);
    added += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(packages).toSorted(([a], [b]) => a.localeCompare(b, 'en')));
if (added > 0) writeFileSync(LOCK, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} packages of other platforms added to package-lock.json`);
