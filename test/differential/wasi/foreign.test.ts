/** Foreign WebAssembly programs on our overlay, beside the same programs as Debian ships them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import { luaProgram, sqliteProgram, TOOLCHAIN } from '../../wasi/foreign.ts';
import { overlayMachine } from '../../wasi/overlay-machine.ts';

const BUILD_TIME = 300_000;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerscope-foreign-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const native = (program: string, args: readonly string[], input = ''): readonly [number, string] => {
  const { status, stdout } = spawnSync(program, args, { cwd: folder, input, encoding: 'utf8' });
  return [status ?? -1, stdout];
};

describe.skipIf(!requires(...TOOLCHAIN, 'lua5.4'))('Lua', () => {
  const SCRIPT = `
local words = {}
for word in io.lines("words") do words[#words + 1] = word end
table.sort(words)
print(_VERSION, #words, table.concat(words, " "))
local log = assert(io.open("log", "a+"))
log:write(string.format("%s %.3f\\n", ("x"):rep(3), 10 / 3))
log:seek("set", 0)
print(log:read("a"))
log:close()
print((select(2, io.open("missing"))))
print(os.rename("words", "moved"), os.remove("moved"), arg[1])
os.exit(7)
`;
  const FILES = { words: 'pear\napple\nfig\n', log: 'old\n' };

  it(
    'does to an overlay what it does to a directory',
    async () => {
      for (const [name, text] of Object.entries({ ...FILES, 'script.lua': SCRIPT }))
        writeFileSync(join(folder, name), text);
      const expected = native('lua5.4', ['script.lua', 'argument']);
      expect(expected[0]).toBe(7);
      const machine = await overlayMachine(
        { lua: await luaProgram() },
        Object.fromEntries(
          Object.entries({ ...FILES, 'script.lua': SCRIPT }).map(([name, text]) => [`/${name}`, text]),
        ),
      );
      const [status, stdout] = await machine.run('lua script.lua argument');
      expect([status, stdout]).toEqual(expected);
      expect(machine.changes()).toEqual(['copy-up /log 4', 'copy-up /words 15', 'whiteout /words']);
      expect(await machine.run('echo "print(1 + 1)" | lua -')).toEqual([0, '2\n', '']);
    },
    BUILD_TIME,
  );
});

describe.skipIf(!requires(...TOOLCHAIN, 'sqlite3'))('the sqlite3 shell', () => {
  const FILL = `create table t(id integer primary key, text);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000)
insert into t select i, printf('row %d of a table that fills many pages', i) from n;`;
  const CHANGE = "update t set text = 'changed' where id = 4321; select count(*), max(id) from t;";

  it(
    'copies a whole database up to change one row of it',
    async () => {
      const sqlite = await sqliteProgram();
      // Made by the native program, changed by the foreign one, read by the native one again: the format is the test.
      native('sqlite3', ['db', FILL]);
      const database = new Uint8Array(readFileSync(join(folder, 'db')));
      const machine = await overlayMachine({ sqlite3: sqlite }, { '/data/db': database });
      expect(await machine.run('sqlite3 -vfs unix-none /data/db "select text from t where id = 17"')).toEqual([
        0,
        'row 17 of a table that fills many pages\n',
        '',
      ]);
      const read = machine.changes();
      expect(read.filter((line) => line.includes('whiteout'))).toEqual([]);
      expect(await machine.run(`sqlite3 -vfs unix-none /data/db "${CHANGE}"`)).toEqual([0, '5000|5000\n', '']);
      const all = [...read, ...machine.changes()];
      expect(all).toContain(`copy-up /data/db ${database.length}`);
      const changed = machine.process.open('/data/db', 0);
      const bytes = new Uint8Array(machine.process.fstat(changed).size);
      machine.process.read(changed, bytes);
      writeFileSync(join(folder, 'after'), bytes);
      expect(native('sqlite3', ['after', 'pragma integrity_check; select text from t where id = 4321'])).toEqual([
        0,
        'ok\nchanged\n',
      ]);
      expect(native('sqlite3', ['db', 'select text from t where id = 4321'])[1]).toContain('row 4321');
    },
    BUILD_TIME,
  );

  it(
    'makes a database from a script on stdin',
    async () => {
      const machine = await overlayMachine({ sqlite3: await sqliteProgram() });
      const script = `${FILL}\n.headers on\nselect id, length(text) as size from t where id in (1, 5000);\n`;
      const expected = native('sqlite3', ['new'], script);
      expect(expected[1]).toMatch(/^id\|size\n1\|/);
      expect(await machine.run('sqlite3 -vfs unix-none /tmp/new', script)).toEqual([...expected, '']);
      expect((await machine.run('sqlite3 -vfs unix-none /tmp/new "select * from nothing"'))[0]).toBe(1);
    },
    BUILD_TIME,
  );
});
