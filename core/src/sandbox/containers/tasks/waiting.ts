/**
 * Programs that only wait: nobody waits in a simulated machine, but a task that sleeps is running until its time has come
 * on the node's clock, or it is killed.
 */
const UNITS: Readonly<Record<string, number>> = { '': 1e9, s: 1e9, m: 6e10, h: 3.6e12, d: 8.64e13 };

/** How long a command line waits in nanoseconds: `sleep 10`, `sleep infinity`; `undefined` for one that does not. */
export const waitOf = (args: readonly string[]): bigint | 'forever' | undefined => {
  const [name = '', ...operands] = args;
  if (name.slice(name.lastIndexOf('/') + 1) !== 'sleep' || operands.length === 0) return undefined;
  let total = 0;
  for (const operand of operands) {
    if (operand === 'infinity' || operand === 'inf') return 'forever';
    const [, amount, unit = ''] = /^(\d+(?:\.\d*)?|\.\d+)([smhd]?)$/.exec(operand) ?? [];
    if (amount === undefined) return undefined;
    total += Number(amount) * (UNITS[unit] ?? 0);
  }
  return BigInt(Math.round(total));
};
