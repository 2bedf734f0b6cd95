/**
 * Programs that know nothing of us, built with Debian's wasi-libc from Debian's sources: Lua and the sqlite3 shell.
 * wasi-libc of 2022 lacks what WASI has no call for (setjmp, chmod, users); small stand-ins say so to the programs. Made
 * once and kept in `test/.cache`.
 */
import { readFileSync } from 'node:fs';
import { builtImage, scriptRecipe, type ImageRecipe } from '../images/recipe.ts';

/** What building needs, besides a Debian mirror to have the sources of. */
export const TOOLCHAIN = ['clang-14', 'wasm-ld-14', 'apt-get', 'cc', 'make', 'tclsh'] as const;

const SOURCES = `
set -euo pipefail
mkdir -p lists/partial
mkdir sources
for list in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
  case $list in
    *.list) [ ! -e "$list" ] || sed -n 's/^deb /deb-src /p' "$list" > "sources/$(basename "$list")" ;;
    *.sources) sed 's/^Types: .*/Types: deb-src/' "$list" > "sources/$(basename "$list")" ;;
  esac
done
options="-o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts=$PWD/sources -o Dir::State::lists=$PWD/lists -o APT::Sandbox::User=root"
apt-get update -qq $options
fetch() { apt-get source -qq --download-only $options "$1"; mkdir src; tar xf "$1"_*.orig.tar.* -C src --strip-components=1; rm -r "$1"_* lists sources; }
compile() { clang-14 --target=wasm32-wasi --sysroot=/usr -D_WASI_EMULATED_SIGNAL -D_WASI_EMULATED_PROCESS_CLOCKS -Wl,--strip-all "$@" -lwasi-emulated-signal -lwasi-emulated-process-clocks; }
`;

const LUA = scriptRecipe({
  name: 'lua-wasm',
  needs: TOOLCHAIN,
  reference: 'lua',
  archive: 'lua.wasm',
  script: `${SOURCES}
fetch lua5.4
mkdir stand-ins
cat > stand-ins/setjmp.h <<'END'
typedef int jmp_buf[1];
#define setjmp(buffer) 0
#define longjmp(buffer, value) __builtin_trap()
END
cat > stand-ins.c <<'END'
#include <stdio.h>
int system(const char *command) { (void)command; return -1; }
FILE *tmpfile(void) { return 0; }
char *tmpnam(char *name) { (void)name; return 0; }
END
compile -Os -Istand-ins -DL_tmpnam=32 $(ls src/src/*.c | grep -v luac) stand-ins.c -lm -o lua.wasm
rm -r src`,
});

const SQLITE = scriptRecipe({
  name: 'sqlite-wasm',
  needs: TOOLCHAIN,
  reference: 'sqlite3',
  archive: 'sqlite3.wasm',
  script: `${SOURCES}
fetch sqlite3
(cd src && ./configure --disable-readline && make sqlite3.c shell.c) > build.log 2>&1
mkdir stand-ins
cat > stand-ins/pwd.h <<'END'
struct passwd { char *pw_dir; };
static inline struct passwd *getpwuid(unsigned user) { (void)user; return 0; }
END
cat > stand-ins/users.h <<'END'
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#define F_RDLCK 0
#define F_WRLCK 1
#define F_UNLCK 2
#define F_GETLK 5
#define F_SETLK 6
int chmod(const char *, mode_t);
int fchmod(int, mode_t);
int fchown(int, uid_t, gid_t);
mode_t umask(mode_t);
uid_t getuid(void);
uid_t geteuid(void);
int system(const char *);
END
cat > stand-ins.c <<'END'
#include "users.h"
int chmod(const char *path, mode_t mode) { (void)path; (void)mode; return 0; }
int fchmod(int fd, mode_t mode) { (void)fd; (void)mode; return 0; }
int fchown(int fd, uid_t user, gid_t group) { (void)fd; (void)user; (void)group; return 0; }
mode_t umask(mode_t mask) { (void)mask; return 022; }
uid_t getuid(void) { return 0; }
uid_t geteuid(void) { return 0; }
int system(const char *command) { (void)command; return -1; }
END
compile -O0 -w -Wl,-z,stack-size=1048576 -Istand-ins -include users.h -D_WASI_EMULATED_GETPID -D_WASI_EMULATED_MMAN -DSQLITE_THREADSAFE=0 \\
  -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_OMIT_WAL -DSQLITE_NOHAVE_SYSTEM -DSQLITE_OMIT_POPEN -DSQLITE_MAX_MMAP_SIZE=0 \\
  src/sqlite3.c src/shell.c stand-ins.c -lwasi-emulated-getpid -lwasi-emulated-mman -o sqlite3.wasm
rm -r src`,
});

const bytesOf = async (recipe: ImageRecipe): Promise<Uint8Array> =>
  new Uint8Array(readFileSync(await builtImage(recipe)));

export const luaProgram = (): Promise<Uint8Array> => bytesOf(LUA);
export const sqliteProgram = (): Promise<Uint8Array> => bytesOf(SQLITE);
