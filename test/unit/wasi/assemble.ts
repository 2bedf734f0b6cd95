/** Very small WASI programs, put together byte by byte: no toolchain is needed to test how one is run. */

export interface Body {
  /** Copies what one read of stdin gives (up to 64 bytes) to stdout. */
  readonly copy?: boolean;
  readonly write?: string;
  readonly trap?: boolean;
  /** Runs round and round for ever. */
  readonly spin?: boolean;
  /** Writes again and again for ever. */
  readonly repeat?: boolean;
  readonly exit?: number;
  /** Name of the entry point. */
  readonly entry?: string;
  /** Module that the calls are imported from. */
  readonly from?: string;
}

const leb = (value: number): number[] => {
  const bytes: number[] = [];
  for (let rest = value; ;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
};
const size = (value: number): number[] => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, value >> 7]);
const section = (id: number, body: readonly number[]): number[] => [id, ...size(body.length), ...body];
const name = (text: string): number[] => [...size(text.length), ...new TextEncoder().encode(text)];
const i32 = (value: number): number[] => [0x41, ...leb(value)];
const DROP = 0x1a;

/** fd_read, fd_write and proc_exit are imported as functions 0, 1 and 2; a vector lies at 0, bytes at 64. */
export const assemble = (body: Body): Uint8Array => {
  const { from = 'wasi_snapshot_preview1', entry = '_start' } = body;
  const text = new TextEncoder().encode(body.write ?? '');
  const code: number[] = [];
  if (body.copy === true) {
    // The vector says 64 bytes at 64; what was read becomes the length of what is written.
    code.push(...i32(0), ...i32(0), ...i32(1), ...i32(4), 0x10, 0, DROP);
    code.push(...i32(1), ...i32(0), ...i32(1), ...i32(8), 0x10, 1, DROP);
  }
  const write = [...i32(1), ...i32(0), ...i32(1), ...i32(8), 0x10, 1, DROP];
  if (body.write !== undefined) code.push(...(body.repeat === true ? [0x03, 0x40, ...write, 0x0c, 0, 0x0b] : write));
  if (body.trap === true) code.push(0x00);
  if (body.spin === true) code.push(0x03, 0x40, 0x0c, 0, 0x0b);
  if (body.exit !== undefined) code.push(...i32(body.exit), 0x10, 2);
  const length = body.copy === true ? 64 : text.length;
  const data = [64, 0, 0, 0, length, 0, 0, 0, ...Array<number>(56).fill(0), ...text];
  return Uint8Array.from([
    0x00,
    0x61,
    0x73,
    0x6d,
    1,
    0,
    0,
    0,
    ...section(1, [3, 0x60, 4, 0x7f, 0x7f, 0x7f, 0x7f, 1, 0x7f, 0x60, 1, 0x7f, 0, 0x60, 0, 0]),
    ...section(2, [
      3,
      ...name(from),
      ...name('fd_read'),
      0,
      0,
      ...name(from),
      ...name('fd_write'),
      0,
      0,
      ...name(from),
      ...name('proc_exit'),
      0,
      1,
    ]),
    ...section(3, [1, 2]),
    ...section(5, [1, 0, 1]),
    ...section(7, [2, ...name('memory'), 2, 0, ...name(entry), 0, 3]),
    ...section(10, [1, ...size(code.length + 2), 0, ...code, 0x0b]),
    ...section(11, [1, 0, ...i32(0), 0x0b, ...size(data.length), ...data]),
  ]);
};
