import type { Command } from '../kernel/values.ts';

/** A word as a shell must read it. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** A command as a user would type it. */
export const commandText = (command: Command): string => {
  switch (command.type) {
    case 'ctr':
      return ['ctr', ...command.args].map(quoted).join(' ');
    case 'exec': {
      const [shell, flag, script] = command.args;
      if (shell === 'sh' && flag === '-c' && script !== undefined) return script;
      return command.args.map(quoted).join(' ');
    }
    case 'shell':
      return command.script;
    case 'import':
      return `ctr images import ${quoted(command.blob)}`;
    case 'gc':
      return 'gc';
    case 'crash':
      return 'power off';
    case 'fault': {
      const { effect, on, call = '*', path = '' } = command.fault;
      return ['fault', effect, `${on}.${call}`, path].filter(Boolean).join(' ');
    }
    case 'advance':
      return `sleep ${command.nanoseconds / 1e9}`;
  }
};
