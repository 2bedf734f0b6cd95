/** A tar archive by hand, as GNU tar writes one (ustar headers, `L` for long names). */
export interface TarEntry {
  readonly name: string;
  readonly type?: string;
  readonly content?: string;
  readonly link?: string;
}

const BLOCK = 512;

const header = ({ name, type = '0', content = '', link = '' }: TarEntry): Buffer => {
  const block = Buffer.alloc(BLOCK);
  block.write(name.slice(0, 100), 0);
  block.write('0000644\0', 100);
  block.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  block.write('        ', 148);
  block.write(type, 156);
  block.write(link, 157);
  block.write('ustar  \0', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
};

const body = (content: string): Buffer => {
  const bytes = Buffer.alloc(Math.ceil(content.length / BLOCK) * BLOCK);
  bytes.write(content);
  return bytes;
};

export const gnuTar = (entries: readonly TarEntry[]): Uint8Array =>
  new Uint8Array(
    Buffer.concat([
      ...entries.flatMap((entry) => [
        ...(entry.name.length > 100
          ? [header({ name: '././@LongLink', type: 'L', content: `${entry.name}\0` }), body(`${entry.name}\0`)]
          : []),
        header(entry),
        body(entry.content ?? ''),
      ]),
      Buffer.alloc(2 * BLOCK),
    ]),
  );
