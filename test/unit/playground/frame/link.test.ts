import { describe, expect, it } from 'vitest';
import { deflateSync, strToU8 } from 'fflate';
import { FIRST_LOG } from '../../../../playground/src/frame/first-log.ts';
import { containerName } from '../../../../playground/src/frame/open/open-image.ts';
import { hashOf, logOfHash } from '../../../../playground/src/frame/share/link.ts';
import { markdownReport, vitestFile } from '../../../../playground/src/frame/export/documents.ts';
import { NOTHING_YET } from '../../../../playground/src/store/kernel-client.ts';

const hashFor = (value: unknown): string =>
  `#log=${Buffer.from(deflateSync(strToU8(JSON.stringify(value)))).toString('base64url')}`;

describe('a log in an address', () => {
  it('comes back as it went', () => {
    expect(logOfHash(hashOf(FIRST_LOG))).toEqual(FIRST_LOG);
    const withFile = { ...FIRST_LOG, snapshotter: 'export const createSnapshotter = () => null;' };
    expect(logOfHash(hashOf(withFile))).toEqual(withFile);
    expect(logOfHash('#something-else')).toBeUndefined();
    expect(logOfHash('')).toBeUndefined();
  });

  it('brings nothing but what was proved', () => {
    const hostile = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"learner":"theirs.ts",';
    const text = hostile + JSON.stringify(FIRST_LOG).slice(1);
    const hash = `#log=${Buffer.from(deflateSync(strToU8(text))).toString('base64url')}`;
    expect(Object.keys(logOfHash(hash) ?? {})).toEqual(['commands', 'at', 'checkpoints']);
    expect('polluted' in {}).toBe(false);
  });

  it.each([
    ['no text as a snapshotter', hashFor({ ...FIRST_LOG, snapshotter: { toString: 'x' } })],
    ['a snapshotter of megabytes', hashFor({ ...FIRST_LOG, snapshotter: 'x'.repeat(1 << 20) })],
    ['nested deeply', `#log=${Buffer.from(deflateSync(strToU8('['.repeat(1 << 20)))).toString('base64url')}`],
    ['cut', hashOf(FIRST_LOG).slice(0, 40)],
    ['no base64', '#log=%%%'],
    ['no log', hashFor({ hello: 1 })],
    ['a command that does not exist', hashFor({ ...FIRST_LOG, commands: [{ parent: 0, command: { type: 'eval' } }] })],
    ['a name of every object', hashFor({ ...FIRST_LOG, commands: [{ parent: 0, command: { type: 'toString' } }] })],
    ['a parent from the future', hashFor({ ...FIRST_LOG, commands: [{ parent: 9, command: { type: 'gc' } }] })],
    ['a place that is not there', hashFor({ ...FIRST_LOG, at: 99 })],
    ['a bomb', hashFor({ ...FIRST_LOG, more: 'x'.repeat(8 << 20) })],
  ])('is refused when it is %s', (_what, hash) => {
    expect(() => logOfHash(hash)).toThrow(Error);
  });
});

describe('files to take away', () => {
  const past = FIRST_LOG.commands.map(({ parent, command }, at) => ({
    id: at + 1,
    parent,
    command,
    calls: [],
    callCount: 0,
    exitCode: 0,
    stdout: '',
    stderr: '',
  }));

  it('are a report to fill in, and a test', () => {
    expect(markdownReport(past, NOTHING_YET)).toContain('$ ctr run --detach layerscope.test/demo:latest web');
    expect(vitestFile(past, NOTHING_YET)).toContain('"type": "import"');
  });
});

describe('the name of a container', () => {
  it('is made of its image, and new', () => {
    expect(containerName('registry.test:5000/team/My_App:1.2', [])).toBe('my-app');
    expect(containerName('demo:latest', ['demo'])).toBe('demo-2');
    expect(containerName('', [])).toBe('box');
  });
});
