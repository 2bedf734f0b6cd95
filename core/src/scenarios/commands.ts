/** Steps of a scenario as commands of a history, and back. */
import type { HistoryCommand, Waited } from '../sandbox/index.ts';
import type { Step } from './schema/step.ts';
import { joinWords, splitWords } from './words.ts';

const NANOSECONDS: Readonly<Record<string, number>> = { ms: 1e6, s: 1e9, m: 60e9, h: 3600e9, d: 86_400e9 };

const duration = (text: string): number => {
  const [, digits = '0', unit = 's'] = /^([\d.]+)([a-z]+)$/.exec(text) ?? [];
  return Math.round(Number(digits) * (NANOSECONDS[unit] ?? 1e9));
};

const durationText = (nanoseconds: number): string =>
  nanoseconds % 1e9 === 0 ? `${nanoseconds / 1e9}s` : `${nanoseconds / 1e6}ms`;

const wordsOf = (words: string | readonly string[]): readonly string[] =>
  typeof words === 'string' ? splitWords(words) : words;

/** What `fields` holds that is not `undefined`. */
const given = <Fields extends object>(fields: Fields): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]?: Exclude<Fields[Name], undefined>;
  };

export const commandOf = (step: Step): HistoryCommand => {
  const { ctr, shell, exec, import: imported, advance, fault, gc, stdin, interrupt } = step;
  const input = given({ stdin, interrupt: interrupt === undefined ? undefined : duration(interrupt) });
  if (ctr !== undefined) return { type: 'ctr', args: wordsOf(ctr), ...input };
  if (shell !== undefined) return { type: 'shell', script: shell, ...input };
  if (exec !== undefined) {
    const { container, args, namespace } = exec;
    return { type: 'exec', container, args: wordsOf(args), ...given({ namespace }), ...input };
  }
  if (typeof imported === 'string') return { type: 'import', blob: imported };
  if (imported !== undefined) {
    const { blob, namespace, snapshotter, unpack } = imported;
    return { type: 'import', blob, ...given({ namespace, snapshotter, unpack }) };
  }
  if (gc !== undefined) return { type: 'gc' };
  if (advance !== undefined) return { type: 'advance', nanoseconds: duration(advance) };
  if (fault !== undefined) {
    const { on, effect, call, path, number, when } = fault;
    return { type: 'fault', fault: { on, effect, ...given({ call, path, number, when }) } };
  }
  return { type: 'crash' };
};

const waited = ({ stdin, interrupt }: Waited): Pick<Step, 'stdin' | 'interrupt'> =>
  given({ stdin, interrupt: interrupt === undefined ? undefined : durationText(interrupt) });

/** The step of a command. */
export const stepOf = (command: HistoryCommand): Step => {
  switch (command.type) {
    case 'ctr':
      return { ctr: joinWords(command.args), ...waited(command) };
    case 'shell':
      return { shell: command.script, ...waited(command) };
    case 'exec': {
      const { container, args, namespace } = command;
      return { exec: { container, args: joinWords(args), ...given({ namespace }) }, ...waited(command) };
    }
    case 'import': {
      const { type: _type, ...rest } = command;
      return { import: Object.keys(rest).length === 1 ? rest.blob : rest };
    }
    case 'gc':
      return { gc: true };
    case 'advance':
      return { advance: durationText(command.nanoseconds) };
    case 'fault':
      return { fault: command.fault };
    case 'crash':
      return { crash: true };
  }
};

/** A command in one line, as a terminal shows it. */
export const commandLine = (command: HistoryCommand): string => {
  switch (command.type) {
    case 'ctr':
      return `ctr ${joinWords(command.args)}`;
    case 'shell':
      return `$ ${command.script.trim()}`;
    case 'exec':
      return `${command.container}$ ${joinWords(command.args)}`;
    case 'import':
      return `import ${command.blob}`;
    case 'advance':
      return `advance ${durationText(command.nanoseconds)}`;
    case 'fault':
      return `fault ${JSON.stringify(command.fault)}`;
    case 'gc':
    case 'crash':
      return command.type;
  }
};
