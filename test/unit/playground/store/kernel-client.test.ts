import { describe, expect, it } from 'vitest';
import type { Notice } from '../../../../playground/src/kernel/api.ts';
import type { Entry } from '../../../../playground/src/kernel/values.ts';
import { createKernelClient, NOTHING_YET } from '../../../../playground/src/store/kernel-client.ts';

const entry: Entry = {
  id: 1,
  parent: 0,
  command: { type: 'import', blob: 'demo' },
  calls: [],
  callCount: 0,
  exitCode: 0,
  stdout: '',
  stderr: '',
};
const moment = { ...NOTHING_YET, at: 1, path: [1] };

/** A client of a kernel that says what it is told to say. */
const clientOf = () => {
  const worker = new EventTarget();
  const client = createKernelClient(() => Object.assign(worker, { postMessage: () => undefined }) as unknown as Worker);
  const tell = (notice: Notice): void => void worker.dispatchEvent(new MessageEvent('message', { data: { notice } }));
  return { client, tell };
};

describe('the page’s end of the kernel', () => {
  it('shows a log that is opened when all of it is there, with nothing in the place of entry 0', () => {
    const { client, tell } = clientOf();
    tell({ type: 'cleared' });
    tell({ type: 'entry', entry });
    expect(client.state.get().entries).toEqual([]);
    tell({ type: 'moment', moment });
    const { entries, isThere } = client.state.get();
    expect(entries.map((each) => each?.id ?? 'none')).toEqual(['none', 1]);
    expect(isThere).toBe(true);
  });

  it('shows what is foretold, and does not show it again when it comes true', () => {
    const { client, tell } = clientOf();
    client.foretell({ moment, entries: [entry] });
    const foretold = client.state.get();
    expect([foretold.moment.at, foretold.isThere]).toEqual([1, false]);
    tell({ type: 'cleared' });
    tell({ type: 'entry', entry });
    tell({ type: 'moment', moment });
    expect(client.state.get().entries).toBe(foretold.entries);
    expect(client.state.get().isThere).toBe(true);
  });
});
