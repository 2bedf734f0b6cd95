/** Small programs about the machine: `sync`, `sleep`, `uname`, `hostname`, `which`, `clear`. */
import { decodeName, FsError, O_RDONLY } from '../../../fs/index.ts';
import { complain, errorText, print, quote, type Command } from '../../command.ts';
import { openPath } from '../../open-path.ts';
import { parseOptions, usage } from '../../options.ts';
import { accessTo, DEFAULT_PATH, searchPath } from '../../programs/format.ts';
import { readAll } from '../../streams.ts';

export const sync: Command = (invocation) => {
  const options = parseOptions(invocation, { short: 'df', long: { data: 'd', 'file-system': 'f' } });
  let status = 0;
  for (const path of options.operands) {
    try {
      const file = invocation.process.open(path, O_RDONLY);
      invocation.process.fsync(file);
      invocation.process.close(file);
    } catch (error) {
      status = complain(invocation, `error opening ${quote(path)}: ${errorText(error)}`);
    }
  }
  return status;
};

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** The machine's clock goes on meanwhile, and so do others. */
export const sleep: Command = async (invocation) => {
  const { operands } = parseOptions(invocation, { short: '' });
  if (operands.length === 0) throw usage(invocation, 'missing operand');
  const wrong = operands.find((operand) => !/^(\d*\.?\d+[smhd]?|inf(inity)?)$/.test(operand));
  if (wrong !== undefined) throw usage(invocation, `invalid time interval ${quote(wrong)}`);
  const seconds = operands.map((operand) => Number.parseFloat(operand) * (SECONDS[operand.at(-1) ?? ''] ?? 1));
  const microseconds = Math.round(seconds.reduce((sum, each) => sum + each, 0) * 1e6);
  const isEndless = operands.some((operand) => operand.startsWith('inf'));
  await invocation.sleep(isEndless ? undefined : BigInt(microseconds) * 1000n);
  return 0;
};

const hostName = async (invocation: Parameters<Command>[0]): Promise<string> => {
  try {
    const file = openPath(invocation.process, '/etc/hostname', O_RDONLY);
    const text = decodeName(await readAll(file)).trim();
    file.release();
    return text === '' ? 'localhost' : text;
  } catch (error) {
    if (error instanceof FsError) return 'localhost';
    throw error;
  }
};

export const hostname: Command = async (invocation) => {
  print(invocation, `${await hostName(invocation)}\n`);
  return 0;
};

export const uname: Command = async (invocation) => {
  const options = parseOptions(invocation, {
    short: 'asnrvmpio',
    long: { all: 'a', 'kernel-name': 's', nodename: 'n', 'kernel-release': 'r', machine: 'm', 'operating-system': 'o' },
  });
  const parts: Record<string, string> = {
    s: 'Linux',
    n: await hostName(invocation),
    r: '6.0.0-layerscope',
    v: '#1 simulated',
    m: 'x86_64',
    o: 'GNU/Linux',
  };
  const wanted = options.has('a') ? Object.keys(parts) : Object.keys(parts).filter((letter) => options.has(letter));
  print(invocation, `${(wanted.length === 0 ? ['s'] : wanted).map((letter) => parts[letter]).join(' ')}\n`);
  return 0;
};

export const which: Command = (invocation) => {
  const options = parseOptions(invocation, { short: 'as' });
  let status = 0;
  for (const name of options.operands) {
    const found = name.includes('/')
      ? { path: name, denied: accessTo(invocation.process, name) !== 'run' }
      : searchPath(invocation.process, name, invocation.environment.get('PATH') ?? DEFAULT_PATH);
    if (found === undefined || found.denied) status = 1;
    else print(invocation, `${found.path}\n`);
  }
  return status;
};
