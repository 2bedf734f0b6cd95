/** Help of a command, as ctr prints it. */
import { padColumns } from '../print/table.ts';
import type { CtrCommand, Flag } from './command.ts';

const HELP_FLAG: Flag = { names: ['help', 'h'], type: 'bool', usage: 'show help' };

const flagRow = ({ names, type, usage, default: initial, environment }: Flag): readonly [string, string] => {
  const value = type === 'bool' ? '' : ' value';
  const left = names.map((name) => `${name.length === 1 ? '-' : '--'}${name}${value}`).join(', ');
  const shown = initial === undefined ? '' : ` (default: ${type === 'string' ? `"${initial}"` : initial})`;
  return [left, `${usage}${shown}${environment === undefined ? '' : ` [$${environment}]`}`];
};

const section = (title: string, rows: readonly (readonly [string, string])[]): string =>
  rows.length === 0
    ? ''
    : `\n${title}:\n${padColumns(rows, 2)
        .map((line) => `   ${line}\n`)
        .join('')}`;

/** `path` is how the command was reached, e.g. `ctr snapshots`. */
export const helpText = (path: string, command: CtrCommand): string => {
  const { usage, commands = [], flags = [] } = command;
  if (commands.length > 0) {
    const rows = commands.map((each) => [each.names.join(', '), each.usage] as const);
    return `NAME:\n   ${path} - ${usage}\n\nUSAGE:\n   ${path} command [command options] [arguments...]\n${section('COMMANDS', rows)}${section('OPTIONS', [...flags, HELP_FLAG].map(flagRow))}   \n`;
  }
  const options = flags.length === 0 ? '' : ' [command options]';
  return `NAME:\n   ${path} - ${usage}\n\nUSAGE:\n   ${path}${options} ${command.arguments ?? '[arguments...]'}\n${section('OPTIONS', flags.map(flagRow))}${flags.length === 0 ? '' : '   \n'}`;
};
