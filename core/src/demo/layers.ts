/**
 * What the demo image holds: three small layers in which everything happens that makes layers interesting.
 *
 *   layer 3  slim   hides the manuals (whiteout), empties the plug-ins (opaque), gives a file of layer 1 a second name
 *   layer 2  app    brings /opt/app, changes /etc/motd, hides a cache of layer 1 (whose bytes stay: waste)
 *   layer 1  base   a little Linux: directories, accounts, documents, setuid, sticky, links, a device
 */
import type { ArchiveEntry } from './archive.ts';

const directory = (name: string, mode = 0o755): ArchiveEntry => ({ name: `${name}/`, type: 'directory', mode });
const file = (name: string, content: string | Uint8Array, mode = 0o644): ArchiveEntry => ({
  name,
  type: 'file',
  mode,
  content,
});
const owned = (entry: ArchiveEntry, uid: number, gid: number): ArchiveEntry => ({ ...entry, uid, gid });
const symlink = (name: string, linkname: string): ArchiveEntry => ({ name, type: 'symlink', linkname, mode: 0o777 });
/** A link's entry repeats the mode of the file, and containerd sets it. */
const hardLink = (name: string, linkname: string, mode = 0o644): ArchiveEntry => ({
  name,
  type: 'link',
  linkname,
  mode,
});
/** OCI image spec, "Whiteouts": an empty file that hides its namesake in the layers below. */
const whiteout = (folder: string, name: string): ArchiveEntry => file(`${folder}/.wh.${name}`, '');
/** OCI image spec, "Opaque Whiteout": hides everything that the layers below have in this directory. */
const opaque = (folder: string): ArchiveEntry => file(`${folder}/.wh..wh..opq`, '');
const xattr = (entry: ArchiveEntry, name: string, value: string): ArchiveEntry => ({
  ...entry,
  pax: { [`SCHILY.xattr.${name}`]: value },
});

/** Bytes that gzip makes nothing of, so that a cache costs what it weighs: xorshift32 from a fixed seed. */
const noise = (length: number): Uint8Array => {
  const bytes = new Uint8Array(length);
  let state = 0x9e3779b9;
  for (let at = 0; at < length; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state & 0xff;
  }
  return bytes;
};

/** A program for any machine: the image holds no machine code, its shell is the sandbox's. */
const PROGRAM = '#!/bin/sh\necho "hello from $0, uid $(id -u)"\n';

const OS_RELEASE = 'NAME="Layerscope demo"\nID=layerscope-demo\nVERSION_ID=1\n';

const base: readonly ArchiveEntry[] = [
  ...['bin', 'dev', 'etc', 'opt', 'proc', 'root', 'run', 'sbin', 'sys', 'usr', 'usr/bin', 'usr/share'].map((name) =>
    directory(name, name === 'root' ? 0o700 : 0o755),
  ),
  directory('tmp', 0o1777),
  file('bin/hello', PROGRAM, 0o755),
  ...['hey', 'hi'].map((name) => hardLink(`bin/${name}`, 'bin/hello', 0o755)),
  file('bin/as-root', PROGRAM, 0o4755),
  symlink('usr/bin/greet', '../../bin/hello'),
  { name: 'dev/null', type: 'character-device', mode: 0o666, devmajor: 1, devminor: 3 },
  file('etc/group', 'root:x:0:\nstaff:x:50:\napp:x:1000:\n'),
  file('etc/hostname', 'demo\n'),
  file('etc/motd', 'Welcome to the base layer.\n'),
  file('etc/os-release', OS_RELEASE),
  file('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000:app:/opt/app:/bin/sh\n'),
  { ...file('etc/shadow', 'root:*:19723::::::\n', 0o640), gid: 42 },
  symlink('etc/mtab', '/proc/mounts'),
  directory('usr/share/doc'),
  ...['layers', 'overlayfs', 'snapshots', 'whiteouts'].flatMap((topic) => [
    directory(`usr/share/doc/${topic}`),
    file(`usr/share/doc/${topic}/README`, `About ${topic}.\n`.repeat(40)),
    file(`usr/share/doc/${topic}/copyright`, 'Apache-2.0\n'),
  ]),
  directory('usr/share/man'),
  ...[1, 5, 8].map((section) => file(`usr/share/man/section-${section}`, `Manual, section ${section}.\n`.repeat(100))),
  directory('var'),
  directory('var/cache'),
  file('var/cache/packages.bin', noise(65_536)),
  directory('var/log', 0o2775),
];

const app: readonly ArchiveEntry[] = [
  directory('etc'),
  file('etc/motd', 'Welcome to the app.\n'),
  directory('opt'),
  owned(directory('opt/app', 0o750), 1000, 1000),
  owned(xattr(file('opt/app/server.js', "import './plugins/alpha.js';\n"), 'user.origin', 'build 7'), 1000, 1000),
  owned(file('opt/app/config.json', '{ "port": 8080 }\n', 0o640), 1000, 1000),
  owned(directory('opt/app/plugins'), 1000, 1000),
  ...['alpha', 'beta'].map((name) => owned(file(`opt/app/plugins/${name}.js`, `// ${name}\n`), 1000, 1000)),
  directory('run'),
  owned({ name: 'run/app.pipe', type: 'fifo', mode: 0o600 }, 1000, 1000),
  directory('var'),
  directory('var/cache'),
  whiteout('var/cache', 'packages.bin'),
];

const slim: readonly ArchiveEntry[] = [
  directory('etc'),
  // A hard link counts within its layer only: the linked file comes along, as every builder writes it.
  file('etc/os-release', OS_RELEASE),
  hardLink('etc/issue', 'etc/os-release'),
  directory('opt'),
  owned(directory('opt/app', 0o750), 1000, 1000),
  owned(directory('opt/app/plugins'), 1000, 1000),
  opaque('opt/app/plugins'),
  owned(file('opt/app/plugins/gamma.js', '// gamma\n'), 1000, 1000),
  directory('usr'),
  directory('usr/share'),
  whiteout('usr/share', 'man'),
];

/** A layer, with what a Dockerfile would have said. */
export interface DemoLayer {
  readonly createdBy: string;
  readonly entries: readonly ArchiveEntry[];
}

/** Lowest first. */
export const demoLayers: readonly DemoLayer[] = [
  { createdBy: 'ADD base /', entries: base },
  { createdBy: 'COPY app /opt/app && rm /var/cache/packages.bin', entries: app },
  { createdBy: 'RUN slim', entries: slim },
];

/** Slots of 256 bytes: large enough for the copy of the whole file to be seen. */
const EMPTY_STORE = new Uint8Array(1 << 20);

export const programsLayer = (programs: ReadonlyMap<string, Uint8Array>): DemoLayer => ({
  createdBy: 'COPY programs /bin',
  entries: [
    directory('bin'),
    ...[...programs].map(([name, bytes]) => file(`bin/${name}`, bytes, 0o755)),
    directory('var'),
    directory('var/lib'),
    file('var/lib/store.kv', EMPTY_STORE),
  ],
});
