import { demoImage } from '@layerscope/core/demo';
import { ctr } from '@layerscope/core/ctr';
import { portableCodecs } from '@layerscope/core/layers';
import { exportHistory, importHistory, type HistoryDocument } from '@layerscope/core/sandbox';
import { describe, expect, it } from 'vitest';
import { machineWithDemo } from '../../../histories/machine.ts';

const shell = (script: string) => ({ type: 'shell', script }) as const;

const open = (wanted: string) => (digest: string) =>
  digest === wanted
    ? (async function* () {
        yield await demoImage();
      })()
    : undefined;

const written = async (): Promise<HistoryDocument> => {
  const history = await machineWithDemo(3);
  await history.execute({ type: 'import', blob: 'demo' });
  await history.checkpoint('imported');
  await history.execute(shell('echo one > /f; false'));
  await history.execute({ type: 'crash' });
  await history.seekCheckpoint('imported');
  await history.execute(shell('echo other > /f'));
  const document = await exportHistory(history, { seed: 3 }, portableCodecs);
  return JSON.parse(JSON.stringify(document)) as HistoryDocument;
};

describe('a history written down', () => {
  it('is carried out again, branches and all', async () => {
    const document = await written();
    const again = await importHistory(document, open(document.blobs['demo']!.digest), { ctr });
    expect(again.entries.map(({ parent }) => parent)).toEqual([0, 0, 1, 2, 1]);
    expect(again.at).toBe(4);
    expect([...again.checkpoints]).toEqual([['imported', 1]]);
    expect(await exportHistory(again, { seed: 3 }, portableCodecs)).toEqual(document);
  });

  it('says what is missing, and what is not as it was', async () => {
    const document = await written();
    const beside = open(document.blobs['demo']!.digest);
    await expect(importHistory(document, () => undefined, { ctr })).rejects.toMatchObject({ code: 'missing-blob' });
    await expect(
      importHistory({ ...document, version: 2 } as unknown as HistoryDocument, beside, { ctr }),
    ).rejects.toMatchObject({ code: 'invalid-history' });
    const entries = document.entries.with(1, { ...document.entries[1]!, exitCode: 0 });
    await expect(importHistory({ ...document, entries }, beside, { ctr })).rejects.toThrow(
      'command 2 (shell) ended with 1',
    );
    await expect(importHistory({ ...document, machine: { seed: 4 } }, beside, { ctr })).rejects.toThrow(
      'another state',
    );
  });
});
