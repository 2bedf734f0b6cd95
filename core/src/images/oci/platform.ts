/**
 * Platforms as containerd reads, normalises and matches them: `linux/amd64`, `linux/arm64/v8`, `arm` for `linux/arm/v7`.
 */
import { ImageError } from '../errors.ts';
import type { Platform } from './descriptor.ts';

/** What is taken when nobody says otherwise. Not the machine's own: the simulated kernel runs the same everywhere. */
export const DEFAULT_PLATFORM: Platform = { os: 'linux', architecture: 'amd64' };

const COMPONENT = /^[A-Za-z0-9_.-]+$/;

const SYSTEMS = new Set(
  'aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris windows zos'.split(
    ' ',
  ),
);
const ARCHITECTURES = new Set(
  (
    '386 amd64 amd64p32 arm armbe arm64 arm64be ppc64 ppc64le loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ' +
    'ppc riscv riscv64 s390 s390x sparc sparc64 wasm'
  ).split(' '),
);

const withVariant = (os: string, architecture: string, variant: string, rest: Platform): Platform => {
  const { variant: _dropped, ...others } = rest;
  return { ...others, os, architecture, ...(variant === '' ? {} : { variant }) };
};

const architectureOf = (architecture: string, variant: string): readonly [architecture: string, variant: string] => {
  switch (architecture) {
    case 'i386':
      return ['386', ''];
    case 'x86_64':
    case 'x86-64':
    case 'amd64':
      return ['amd64', variant === 'v1' ? '' : variant];
    case 'aarch64':
    case 'arm64':
      // v8 is what arm64 means; a bare number is the older spelling.
      return ['arm64', variant === '8' || variant === 'v8' ? '' : variant];
    case 'armhf':
      return ['arm', 'v7'];
    case 'armel':
      return ['arm', 'v6'];
    case 'arm':
      return ['arm', variant === '' || variant === '7' ? 'v7' : /^[568]$/.test(variant) ? `v${variant}` : variant];
    default:
      return [architecture, variant];
  }
};

/** One spelling for each platform: `x86_64` → `amd64`, `arm64/v8` → `arm64`, `armhf` → `arm/v7`, `macos` → `darwin`. */
export const normalizePlatform = (platform: Platform): Platform => {
  const os = platform.os.toLowerCase();
  const [architecture, variant] = architectureOf(
    platform.architecture.toLowerCase(),
    (platform.variant ?? '').toLowerCase(),
  );
  return withVariant(os === 'macos' ? 'darwin' : os, architecture, variant, platform);
};

/**
 * Reads `os`, `architecture`, `os/architecture` or `os/architecture/variant`; what is missing comes from
 * `DEFAULT_PLATFORM`. `bad-platform` for anything else.
 */
export const parsePlatform = (text: string): Platform => {
  const bad = (problem: string): never => {
    throw new ImageError('bad-platform', { platform: text, problem });
  };
  const parts = text.split('/');
  for (const part of parts)
    if (!COMPONENT.test(part))
      return bad(`"${part}" is an invalid component: platform specifier component must match "${COMPONENT.source}"`);
  const [first = '', second, variant] = parts;
  if (parts.length > 3) return bad('cannot parse platform specifier');
  if (second !== undefined)
    return normalizePlatform({ os: first, architecture: second, ...(variant === undefined ? {} : { variant }) });
  const asSystem = normalizePlatform({ ...DEFAULT_PLATFORM, os: first });
  if (SYSTEMS.has(asSystem.os)) return asSystem;
  const asArchitecture = normalizePlatform({ ...DEFAULT_PLATFORM, architecture: first });
  if (ARCHITECTURES.has(asArchitecture.architecture)) return asArchitecture;
  return bad('unknown operating system or architecture');
};

/** `os/architecture[/variant]`, normalised. */
export const formatPlatform = (platform: Platform): string => {
  const { os, architecture, variant } = normalizePlatform(platform);
  return [os, architecture, variant].filter(Boolean).join('/');
};

const older = (variant: string, lowest: number): readonly string[] => {
  const version = Number(/^v(\d+)$/.exec(variant)?.[1] ?? 0);
  return Array.from({ length: Math.max(0, version - lowest) }, (_, i) => `v${version - 1 - i}`);
};

/**
 * What a machine of `platform` can run, best first: itself, older variants, then the 32-bit architecture below it
 * (containerd's `platforms.Only`).
 */
export const runnablePlatforms = (platform: Platform): readonly Platform[] => {
  const own = normalizePlatform(platform);
  const variant = own.variant ?? '';
  const also = (architecture: string, variants: readonly string[]): readonly Platform[] =>
    variants.map((each) => normalizePlatform(withVariant(own.os, architecture, each, own)));
  switch (own.architecture) {
    case 'amd64':
      return [own, ...also('amd64', older(variant, 1)), ...also('386', [''])];
    case 'arm':
      return [own, ...also('arm', older(variant, 5))];
    case 'arm64': {
      const arm = variant === '' ? 'v8' : variant;
      return [own, ...also('arm', [arm, ...older(arm, 5)])];
    }
    default:
      return [own];
  }
};

/** The place of `candidate` among what `wanted` can run: 0 is best, `undefined` does not run. */
export const platformRank = (wanted: Platform, candidate: Platform): number | undefined => {
  const name = formatPlatform(candidate);
  const rank = runnablePlatforms(wanted).findIndex((platform) => formatPlatform(platform) === name);
  return rank === -1 ? undefined : rank;
};
