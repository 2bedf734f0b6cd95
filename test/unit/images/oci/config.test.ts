import { describe, expect, it } from 'vitest';
import { imageProcess, parseImageConfig, type ImageConfig } from '@layerscope/core/images';
import { json, utf8 } from '../fixture.ts';

const parse = (value: unknown): ImageConfig =>
  parseImageConfig(json(value), { document: 'config', place: { image: 'a.tar' } });

describe('parseImageConfig', () => {
  it('keeps what it does not know', () => {
    const config = parse({ rootfs: { type: 'layers', diff_ids: ['sha256:a'] }, onbuild: ['x'], config: null });
    expect(config).toMatchObject({ onbuild: ['x'], rootfs: { type: 'layers', diff_ids: ['sha256:a'] } });
  });

  it('takes a missing type and no layers', () => {
    expect(parse({ rootfs: { diff_ids: null } }).rootfs).toEqual({ type: 'layers', diff_ids: [] });
  });

  it.each([
    [[], /^a\.tar: config is not valid: it must be an object: invalid argument$/],
    [{}, /rootfs must be an object/],
    [{ rootfs: { type: 'windows' } }, /rootfs\.type must be "layers", not "windows"/],
    [{ rootfs: { diff_ids: [1] } }, /rootfs\.diff_ids must be an array of strings/],
    [{ rootfs: {}, config: { Env: 'x' } }, /config\.Env must be an array of strings/],
    [{ rootfs: {}, history: [1] }, /history\[0\] must be an object/],
  ])('refuses %j', (value, message) => {
    expect(() => parse(value)).toThrow(message);
  });

  it('refuses what is no JSON, or no UTF-8', () => {
    const name = { document: 'config' };
    expect(() => parseImageConfig(utf8('{'), name)).toThrow(/config is not valid/);
    expect(() => parseImageConfig(Uint8Array.of(0x22, 0xff, 0x22), name)).toThrow(/config is not valid/);
  });
});

const image = (config: ImageConfig['config']): ImageConfig => ({
  rootfs: { type: 'layers', diff_ids: [] },
  ...(config === undefined ? {} : { config }),
});

describe('imageProcess', () => {
  it('runs entrypoint and command, and lets arguments replace the command', () => {
    const both = image({
      Entrypoint: ['/bin/sh', '-c'],
      Cmd: ['ls'],
      Env: ['A=1', 'PATH=/x'],
      WorkingDir: '/w',
      User: '1',
    });
    expect(imageProcess(both)).toEqual({
      args: ['/bin/sh', '-c', 'ls'],
      env: ['A=1', 'PATH=/x'],
      cwd: '/w',
      user: '1',
    });
    expect(imageProcess(both, ['pwd']).args).toEqual(['/bin/sh', '-c', 'pwd']);
  });

  it('has defaults for an image that says nothing', () => {
    const nothing = {
      args: [],
      env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      cwd: '/',
      user: '',
    };
    expect(imageProcess(image(undefined))).toEqual(nothing);
    expect(imageProcess(image({ Env: null, Cmd: null, Entrypoint: null, WorkingDir: '' }))).toEqual(nothing);
  });
});
