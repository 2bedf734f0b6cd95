import { isDigest } from '../../../images/index.ts';
import { isClass } from '../../../snapshots/index.ts';
import { quietFlag, type CtrCommand } from '../../line/command.ts';
import { TABS, table } from '../../print/table.ts';
import { ageText, decimalSize, labelsText } from '../../print/units.ts';
import { refuse } from '../support/failure.ts';
import { fetchContent } from '../images/transfer/pull.ts';
import { inputBytes } from './input-bytes.ts';
import { labelWords } from '../support/labels.ts';

/** As Go's digest package refuses. */
const requireDigest = (text: string): void => {
  if (isDigest(text)) return;
  const [, algorithm, hex] = /^([a-z0-9]+(?:[+._-][a-z0-9]+)*):([0-9a-zA-Z=_-]+)$/.exec(text) ?? [];
  if (algorithm === undefined) refuse('invalid checksum digest format');
  if (algorithm !== 'sha256') refuse('unsupported digest algorithm');
  refuse(hex?.length === 64 ? 'invalid checksum digest format' : 'invalid checksum digest length');
};

const list: CtrCommand = {
  names: ['list', 'ls'],
  usage: 'list all blobs in the store',
  arguments: '[flags]',
  flags: [quietFlag('blob digest')],
  run: async ({ node, client, has, print }) => {
    const rows: (readonly string[])[] = [['DIGEST', 'SIZE', 'AGE', 'LABELS']];
    for await (const { digest, size, created, labels } of client.content.walk())
      rows.push([digest, decimalSize(size), ageText(node.clock.now() - created), labelsText(labels) || '-']);
    if (has('quiet'))
      return print(
        rows
          .slice(1)
          .map(([digest]) => `${digest}\n`)
          .join(''),
      );
    print(table(rows, TABS));
  },
};

const get: CtrCommand = {
  names: ['get'],
  usage: 'get the data for an object',
  arguments: '[<digest>, ...]',
  run: async ({ client, operands: [digest = ''], print }) => {
    requireDigest(digest);
    print(await client.content.readAll(digest));
  },
};

const remove: CtrCommand = {
  names: ['delete', 'del', 'remove', 'rm'],
  usage: 'permanently delete one or more blobs',
  arguments: '[<digest>, ...]',
  run: async ({ client, operands, print, log }) => {
    let first: unknown;
    for (const digest of operands) {
      try {
        requireDigest(digest);
        await client.content.delete(digest);
        print(`${digest}\n`);
      } catch (error) {
        // What is gone already is as it should be.
        if (isGone(error)) continue;
        first ??= error;
        log('error', `could not delete ${digest}`, (error as Error).message);
      }
    }
    if (first !== undefined) throw first;
  },
};

const isGone = (error: unknown): boolean =>
  isClass(error, 'NotFound') || (error as { readonly code?: unknown }).code === 'NotFound';

const ingest: CtrCommand = {
  names: ['ingest'],
  usage: 'accept content into the store',
  arguments: '[flags] <key>',
  flags: [
    { names: ['expected-size'], type: 'int', usage: 'validate against provided size', default: '0' },
    { names: ['expected-digest'], type: 'string', usage: 'verify content against expected digest' },
  ],
  run: async ({ client, operands: [ref = ''], value, io }) => {
    const digest = value('expected-digest');
    if (digest !== '') requireDigest(digest);
    if (ref === '') refuse('must specify a transaction reference');
    const size = Number(value('expected-size'));
    const bytes = await inputBytes(io.stdin);
    await client.content.put(ref, bytes, {
      ...(digest === '' ? {} : { digest }),
      ...(size === 0 ? {} : { size }),
    });
  },
};

const label: CtrCommand = {
  names: ['label'],
  usage: 'add labels to content',
  arguments: '<digest> [<label>=<value> ...]',
  run: async ({ client, operands: [digest = '', ...words], print }) => {
    requireDigest(digest);
    const { labels } = await client.content.label(digest, labelWords(words));
    print(`${labelsText(labels)}\n`);
  },
};

const active: CtrCommand = {
  names: ['active'],
  usage: 'display active transfers',
  arguments: '[flags] [<regexp>]',
  run: async ({ client, print }) => {
    const rows = (await client.content.ingests()).map((ref) => [ref, '0B', 'Less than a second', '']);
    print(table([['REF', 'SIZE', 'AGE', ''], ...rows], TABS));
  },
};

/** Layers whose snapshots are there need not be kept any more: their labels go, and the collector takes them. */
const references: CtrCommand = {
  names: ['references'],
  usage: 'prunes preference labels from the content store (layers only by default)',
  flags: [
    { names: ['async'], type: 'bool', usage: 'allow garbage collection to cleanup asynchronously' },
    { names: ['dry'], type: 'bool', usage: 'just show updates without applying (enables debug logging)' },
  ],
  run: async ({ node, client, has }) => {
    for await (const { digest, labels } of client.content.walk()) {
      const layers = Object.keys(labels).filter((key) => /^containerd\.io\/gc\.ref\.content\.(?:l\.|[0-9])/.test(key));
      if (layers.length === 0 || has('dry')) continue;
      await client.content.label(digest, Object.fromEntries(layers.map((key) => [key, ''])));
    }
    if (!has('async') && !has('dry')) await node.gc.schedule.run();
  },
};

export const content: CtrCommand = {
  names: ['content'],
  usage: 'manage content',
  commands: [
    active,
    remove,
    fetchContent,
    get,
    ingest,
    list,
    label,
    { names: ['prune'], usage: 'prunes content from the content store', commands: [references] },
  ],
};
