import { FsError } from '@layerscope/core/fs';
import {
  ContainerdError,
  ERROR_CLASSES,
  MESSAGES,
  goQuote,
  isClass,
  prefixed,
  refusal,
} from '@layerscope/core/snapshots';
import { describe, expect, it } from 'vitest';

describe('ContainerdError', () => {
  it('carries class, gRPC number, reason and data, and the text containerd gives', () => {
    const error = refusal('key-taken', { key: 'a' });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'ContainerdError',
      code: 'AlreadyExists',
      grpc: 6,
      reason: 'key-taken',
      data: { key: 'a' },
      message: 'snapshot a: already exists',
    });
    expect(error.advice).toContain('choose another key');
  });

  it('keeps all of it behind a prefix', () => {
    const error = prefixed('failed to remove snapshot a', refusal('has-children'));
    expect(error.message).toBe('failed to remove snapshot a: cannot remove snapshot with child: failed precondition');
    expect(error).toMatchObject({ code: 'FailedPrecondition', grpc: 9, reason: 'has-children' });
  });

  it('turns an errno into class Unknown with the text Go gives it', () => {
    const error = prefixed('failed to create temp dir', new FsError('ENOSPC', '/x'));
    expect(error.message).toBe('failed to create temp dir: no space left on device');
    expect(error).toMatchObject({ code: 'Unknown', grpc: 2, data: { errno: 'ENOSPC' } });
    expect(error.cause).toBeInstanceOf(FsError);
  });

  it('is recognised by its class only', () => {
    expect(isClass(refusal('snapshot-missing'), 'NotFound')).toBe(true);
    expect(isClass(refusal('snapshot-missing'), 'AlreadyExists')).toBe(false);
    expect(isClass(new FsError('ENOENT'), 'NotFound')).toBe(false);
  });

  it('takes no stack', () => {
    expect(refusal('snapshot-missing').stack).not.toContain('\n');
    expect(new Error('another').stack).toContain('\n');
  });
});

describe('the tables', () => {
  it('number the sixteen classes as gRPC does', () => {
    expect(Object.values(ERROR_CLASSES).map(({ grpc }) => grpc)).toEqual(Array.from({ length: 16 }, (_, at) => at + 1));
  });

  it('advise on every refusal', () => {
    for (const { advice } of Object.values(MESSAGES)) expect(advice).toMatch(/^[A-Z].*\.$/);
  });
});

describe('goQuote', () => {
  // As Go 1.26 prints them with %q.
  it.each([
    ['plain', '"plain"'],
    ['we"ird\\', String.raw`"we\"ird\\"`],
    ['\n\r\t\v\f\b\x07', String.raw`"\n\r\t\v\f\b\a"`],
    ['\x01\x7f\u0085', String.raw`"\x01\x7f\u0085"`],
    ['é☃😀', '"é☃😀"'],
    ['\u200b\u00ad\u00a0', String.raw`"\u200b\u00ad\u00a0"`],
  ])('%j is %s', (text, quoted) => {
    expect(goQuote(text)).toBe(quoted);
  });
});

it('lets the error be thrown on', () => {
  expect(() => {
    throw new ContainerdError('Internal', 'text: internal');
  }).toThrow('text: internal');
});
