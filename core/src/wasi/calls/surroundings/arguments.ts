/** args_*, environ_*: lists of NUL-terminated strings, and a table of pointers to them. */
import { encodeName } from '../../../fs/index.ts';
import type { WasiSystem } from '../../system.ts';
import type { CallTable } from '../call.ts';

const terminated = (text: string): Uint8Array => encodeName(`${text}\0`);

const sizes = ({ memory }: WasiSystem, strings: readonly Uint8Array[], count: number, bytes: number): void => {
  memory.setU32(count, strings.length);
  memory.setU32(
    bytes,
    strings.reduce((total, { length }) => total + length, 0),
  );
};

const strings = ({ memory }: WasiSystem, list: readonly Uint8Array[], table: number, buffer: number): void => {
  let at = buffer >>> 0;
  for (const [index, bytes] of list.entries()) {
    memory.setU32((table >>> 0) + index * 4, at);
    memory.slice(at, bytes.length).set(bytes);
    at += bytes.length;
  }
};

export const argumentCalls = (system: WasiSystem): CallTable => {
  const args = system.args.map(terminated);
  const environment = [...system.env].map(([name, value]) => terminated(`${name}=${value}`));
  return {
    args_sizes_get: (count: number, bytes: number) => sizes(system, args, count, bytes),
    args_get: (table: number, buffer: number) => strings(system, args, table, buffer),
    environ_sizes_get: (count: number, bytes: number) => sizes(system, environment, count, bytes),
    environ_get: (table: number, buffer: number) => strings(system, environment, table, buffer),
  };
};
