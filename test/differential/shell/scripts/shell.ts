/** Scripts by name: the language itself, as dash has it. */
export const language: Record<string, string> = {
  redirections:
    'echo a > f; echo b >> f; cat < f; echo c > f; cat f; echo err >&2; ls nope 2> e; cat e; { echo 1; echo 2; } > g; cat g; (echo x; echo y >&2) > h 2>&1; cat h; : > f; wc -c < f; echo z 1>&2 2>/dev/null; cat <> f; echo q >| f; cat f',
  'redirection errors':
    'echo a > no/x; echo $?; cat < nope; echo $?; mkdir d; echo a > d; echo $?; { echo b; } > no/y; echo $?; for i in 1; do echo $i; done < nope; echo $?; echo x >&7; echo $?; set -C; echo 1 > f; echo 2 > f; echo $?; echo 3 >| f; cat f; touch g; cat < g/x; echo > g/x',
  'redirection error of a special built-in': ': > no/x; echo not reached',
  descriptors:
    'exec 3> f; echo one >&3; echo two >&3; exec 3>&-; cat f; exec 4< f; read a <&4; read b <&4; echo "$b $a"; exec 4<&-; { echo o; echo e >&2; } 2>&1 >/dev/null; echo x 3>&1 >&3; exec 5>>f; echo three >&5; rm f; echo four >&5; ls',
  'here-documents':
    'x=1; cat <<E\na $x $(echo s) `echo b` \\$x "q" \\\\\nE\ncat <<\'E\'\na $x\nE\ncat <<-E\n\t\tindented $x\n\tE\ncat <<A; cat <<B\none\nA\ntwo\nB\nwhile read l; do echo "[$l]"; done <<E\nx\n y z \nE',
  expansion:
    'a="x  y"; echo $a; echo "$a"; echo ${a}z; b=; echo ${b:-def} ${b-def} ${c-def} ${c:=set} $c ${a:+alt} ${b:+alt} "${#a}"; p=/a/b/c.tar.gz; echo ${p##*/} ${p%/*} ${p#/} ${p%%.*} ${p%.*}; set -- 1 "2 3" 4; echo $# "$*" $2 "$@"; for i in "$@"; do echo "<$i>"; done; for i in $*; do echo "<$i>"; done; for i; do printf "%s," "$i"; done; echo; shift; echo $1; echo "${1#2}"; unset a; echo "[${a}]" ${a:-"d e"}',
  splitting:
    'IFS=:; x=a:b::c; for i in $x; do echo "<$i>"; done; IFS=" :"; x=" a : b  c:"; for i in $x; do echo "<$i>"; done; IFS=; x="a b"; for i in $x; do echo "<$i>"; done; unset IFS; x="  a  b "; for i in $x; do echo "<$i>"; done; set -- ""; echo $#; set -- $e; echo $#; set -- "$e"; echo $#; e=; set -- a$e"" b; echo $#; IFS=,; set -- a b; echo "$*"',
  globs:
    'touch a1 b2 c3 .h "x y" "[z]"; mkdir d d/e; touch d/f1 d/e/f2; echo *; echo ?1; echo [ab]*; echo [!ab]*; echo .*; echo "*" \\*; echo d/*; echo */*; echo */*/f*; echo nope*; for f in x*; do echo "<$f>"; done; x="*1"; echo $x "$x"; echo [[]*; set -f; echo *; set +f; echo d/*/; case a1 in a[0-9]) echo m;; esac',
  arithmetic:
    'echo $((1+2*3)) $((7/2)) $((-7/2)) $((7%3)) $((1<<4)) $((5&3|8)) $((!0)) $((~0)) $((1<2)) $((2==2&&0)) $((3>2?10:20)) $((0x1f)) $((010)); x=5; echo $((x+1)) $(($x*2)) $((x=7)) $x $((x+=3)) $x $(( (1+2)*3 )) $((y)); echo $((1/0)); echo no',
  tests:
    't() { if "$@"; then echo yes; else echo no; fi; }; touch f; mkdir d; ln -s f l; ln -s gone g; mkfifo p; mknod c c 1 3; chmod 4755 f; echo x > s; for o in -e -f -d -h -L -p -c -b -s -u -r -w -x -S; do for i in f d l g p c s nope; do test $o $i && echo "$o $i"; done; done; t [ a = a ]; t [ a != a ]; t [ 1 -lt 2 ]; t [ 2 -ge 3 ]; t [ -z "" ]; t [ -n "" ]; t [ ! a ]; t [ a -a "" ]; t [ a -o "" ]; t [ ]; t [ "" ]; t [ ! -e nope ]; t [ "(" a ")" ]; t [ -f ]; t [ f -ef l ]; t [ x = x -a y = z ]',
  'test errors':
    '[ 1 -eq x ]; echo $?; [ a; echo $?; test 1 -lt; echo $?; [ a b ]; echo $?; [ a b c ]; echo $?; test; echo $?',
  'control flow':
    'if false; then echo a; elif true; then echo b; else echo c; fi; i=0; while [ $i -lt 5 ]; do i=$((i+1)); [ $i = 2 ] && continue; [ $i = 4 ] && break; echo $i; done; until [ $i = 0 ]; do i=$((i-1)); done; echo $i; for a in x y; do for b in 1 2; do [ $b = 2 ] && continue 2; echo $a$b; done; done; for a in 1 2; do while :; do break 2; done; done; echo $a; case foo in f*|x) echo F;; *) echo other;; esac; case "a b" in a\\ b) echo sp;; esac; case x in [a-c]) :;; "?") echo q;; ?) echo any;; esac; true && false || echo or; ! true; echo $?; { false; }; echo $?; if false; then :; fi; echo $?',
  functions:
    'f() { echo "$1 $#"; return 3; }; f a b; echo $?; g() { local x=in; echo $x; h; }; h() { echo "h:$x"; }; x=out; g; echo $x; r() { [ $1 = 0 ] && return; echo $1; r $(($1-1)); }; r 3; f() { echo new; }; f; f() ( cd /; x=sub ); f; echo $x; o() { echo to-file; } > of; o; cat of; v=1 h; unset -f f; f; echo $?',
  'subshells and state':
    'x=1; (x=2; cd /; exit 4); echo $? $x; mkdir d; (cd d && touch in); ls d; echo $(x=3; echo $x) $x; y=$(exit 5); echo $?; z=`echo a; echo b`; echo "$z"; echo $(echo "a  b") "$(echo "a  b")"; echo "$(printf "a\\n\\n")|"; a=b c=$a; echo $c; a=1 sh -c "echo \\$a"; echo $a; export a=5; sh -c "echo \\$a"; cat f 2>/dev/null || echo none',
  pipelines:
    'echo a | cat | cat; echo "b a" | tr " " "\\n" | sort | head -1; false | true; echo $?; true | false; echo $?; echo x | while read v; do y=$v; done; echo "[$y]"; { echo 1; echo 2; } | (read a; read b; echo $b $a); ! false | false; echo $?; printf "a\\nb\\nc\\n" | { read x; cat; }; seq 3 | wc -l | tr -d " "; echo hi | tee t1 | tee -a t2; cat t1 t2; echo | exit 3; echo $?',
  'cd and pwd':
    'mkdir -p a/b; ln -s a/b l; cd a; pwd | sed "s|.*/||"; cd b; pwd | sed "s|.*/\\([^/]*/[^/]*\\)$|\\1|"; cd ../..; cd l; pwd | sed "s|.*/||"; pwd -P | sed "s|.*/\\([^/]*/[^/]*\\)$|\\1|"; cd ..; ls; cd nope; echo $?; cd - > /dev/null; pwd | sed "s|.*/||"; cd -P ../../l; pwd | sed "s|.*/||"; touch f; cd f; echo $?; cd ""; echo $?; unset HOME; cd; echo $?',
  'echo and printf':
    'echo "a\\tb\\nc" \'x\\\\y\' "\\0101"; echo -n no; echo; echo "stop\\c here"; echo; echo -e x; printf "%s-%s\\n" a b c; printf "%d %5d|%-5d|%05d %x %o %X %c\\n" 1 2 3 4 255 8 255 hello; printf "%s\\n"; printf "%5s|%-5s|%.2s\\n" ab cd efgh; printf "\\101\\t\\\\\\n"; printf "%b" "a\\nb\\n"; printf "%%\\n"; printf "%d\\n" 0x10 010; printf "%d\\n" abc; echo $?; printf "%.2f %e %g\\n" 3.14159 1000 0.5; printf "no newline"; echo; printf "%s %s\\n" only; printf "%i\\n" -5; printf "%u\\n" 5; printf "[%*d]\\n" 5 42; printf -- "-x\\n"',
  read: 'printf "a b c\\n" > f; read x y < f; echo "$x|$y"; printf "one\\\\\\ntwo\\n" > g; read l < g; echo "$l"; read -r l < g; echo "$l"; printf "no newline" > h; read l < h; echo $? "$l"; IFS=: read p q r < /dev/null; echo $? "[$p]"; printf "a:b::d\\n" | { IFS=: read a b c d; echo "$a|$b|$c|$d"; }; printf "  lead trail  \\n" | { read a; echo "[$a]"; }; printf "  lead trail  \\n" | { IFS= read -r a; echo "[$a]"; }',
  'set and options':
    'set -- a b c; echo $#; set x; echo $1; set -e; false || echo ok; if false; then :; fi; ! true; echo alive; (set +e; false; echo in); set +e; false; set -u; (echo $nope; echo no) 2>&1; echo $?; set +u; set -x; echo hi; x=5; set +x; set -f; echo *; set +f; echo $-; set -o noglob; set -o | head -0; set --; echo $#; false; echo $?',
  'set -e ends': 'set -e; echo a; false; echo b',
  'set -e in places':
    'set -e; f() { false; echo in-f; }; f && echo yes; (false; echo sub) || echo caught; true | false || echo pipe; x=$(false) || echo assign; while false; do :; done; echo end; x=$(false); echo unreached',
  'exit and trap':
    'trap "echo bye $?" EXIT; (trap "echo sub" EXIT; exit 3); echo $?; trap; f() { exit 7; }; f; echo no',
  'trap variants': 'trap "echo one" 0; trap - EXIT; trap "" INT; trap; trap "echo end" EXIT; exit 2',
  'exit codes':
    'sh -c "exit 300"; echo $?; nosuchcommand; echo $?; ./nope; echo $?; touch x; ./x; echo $?; mkdir d; ./d; echo $?; sh nope.sh; echo $?; exit 9',
  scripts:
    'printf "#!/bin/sh\\necho \\$0 \\$1 \\$#\\nexit 5\\n" > s; chmod +x s; ./s a b; echo $?; printf "echo plain \\$1\\n" > p; chmod +x p; ./p q; sh s z; . ./p w; PATH=$PWD:$PATH; s 1 | sed "s|.*/||"; printf "#!/bin/cat\\nshown\\n" > c; chmod +x c; ./c; printf "#!/nope/x\\n" > n; chmod +x n; ./n; echo $?; printf "x=sourced; return 4; echo no\\n" > r; . ./r; echo $? $x; . ./gone; echo not reached',
  'sh -c and arguments':
    'sh -c \'echo $0 $1 $#\' name a b; sh -c \'echo $0\'; sh -c "nosuch"; echo "echo from stdin; echo \\$1" | sh -s arg; sh -e -c "false; echo no"; echo $?; sh -x -c "echo traced" ; sh -u -c "echo \\$nope"; echo $?; sh -c "exit"; echo $?; sh -c "if"; echo $? ; sh -Z 2>/dev/null; echo $?',
  environment:
    'export A=1 B="x y"; env | grep "^[AB]=" | sort; env -i C=3 env; env -u A sh -c "echo [\\$A]"; A=2 env | grep ^A=; unset A; printenv B; printenv A; echo $?; readonly R=1; R=2; echo not reached',
  'eval and command':
    'x="echo a; echo b"; eval "$x"; y=z; eval "$y=5"; echo $z; eval "false"; echo $?; command echo c; command -v echo ls nosuch | sed "s|.*/||"; echo() { printf "mine\\n"; }; echo; command echo real; unset -f echo; type cd : ls nosuch 2>&1 | sed "s|/.*/||"; command nosuch; echo $?; command -v if; f() { :; }; command -v f; eval; echo $?',
  'getopts and shift':
    'set -- -a -b val -cd file; while getopts ab:cd o; do echo "$o ${OPTARG-}"; done; shift $((OPTIND-1)); echo $1; OPTIND=1; set -- -x; getopts ab o; echo "$o"; OPTIND=1; set -- -b; getopts :ab: o; echo "$o $OPTARG"; shift 5; echo not reached',
  'variable errors': 'echo ${x?gone wrong}; echo no',
  'variable errors 2': 'x=; echo ${x:?}; echo no',
  'variable errors 3': 'set -u; echo "$undefined"; echo no',
  background: 'echo a & wait; sleep 0 & wait $!; echo $?; (sleep 0; echo b > f) & wait; cat f; true & echo done; wait',
  quoting:
    'echo \'a b\' "c d" e\\ f \'it\'\\\'\'s\' "q\\"q" "\\$x" \'new\nline\' "back\\\\slash" a\\\nb; echo "a\'b" \'a"b\' "`echo \\"n\\"`"; echo "" \'\' | od -c | head -1; echo a#b #c\necho \'#\'; echo ~ | grep -c root; echo ~/x "~" x~; v=\'a  b\'; echo "${v}" "${v#a}"; echo \\\\ "\\a"',
  'unicode and bytes':
    "echo é | wc -c; x=日本; echo ${#x} $x; printf '\\303\\251\\n'; printf '\\377' | od -An -tx1; touch é; ls; echo *; printf 'a\\0b' | od -c; cat /dev/null; head -c 4 /dev/zero | od -c; printf '\\377\\376' > bin; cat bin | od -An -tx1; cp bin b2; wc -c < b2; x=$(printf 'a\\377b'); printf %s \"$x\" | od -An -tx1",
  'syntax errors': 'echo before; eval "if"; echo not reached',
  'times and dates':
    "date -u -d @0; date -u -d '2020-02-03 04:05:06' '+%Y/%m/%d %H-%M-%S %j %a %b %e %s'; date -u -d 2020-01-01 +%F; date -u -Iseconds -d @86400; date -u -R -d @0; date -u -d rubbish; echo $?; touch -d @100 f; date -u -r f +%s; date -u --rfc-3339=seconds -d @0",
};

export const tools: Record<string, string> = {
  find: 'mkdir -p a/b c; touch a/1 a/b/2 c/3; ln a/1 a/h; ln -s 1 a/l; mknod a/dev c 0 0; chmod 600 c/3; truncate -s 5000 a/big; find . | sort; find a -type f | sort; find . -type c; find . -type l; find . -type d | sort; find . -links 2 -type f | sort; find . -perm 600; find . -perm -600 -type f | sort; find . -perm /077 -type f | sort; find . -size +1; find . -size -2c -type f | sort; find . -name "*i*" ; find a -maxdepth 1 | sort; find . -mindepth 2 -type d; find . -empty | sort; find nope; echo $?; find . -samefile a/1 | sort',
  'find actions':
    'mkdir -p a/b; touch a/x a/b/y; find a -name x -exec echo got {} \\;; find a -type f -exec echo {} + | tr " " "\\n" | sort; find a -name y -delete; find a | sort; find a -prune; find a -name b -prune -o -print | sort; find a -type f -printf "%p %s %m %y %f %h %d\\n"; find a ! -name x | sort; find a \\( -name x -o -name b \\) -print | sort; find a -print0 | tr "\\0" "\\n" | sort; find a -exec test -d {} \\; -print | sort; find . -bogus; find a -type q; find a -name; find -name x; find a -quit; touch -d 2001-01-01 old; touch -d 2002-01-01 new; find . -newer old -name new; find . -mtime +1000 | sort; find . -user root -name x; find a -depth | sort',
  xargs:
    'printf "a b\\nc\\n" | xargs echo; printf "1 2 3" | xargs -n 1 echo n; printf "a\\nb\\n" | xargs -I{} echo "<{}>"; printf "x y\\0z\\0" | xargs -0 -n1 echo; echo | xargs echo none; echo | xargs -r echo none; echo a | xargs false; echo $?; echo a | xargs nosuch 2>/dev/null; echo $?; echo "\'q r\' s" | xargs -n1 echo; touch f1 f2; ls | xargs rm; ls',
  'grep sed sort uniq':
    'printf "b 2\\na 1\\nb 2\\n" > f; grep b f; grep -c b f; grep -n a f; grep -v b f; grep -q zz f; echo $?; grep x nope; echo $?; sed -e s/b/B/ -e 2d f; sed -n 2p f; sed -i s/a/A/ f; cat f; sort f; sort -u f; sort -r f | uniq -c | sed "s/^ *//"; sort -k2 f; cut -d" " -f2 f; tr a-z A-Z < f; wc -l f; head -n1 f; tail -n1 f; rev f; paste -s -d, f; tac f; nl f | head -1; awk "{print \\$2+1}" f; awk "END{print NR}" f; basename /a/b.c .c; dirname /a/b; seq 3 | paste -sd+ -; expr 1 + 2; diff f f; echo a > g; diff f g > /dev/null; echo $?',
  'text tools leave stdin alone':
    'printf "a\\nb\\n" > list; printf "a1\\nb2\\n" > data; while read k; do grep $k data; sed -n 1p data; wc -l < data | tr -d " "; done < list',
  'tools and errors':
    'cat nope; echo $?; cat d f; mkdir d; cat d; echo $?; echo x > f; cat f nope f; head -c 1 nope; wc nope; cat -n f; cat -A f; cat -; tail -n +2 f; cmp f f 2>/dev/null; tee no/x < f; echo $?; rm -r d; ls',
  'append and in-place':
    'echo a > f; ln f g; echo b >> f; cat g; sed -i s/a/z/ f; cat f g; ls -l | grep -c " 1 "; printf 3 | tee f; printf 4 | tee -a f; cat f; sort -o f f; echo c | cat f - ; cat f f > h; wc -c < h',
  'deep trees':
    'mkdir -p $(printf "d/%.0s" 1 2 3 4 5 6 7 8 9 10); touch d/d/d/x; find . | wc -l; rm -r d; ls; for i in 1 2 3 4 5; do mkdir -p t/$i; for j in a b; do echo $i$j > t/$i/$j; done; done; cat t/*/* | wc -l; cp -r t u; rm -r t/[1-3]; ls t; mv u/4 t/6; ls -R t; find t u -type f | sort | xargs cat',
  id: 'id; id -u; id -g; id -un; id -G; whoami; id daemon; id -u nobody; id nosuch; echo $?',
};
