import { describe, expect, it } from 'vitest';
import { OverlayOptionError, parseMountOptions } from '../../../host-adapter/src/overlay-mount/mount-options.ts';

const said = (options: string, memory = false): string => {
  try {
    parseMountOptions([options], memory);
    return 'accepted';
  } catch (error) {
    if (error instanceof OverlayOptionError) return error.message;
    throw error;
  }
};

describe('mount options', () => {
  it('are those of the kernel and of fuse-overlayfs', () => {
    expect(
      parseMountOptions([
        'rw,lowerdir=/a:/b,upperdir=/u',
        'workdir=/w,redirect_dir=on,xino=auto,userxattr,uuid=off,volatile,nosuid,nodev,timeout=0.5,fsync=0',
      ]),
    ).toMatchObject({
      lowers: ['/a', '/b'],
      upper: '/u',
      work: '/w',
      overlay: { redirectDir: 'on', xino: 'auto', userxattr: true, uuid: 'off', volatile: true },
      readOnly: false,
      flags: ['nosuid', 'nodev'],
      remount: false,
      timeout: 0.5,
      sync: false,
    });
  });

  it('need no layers to be remounted, and take what /proc/mounts says of a FUSE mount', () => {
    const words = 'ro,nosuid,relatime,remount,noatime,user_id=0,group_id=0,default_permissions,allow_other,dev';
    expect(parseMountOptions([words])).toMatchObject({
      remount: true,
      readOnly: true,
      flags: ['nosuid', 'relatime', 'noatime', 'dev'],
    });
  });

  it('escape colons, commas and backslashes in paths', () => {
    const { lowers, dataLowers, upper } = parseMountOptions([
      String.raw`lowerdir=/a\:b:/c\,d:/e\\f::/data,upperdir=/u\,v,workdir=/w`,
    ]);
    expect([lowers, dataLowers, upper]).toEqual([['/a:b', '/c,d', String.raw`/e\f`], ['/data'], '/u,v']);
  });

  it('later ones win', () => {
    expect(parseMountOptions(['lowerdir=a:b,ro', 'rw,lowerdir=c:d'])).toMatchObject({
      lowers: ['c', 'd'],
      readOnly: false,
    });
  });

  it.each([
    ['', 'no lowerdir= was given'],
    ['lowerdir=', 'lowerdir= has an empty path'],
    ['lowerdir=a::', 'has an empty path'],
    ['lowerdir=a,upperdir=u', 'upperdir= needs a workdir='],
    ['lowerdir=a:b,workdir=w', 'workdir= without upperdir='],
    ['lowerdir=a:b,shiny', "unknown mount option 'shiny'"],
    ['lowerdir=a:b,metacopy=perhaps', 'metacopy=perhaps: it can be on, off'],
    ['lowerdir=a:b,timeout=soon', 'timeout=soon: it takes seconds'],
  ])('refuse %j', (options, message) => expect(said(options)).toContain(message));

  it('refuse a directory for changes that are kept in memory', () => {
    expect(said('lowerdir=a', true)).toBe('accepted');
    expect(said('lowerdir=a,upperdir=u,workdir=w', true)).toContain('--memory keeps the changes in memory');
  });
});
