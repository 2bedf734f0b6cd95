import { machineWithDemo } from '../../histories/machine.ts';
import { randomCommands } from '../../histories/random-commands.ts';

const SEEDS = 5;
const COMMANDS = 14;

/** The state's hash after every command of random sequences, and after going back and forth. */
export const run = async (): Promise<unknown> => {
  const results: unknown[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const history = await machineWithDemo(seed);
    const hashes = [await history.hash()];
    for (const command of randomCommands(seed, COMMANDS)) {
      await history.execute(command);
      hashes.push(await history.hash());
    }
    await history.seek(2);
    await history.execute({ type: 'shell', script: 'echo another branch > /branch' });
    hashes.push(await history.hash());
    await history.seek(COMMANDS);
    hashes.push(await history.hash());
    results.push({ seed, hashes });
  }
  return results;
};
