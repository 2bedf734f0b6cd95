/** Scripts by name: pipes whose sides run at once, jobs and signals. Nothing in them depends on who is quicker. */
export const processes: Record<string, string> = {
  'endless writers':
    'yes | head -n 2; echo $?; while :; do echo x; done | head -n 3; cat /dev/zero | head -c 3 | od -An -tx1; { yes; echo $? >&2; } | head -n 1; dd if=/dev/zero bs=64k 2>/dev/null | head -c 200000 | wc -c',
  'more than a pipe holds':
    'i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo line-$i-of-a-long-text-that-fills-pipes; done > f; cat f f f | cat | cat | wc -c; cat f f | { read a; read b; cat > /dev/null; echo $b $a; }; cat f | sort | tail -n 1; cat f | (exit 3); echo $?; (cat f; exit 4) | cat > /dev/null; echo $?',
  jobs: '(exit 3) & wait $!; echo $?; wait; echo $?; wait 99999; echo $?; { sleep 0.1; echo late; } & wait; echo after; echo a > f & wait; cat f; (exit 1) & (exit 2) & wait $!; echo $?; false & wait; echo $?; x=1; (x=2) & wait; echo $x; cat & wait $!; echo $?',
  kill: 'kill abc; echo $?; kill; echo $?; kill -s FOO 1; echo $?; kill %3; echo $?; kill -FOO 1; echo $?; kill -l 143; kill -l 9; kill -0 $$; echo $?; wait abc; echo $?',
  'ended jobs':
    'while :; do :; done & kill $!; wait $!; echo $?; sleep 100 & kill -9 $!; wait $! 2>/dev/null; echo $?; cat /dev/zero > /dev/null & kill -INT $!; wait $!; echo $?; while :; do :; done & p=$!; kill -STOP $p; kill -CONT $p; kill -TERM $p; wait $p; echo $?',
  sleepers:
    '{ sleep 0.3; echo third; } & { sleep 0.1; echo first; } & sleep 0.2; echo second; wait; echo end; while :; do :; done & p=$!; sleep 0.1; kill $p; wait $p; echo $?; { sleep 0.1; echo a; } | { sleep 0.3; cat; }; sleep x; echo $?',
  traps:
    'trap "echo got" TERM; kill $$; echo after; trap "echo usr" USR1; kill -USR1 $$; kill -s USR1 $$; echo end; trap - USR1 TERM; trap "" TERM; kill $$; echo deaf',
  'signals of programs':
    'sh -c "kill -9 \\$\\$"; echo $?; sh -c "kill -TERM \\$\\$; echo no"; echo $?; sh -c "trap \\"exit 5\\" TERM; kill \\$\\$; echo no"; echo $?',
};
