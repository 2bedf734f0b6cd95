/** The record tables against the C compiler's reading of linux/fuse.h. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Opcode } from '../../../host-adapter/src/fuse/protocol/opcodes.ts';
import * as structs from '../../../host-adapter/src/fuse/protocol/structs.ts';
import { requires, skipping } from '../../requirements.ts';

/** C's names of the records, and of those fields that are not ours in other letters. */
const RECORDS: Readonly<Record<string, readonly [struct: string, fields?: Readonly<Record<string, string>>]>> = {
  IN_HEADER: ['fuse_in_header', { length: 'len', nodeId: 'nodeid' }],
  OUT_HEADER: ['fuse_out_header', { length: 'len' }],
  INIT_IN: ['fuse_init_in'],
  ATTR: ['fuse_attr', { atimeNanoseconds: 'atimensec', mtimeNanoseconds: 'mtimensec', ctimeNanoseconds: 'ctimensec' }],
  ENTRY_OUT: [
    'fuse_entry_out',
    { nodeId: 'nodeid', entryValidNanoseconds: 'entry_valid_nsec', attrValidNanoseconds: 'attr_valid_nsec' },
  ],
  ATTR_OUT: ['fuse_attr_out', { valid: 'attr_valid', validNanoseconds: 'attr_valid_nsec' }],
  SETATTR_IN: ['fuse_setattr_in', { handle: 'fh', atimeNanoseconds: 'atimensec', mtimeNanoseconds: 'mtimensec' }],
  MKNOD_IN: ['fuse_mknod_in'],
  MKDIR_IN: ['fuse_mkdir_in'],
  RENAME_IN: ['fuse_rename_in', { newDir: 'newdir' }],
  RENAME2_IN: ['fuse_rename2_in', { newDir: 'newdir' }],
  LINK_IN: ['fuse_link_in', { oldNodeId: 'oldnodeid' }],
  OPEN_IN: ['fuse_open_in'],
  CREATE_IN: ['fuse_create_in'],
  RELEASE_IN: ['fuse_release_in', { handle: 'fh' }],
  READ_IN: ['fuse_read_in', { handle: 'fh' }],
  WRITE_IN: ['fuse_write_in', { handle: 'fh' }],
  WRITE_OUT: ['fuse_write_out'],
  FSYNC_IN: ['fuse_fsync_in', { handle: 'fh', flags: 'fsync_flags' }],
  FALLOCATE_IN: ['fuse_fallocate_in', { handle: 'fh' }],
  LSEEK_IN: ['fuse_lseek_in', { handle: 'fh' }],
  LSEEK_OUT: ['fuse_lseek_out'],
  COPY_FILE_RANGE_IN: [
    'fuse_copy_file_range_in',
    {
      handleIn: 'fh_in',
      offsetIn: 'off_in',
      nodeIdOut: 'nodeid_out',
      handleOut: 'fh_out',
      offsetOut: 'off_out',
      length: 'len',
    },
  ],
  STATFS_OUT: ['fuse_kstatfs'],
  GETXATTR_IN: ['fuse_getxattr_in'],
  GETXATTR_OUT: ['fuse_getxattr_out'],
  DIRENT: ['fuse_dirent', { offset: 'off', nameLength: 'namelen' }],
  FORGET_IN: ['fuse_forget_in', { lookups: 'nlookup' }],
  BATCH_FORGET_IN: ['fuse_batch_forget_in'],
  FORGET_ONE: ['fuse_forget_one', { nodeId: 'nodeid', lookups: 'nlookup' }],
};

const tables: Readonly<Record<string, Readonly<Record<string, number>>>> = { ...structs };

const HEADER = '/usr/include/linux/fuse.h';
const missing = !requires('cc') || (!existsSync(HEADER) && (skipping(`no ${HEADER}`), true));

const compile = (program: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'layerscope-structs-'));
  try {
    writeFileSync(join(folder, 'it.c'), program);
    execFileSync('cc', ['-o', join(folder, 'it'), join(folder, 'it.c')]);
    return execFileSync(join(folder, 'it'), { encoding: 'utf8' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

describe.skipIf(missing)('linux/fuse.h', () => {
  it('has the fields where the tables have them', () => {
    const expressions: string[] = [];
    const expected: Record<string, number> = {};
    for (const [table, [struct, fields = {}]] of Object.entries(RECORDS)) {
      for (const [field, offset] of Object.entries(tables[table] ?? {})) {
        const name = fields[field] ?? snake(field);
        expected[`${table}.${field}`] = offset;
        // The flexible name of a row does not count, but its alignment does.
        expressions.push(field === 'SIZE' ? `sizeof(struct ${struct})` : `offsetof(struct ${struct}, ${name})`);
      }
    }
    const text = compile(`#include <linux/fuse.h>
#include <stddef.h>
#include <stdio.h>
int main(void) { ${expressions.map((each) => `printf("%zu ", ${each});`).join('\n')} return 0; }`);
    const found = text.trim().split(' ').map(Number);
    expect(Object.fromEntries(Object.keys(expected).map((key, index) => [key, found[index]]))).toEqual(expected);
  });

  it('has the numbers of the requests', () => {
    // Later than the oldest header that is met.
    const names = Object.keys(Opcode).filter((name) => name !== 'STATX');
    const text = compile(`#include <linux/fuse.h>
#include <stdio.h>
int main(void) { ${names.map((name) => `printf("%d ", FUSE_${name});`).join('\n')} return 0; }`);
    expect(text.trim().split(' ').map(Number)).toEqual(names.map((name) => Opcode[name as keyof typeof Opcode]));
  });
});
