/** Whether a command answered and caused what was expected. */
import type { Entry, HistoryEvent, ObservedCall } from '../../sandbox/index.ts';
import type { OverlayEvent } from '../../overlay/index.ts';
import { type Bindings, compareList, compareText, filledIn, matches } from '../pattern.ts';
import type { CallPattern, CopyUpPattern, Expectation } from '../schema/step.ts';
import { joinWords } from '../words.ts';
import type { Report } from './report.ts';

const decoder = new TextDecoder();

const checkText = (what: string, pattern: string, bytes: Uint8Array, bindings: Bindings, report: Report): void => {
  const mismatch = compareText(pattern, decoder.decode(bytes), bindings);
  if (mismatch !== undefined) report.add(`${what} line ${mismatch.line}`, mismatch.wanted, mismatch.found);
};

const sameCall = (pattern: readonly string[], { method, args }: ObservedCall, bindings: Bindings): boolean => {
  const words = [method, ...args];
  const trial: Bindings = new Map(bindings);
  if (pattern.length !== words.length) return false;
  if (!pattern.every((one, index) => matches(one, words[index] ?? '', trial))) return false;
  for (const [name, value] of trial) bindings.set(name, value);
  return true;
};

const checkCalls = (
  what: string,
  patterns: readonly CallPattern[],
  calls: readonly ObservedCall[],
  bindings: Bindings,
  report: Report,
): void => {
  const mismatch = compareList<ObservedCall, readonly string[]>(patterns, calls, (pattern, call) =>
    sameCall(pattern as readonly string[], call, bindings),
  );
  if (mismatch === undefined) return;
  const { at, wanted } = mismatch;
  const found = calls[at];
  report.add(
    `${what} ${at + 1}`,
    wanted === undefined ? 'no more calls' : joinWords(wanted.map((word) => filledIn(word, bindings))),
    found === undefined ? 'no such call' : joinWords([found.method, ...found.args]),
  );
};

const topicsOf = (events: readonly HistoryEvent[]): readonly string[] =>
  events.flatMap((event) => (event.type === 'containerd' ? [event.topic] : []));

type CopyUp = Extract<OverlayEvent, { readonly type: 'copy-up' }>;

/** What overlays copied up. */
export const copyUpsOf = (events: readonly HistoryEvent[]): readonly CopyUp[] =>
  events.flatMap((event) => {
    if (event.type !== 'kernel' || event.event.type !== 'overlay') return [];
    const { event: inner } = event.event;
    return inner.type === 'copy-up' ? [inner] : [];
  });

/** The calls of clients, or those that reached the snapshotter. */
export const callsOf = (
  events: readonly HistoryEvent[],
  by: 'snapshot-call' | 'backend-call',
): readonly ObservedCall[] => events.flatMap((event) => (event.type === by ? [event] : []));

const checkCopyUps = (
  patterns: readonly (CopyUpPattern | '…')[],
  events: readonly HistoryEvent[],
  bindings: Bindings,
  report: Report,
): void => {
  const found = copyUpsOf(events);
  const mismatch = compareList<CopyUp, CopyUpPattern>(patterns, found, (pattern, copyUp) => {
    const { path, ...rest } = pattern as CopyUpPattern;
    const isSame = Object.entries(rest).every(([name, value]) => copyUp[name as keyof typeof rest] === value);
    return isSame && matches(path, copyUp.path, bindings);
  });
  if (mismatch === undefined) return;
  const { at, wanted } = mismatch;
  const is = found[at];
  report.add(
    `copy-up ${at + 1}`,
    wanted === undefined ? 'no more' : JSON.stringify(wanted),
    is === undefined
      ? 'no such copy-up'
      : JSON.stringify({ path: is.path, call: is.call, rule: is.rule, bytes: is.bytes }),
  );
};

export const checkStep = (expected: Expectation, entry: Entry, bindings: Bindings, report: Report): void => {
  const { result, events } = entry;
  const { exit = 0, stdout, stderr, calls, backend, topics, copyUps, crash } = expected;
  const hasCrashed = events.some(({ type }) => type === 'power-cut');
  if (crash !== undefined && crash !== hasCrashed) report.add('crash', String(crash), String(hasCrashed));
  if (exit !== result.exitCode && !(expected.exit === undefined && crash === true))
    report.add('exit code', String(exit), `${result.exitCode}: ${decoder.decode(result.stderr).trim()}`);
  if (stdout !== undefined) checkText('stdout', stdout, result.stdout, bindings, report);
  if (stderr !== undefined) checkText('stderr', stderr, result.stderr, bindings, report);
  if (calls !== undefined) checkCalls('call', calls, callsOf(events, 'snapshot-call'), bindings, report);
  if (backend !== undefined) checkCalls('backend call', backend, callsOf(events, 'backend-call'), bindings, report);
  if (copyUps !== undefined) checkCopyUps(copyUps, events, bindings, report);
  if (topics === undefined) return;
  const found = topicsOf(events);
  const mismatch = compareList<string, string>(topics, found, (one, topic) => matches(one, topic, bindings));
  if (mismatch !== undefined)
    report.add(`event ${mismatch.at + 1}`, mismatch.wanted ?? 'no more events', found[mismatch.at] ?? 'no such event');
};
