/** Layers made by chance: few names, so that entries meet, replace, hide and link each other. */
import * as fc from 'fast-check';
import type { EntrySpec } from '../../unit/layers/archive.ts';

const component = fc.constantFrom('a', 'b', 'c', 'é', 'a.b');
const path = fc
  .tuple(
    fc.constantFrom('', './', '/', '../'),
    fc.array(fc.oneof({ weight: 9, arbitrary: component }, { weight: 1, arbitrary: fc.constant('..') }), {
      minLength: 1,
      maxLength: 3,
    }),
    fc.constantFrom('', '', '', '/'),
  )
  .map(([start, parts, end]) => `${start}${parts.join('/')}${end}`);

const whiteout = fc
  .tuple(fc.array(component, { maxLength: 2 }), component, fc.boolean())
  .map(([parts, last, opaque]) => {
    const base = opaque ? '.wh..wh..opq' : `.wh.${last}`;
    return [...parts, base].join('/');
  });

const target = fc.oneof(
  path,
  fc.constantFrom('/', '.', '..', 'a/../b', '../../c', '/a/b/../../c', 'a/../../b', '//a//b', 'nothing'),
);

const attributes = fc.record({
  mode: fc.constantFrom(0o644, 0o755, 0o4755, 0o2770, 0o1777, 0, 0o600),
  uid: fc.constantFrom(0, 1000),
  gid: fc.constantFrom(0, 100),
  mtime: fc.constantFrom(0, 1, 1_600_000_000),
});

const entry: fc.Arbitrary<EntrySpec> = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: fc.record({ name: path, data: fc.constantFrom('', 'one', 'two', 'x'.repeat(700)) }) },
      { weight: 4, arbitrary: fc.record({ name: path, type: fc.constant('5') }) },
      { weight: 3, arbitrary: fc.record({ name: path, type: fc.constant('2'), linkname: target }) },
      { weight: 2, arbitrary: fc.record({ name: path, type: fc.constant('1'), linkname: target }) },
      { weight: 3, arbitrary: fc.record({ name: whiteout, data: fc.constantFrom('', 'data') }) },
      { weight: 1, arbitrary: fc.record({ name: path, type: fc.constantFrom('3', '4', '6'), devminor: fc.nat(9) }) },
    ),
    attributes,
  )
  .map(([spec, facts]) => ({ ...facts, ...spec }));

export const layer: fc.Arbitrary<readonly EntrySpec[]> = fc.array(entry, { minLength: 1, maxLength: 12 });

/** A node of a tree: what is at a path, directories before what they hold. */
const node = fc
  .tuple(
    fc.oneof(
      { weight: 5, arbitrary: fc.record({ data: fc.constantFrom('', 'one', 'two', 'x'.repeat(600)) }) },
      { weight: 2, arbitrary: fc.record({ type: fc.constant('2'), linkname: fc.constantFrom('a', 'bb', '/c') }) },
      { weight: 1, arbitrary: fc.record({ type: fc.constantFrom('3', '6'), devminor: fc.nat(2) }) },
      { weight: 3, arbitrary: fc.constant({ type: '1' }) },
    ),
    fc.record({
      mode: fc.constantFrom(0o644, 0o755, 0o4711),
      uid: fc.constantFrom(0, 0, 3_000_000),
      mtime: fc.constantFrom(1, 1_600_000_000),
    }),
    fc.constantFrom(undefined, undefined, '1500000000.5', '1500000000.000000001'),
    fc.constantFrom(
      undefined,
      undefined,
      undefined,
      Uint8Array.from([1, 0, 0, 2, 0, 0x24, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    ),
  )
  .map(([spec, facts, mtime, capability]): Omit<EntrySpec, 'name'> => {
    const regular = !('type' in spec);
    const pax = {
      ...(mtime === undefined ? {} : { mtime }),
      ...(capability === undefined || !regular ? {} : { 'SCHILY.xattr.security.capability': capability }),
    };
    return { ...facts, ...spec, ...(Object.keys(pax).length === 0 ? {} : { pax }) };
  });

const DIRECTORIES = ['', 'a/', 'a/b/', 'a.b/', `${'d'.repeat(99)}/`, `${'d'.repeat(99)}/${'e'.repeat(99)}/`, 'é/'];
const NAMES = ['a', 'b', 'c', 'é', 'f'.repeat(60), 'g'.repeat(150)];

/** A whole tree as the entries of a layer, every directory with one of its own. */
export const tree: fc.Arbitrary<readonly EntrySpec[]> = fc
  .tuple(
    fc.array(fc.tuple(fc.nat(DIRECTORIES.length - 1), fc.nat(NAMES.length - 1), node), { maxLength: 14 }),
    fc.array(fc.constantFrom(0o755, 0o700, 0o2755), { minLength: 7, maxLength: 7 }),
  )
  .map(([nodes, modes]) => {
    const found = new Map<string, EntrySpec>();
    const used = new Set<string>();
    for (const [folder, last, spec] of nodes) {
      const place = DIRECTORIES[folder] ?? '';
      for (let end = place.indexOf('/') + 1; end > 0; end = place.indexOf('/', end) + 1) used.add(place.slice(0, end));
      found.set(`${place}${NAMES[last]}`, { ...spec, name: `${place}${NAMES[last]}` });
    }
    const specs: EntrySpec[] = DIRECTORIES.filter((place) => used.has(place)).map((place, index) => ({
      name: place,
      type: '5',
      mode: modes[index] ?? 0o755,
      mtime: 1_600_000_000 + index,
    }));
    let first: string | undefined;
    for (const spec of found.values()) {
      if (used.has(`${spec.name}/`)) continue;
      if (spec.type !== '1') {
        specs.push(spec);
        if (spec.type === undefined) first ??= spec.name;
      } else if (first !== undefined)
        specs.push({ name: spec.name, type: '1', linkname: first, mode: 0o640, mtime: 7 });
    }
    return specs.map(withLongNames);
  });

/** Names that have no room in the header as PAX records. */
const withLongNames = (spec: EntrySpec): EntrySpec => {
  const { name, linkname = '' } = spec;
  const pax = {
    ...spec.pax,
    ...(Buffer.byteLength(name) > 100 ? { path: name } : {}),
    ...(Buffer.byteLength(linkname) > 100 ? { linkpath: linkname } : {}),
  };
  if (Object.keys(pax).length === 0) return spec;
  return { ...spec, name: 'path' in pax ? 'long' : name, linkname: 'linkpath' in pax ? '' : linkname, pax };
};
