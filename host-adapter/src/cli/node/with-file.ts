import type { Command } from 'commander';
import { readOptionsFile } from '../serve/options-file.ts';

/** The options of a command that has `--config <file>`: what the command line says, else the file, else the defaults. */
export const withFile = <Options extends { readonly config?: string }>(command: Command): Options => {
  const options = command.opts<Options>();
  if (options.config === undefined) return options;
  const given = Object.fromEntries(
    Object.entries(options).filter(([name]) => command.getOptionValueSource(name) === 'cli'),
  );
  return { ...options, ...readOptionsFile(options.config), ...given };
};
