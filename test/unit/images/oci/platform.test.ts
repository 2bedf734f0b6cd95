import { describe, expect, it } from 'vitest';
import { formatPlatform, normalizePlatform, parsePlatform, platformRank } from '@layerscope/core/images';

describe('parsePlatform', () => {
  it.each([
    ['linux', 'linux/amd64'],
    ['arm64', 'linux/arm64'],
    ['aarch64', 'linux/arm64'],
    ['linux/arm64/v8', 'linux/arm64'],
    ['linux/arm64/v9', 'linux/arm64/v9'],
    ['linux/x86_64', 'linux/amd64'],
    ['Linux/AMD64/V1', 'linux/amd64'],
    ['linux/amd64/v3', 'linux/amd64/v3'],
    ['arm', 'linux/arm/v7'],
    ['linux/arm/6', 'linux/arm/v6'],
    ['armhf', 'linux/arm/v7'],
    ['armel', 'linux/arm/v6'],
    ['i386', 'linux/386'],
    ['macos/arm64', 'darwin/arm64'],
    ['windows', 'windows/amd64'],
  ])('reads %s as %s', (text, platform) => {
    expect(formatPlatform(parsePlatform(text))).toBe(platform);
  });

  it.each([
    ['', /component/],
    ['linux/', /component/],
    ['linux/amd 64', /"amd 64" is an invalid component/],
    ['a/b/c/d', /cannot parse platform specifier/],
    ['toaster', /^"toaster": unknown operating system or architecture: invalid argument$/],
  ])('refuses "%s"', (text, message) => {
    expect(() => parsePlatform(text)).toThrow(message);
  });
});

const rank = (wanted: string, candidate: string): number | undefined =>
  platformRank(parsePlatform(wanted), parsePlatform(candidate));

describe('platformRank', () => {
  it('puts the platform itself before what it can also run', () => {
    expect(rank('linux/amd64', 'linux/amd64')).toBe(0);
    expect(rank('linux/amd64', 'linux/386')).toBe(1);
    expect(rank('linux/amd64/v3', 'linux/amd64/v2')).toBe(1);
    expect(rank('linux/amd64/v3', 'linux/amd64')).toBe(2);
    expect(rank('linux/arm/v7', 'linux/arm/v6')).toBe(1);
    expect(rank('linux/arm/v7', 'linux/arm/v5')).toBe(2);
    expect(rank('linux/arm64', 'linux/arm/v8')).toBe(1);
    expect(rank('linux/arm64', 'linux/arm/v7')).toBe(2);
  });

  it('knows what it cannot run', () => {
    expect(rank('linux/amd64', 'linux/arm64')).toBeUndefined();
    expect(rank('linux/amd64', 'windows/amd64')).toBeUndefined();
    expect(rank('linux/amd64', 'linux/amd64/v2')).toBeUndefined();
    expect(rank('linux/arm/v6', 'linux/arm/v7')).toBeUndefined();
    expect(rank('linux/386', 'linux/amd64')).toBeUndefined();
    expect(rank('linux/s390x', 'linux/386')).toBeUndefined();
  });
});

it('keeps what it does not normalise', () => {
  expect(normalizePlatform({ os: 'windows', architecture: 'amd64', 'os.version': '10.0' })).toEqual({
    os: 'windows',
    architecture: 'amd64',
    'os.version': '10.0',
  });
});
