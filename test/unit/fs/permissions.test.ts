import {
  type Caller,
  CAP_DAC_OVERRIDE,
  CAP_DAC_READ_SEARCH,
  permissionOf,
  ROOT,
  S_IFDIR,
  S_IFREG,
  userCaller,
} from '@layerscope/core/fs';
import { describe, expect, it } from 'vitest';

const withCapability = (capability: number): Caller => ({ ...userCaller(1, 1), capabilities: capability });
/** The masks (of 1..7) that are granted, as digits. */
const granted = (mode: number, caller: Caller): string =>
  [1, 2, 3, 4, 5, 6, 7].filter((mask) => permissionOf(mode, 1000, 100, mask, caller)).join('');

describe('permissionOf', () => {
  it('asks the one class the caller is in', () => {
    expect(granted(S_IFREG | 0o421, userCaller(1000, 100))).toBe('4');
    expect(granted(S_IFREG | 0o421, userCaller(1, 100))).toBe('2');
    expect(granted(S_IFREG | 0o421, userCaller(1, 1, [7, 100]))).toBe('2');
    expect(granted(S_IFREG | 0o421, userCaller(1, 1))).toBe('1');
    expect(granted(S_IFREG | 0o077, userCaller(1000, 100))).toBe('');
  });

  it('lets CAP_DAC_OVERRIDE do all but execute what nobody may', () => {
    expect(granted(S_IFREG, withCapability(CAP_DAC_OVERRIDE))).toBe('246');
    expect(granted(S_IFREG | 0o100, withCapability(CAP_DAC_OVERRIDE))).toBe('1234567');
    expect(granted(S_IFDIR, withCapability(CAP_DAC_OVERRIDE))).toBe('1234567');
    expect(granted(S_IFDIR, ROOT)).toBe('1234567');
  });

  it('lets CAP_DAC_READ_SEARCH read, and search directories', () => {
    expect(granted(S_IFREG | 0o100, withCapability(CAP_DAC_READ_SEARCH))).toBe('4');
    expect(granted(S_IFDIR, withCapability(CAP_DAC_READ_SEARCH))).toBe('145');
  });

  it('does not hold uid 0 for a capability', () => {
    expect(granted(S_IFREG | 0o004, { ...ROOT, capabilities: 0 })).toBe('4');
  });
});
