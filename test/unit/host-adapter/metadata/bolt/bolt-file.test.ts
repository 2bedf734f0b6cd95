/** Encodings and checksums against values that Go wrote; whole files are read in test/containerd. */
import { describe, expect, it } from 'vitest';
import { fnv1a, readBolt } from '../../../../../host-adapter/src/metadata/bolt/bolt-file.ts';
import { readTime, readUvarint, readVarint } from '../../../../../host-adapter/src/metadata/bolt/encodings.ts';
import { MetadataError } from '../../../../../host-adapter/src/metadata/index.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

const META = hex(
  `edda0ced 02000000 00100000 00000000 3300000000000000 0000000000000000
  3400000000000000 3700000000000000 e001000000000000`.replaceAll('\n', ''),
);

describe('numbers and times as Go writes them', () => {
  it.each([
    ['00', 0n],
    ['01', 1n],
    ['7f', 127n],
    ['8001', 128n],
    ['ac02', 300n],
    ['808001', 16_384n],
  ])('uvarint %s', (bytes, value) => expect(readUvarint(hex(bytes))).toEqual([value, bytes.length / 2]));

  it.each([
    ['00', 0n],
    ['02', 1n],
    ['01', -1n],
    ['0a', 5n],
    ['09', -5n],
    ['8040', 4096n],
    ['808002', 16_384n],
    ['8080f601', 2_015_232n],
  ])('varint %s', (bytes, value) => expect(readVarint(hex(bytes))).toBe(value));

  it('times', () => {
    expect(readTime(hex('01 0000000ee294d0a5 202a970b ffff'))).toBe(1_795_348_901_539_662_091n);
    expect(readTime(hex('01 0000000000000000 00000000 ffff'))).toBe(0n);
    expect(() => readTime(hex('01'))).toThrow(MetadataError);
  });
});

const page = (at: number, body: Buffer): Buffer => {
  const header = Buffer.alloc(16);
  header.writeBigUInt64LE(BigInt(at));
  header.writeUInt16LE(4, 8);
  return Buffer.concat([header, body, Buffer.alloc(4096 - 16 - body.length)]);
};

describe('a meta page', () => {
  it('has the checksum that bbolt gives it', () => expect(fnv1a(META)).toBe(0x79c25abff6e321a0n));

  it('that is torn is refused', () => {
    const wrong = Buffer.concat([META, hex('a021e3f6bf5ac278')]);
    expect(() => readBolt(Buffer.concat([page(0, wrong), page(1, wrong)]))).toThrow('neither of its first two pages');
    const right = Buffer.concat([META, hex('a021e3f6bf5ac279')]);
    expect(() => [...readBolt(Buffer.concat([page(0, wrong), page(1, right)])).entries()]).toThrow(
      'page 51 is missing',
    );
    expect(() => readBolt(Buffer.from('nothing'))).toThrow(MetadataError);
    expect(() => readBolt(Buffer.alloc(0))).toThrow(MetadataError);
  });
});
