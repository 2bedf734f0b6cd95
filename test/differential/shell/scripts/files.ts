/** Scripts by name: what a program prints, answers and leaves behind. */
export const listing: Record<string, string> = {
  'ls of an empty directory': 'ls; ls -a; ls -A; ls -l; ls -la',
  'ls -l of every kind':
    'umask 022; echo hi > f; mkdir d; ln -s f l; ln -s nowhere dangling; mkfifo p; mknod c c 1 3; mknod b b 7 300; mknod w c 0 0; chmod 000 w; ls -l; ls -F; ls -p; ls -lF',
  'ls columns':
    'truncate -s 123456 big; echo > s; mknod c c 10 200; mknod e c 1 3; ls -l; ls -ln; ls -lo; ls -lg; ls -lG; ls -lh',
  'ls special bits':
    'touch a b c d e; chmod 4755 a; chmod 4644 b; chmod 2755 c; chmod 2644 d; mkdir t; chmod 1777 t; mkdir u; chmod 1776 u; ls -l',
  'ls dates':
    "touch -d '2020-01-02 03:04:05.123456789' old; touch -d '@0' epoch; touch -d '2040-05-06 07:08:09' future; ls -l; ls -l --full-time old; ls -l --time-style=long-iso old epoch; ls -l --time-style=iso old; ls -l --time-style=+%Y%m%d old; ls --full-time epoch",
  'ls sorting':
    'echo 1 > B; echo 22 > a; echo 333 > C; touch -d 2001-01-01 a; touch -d 2003-01-01 B; touch -d 2002-01-01 C; ls; ls -r; ls -t; ls -tr; ls -S; ls -Sr; ls -1',
  'ls operands': 'mkdir d e; touch d/x e/y f; ls d e f; ls f d; ls -d d e; ls d; ls -d; ls -1d d/x',
  'ls -R': 'mkdir -p a/b/c d; touch a/1 a/b/2 d/.h; ls -R; ls -R a d; ls -aR d',
  'ls links': 'mkdir d; touch d/x; ln -s d l; ls l; ls -l l; ls -d l; ls -lL l; ls -F l; ls l/',
  'ls missing': 'touch f; ls nope f; echo $?; ls nope; echo $?; ls -q; ls --nope; echo $?',
  'ls sizes':
    'head -c 5000 /dev/zero > a; truncate -s 1M b; ls -s; ls -sh; ls -lsh; ls -l --block-size=1 2>/dev/null | head -0',
  'ls hard links and owners': 'touch a; ln a b; ln a c; chown 1:2 a; touch d; chown 4242:4343 d; ls -l; ls -ln',
  'ls names': "touch 'a b' \"it's\" 'x\ny' é; ls; ls -l",
  'ls -i tells hard links':
    'touch a c; ln a b; [ "$(ls -i a | cut -d" " -f1)" = "$(ls -i b | cut -d" " -f1)" ] && echo same; [ a -ef b ] && echo ef; [ a -ef c ] || echo other',
  'ls group directories first': 'mkdir z; touch a b; ls --group-directories-first; ls -la --time-style=+ | tail -n +4',
  'stat -c':
    "printf abc > f; chmod 4640 f; chown 1:2 f; touch -d '2020-01-02 03:04:05.5' f; stat -c '%n %s %a %A %f %F %u %g %U %G %h %t %T %X %Y %y' f; stat -c %A . ; stat --format='%N %b %B' f; stat --printf='%n\\t%s\\n' f",
  'stat of kinds':
    "ln -s f l; mkfifo p; mknod c c 5 1; mkdir d; touch f; for x in l p c d f; do stat -c '%N|%F|%A|%a|%t:%T|%h' $x; done; stat -L -c %F l; stat -c %n",
  'stat default':
    "printf abc > f; ln -s f l; touch -d 2020-01-01 f; stat f | sed -e 's/Device: .*Links/Links/' -e '/^Change\\|Birth/d'; stat l | sed -n 1,2p; mknod c c 1 3; stat c | sed -n '2p;3s/.*Links/Links/p'",
  'stat missing': 'stat nope; echo $?; stat; echo $?; stat -c %n nope .',
  du: 'mkdir -p a/b; head -c 10000 /dev/zero > a/f; ln a/f a/g; truncate -s 1M a/b/sparse; du a; du -s a; du -h a; du -sh a; du -k a/f; du -b a/f; du -a a/b; du -c a/f a/b; du nope; du -d 0 a; du -sb a/b/sparse',
  'readlink and realpath':
    'mkdir -p a/b; ln -s a l; ln -s l/b m; ln -s nowhere n; readlink l m n; readlink a; echo $?; readlink -f m/x | sed "s|.*/script[^/]*/||;s|.*/work/||"; readlink -e n; echo $?; readlink -m x/y | sed "s|.*/script[^/]*/||;s|.*/work/||"; realpath nope/x; echo $?; realpath --relative-to=. m; realpath --relative-to=a l/b; readlink -n l; realpath -e n',
};

export const making: Record<string, string> = {
  mkdir:
    'mkdir a; mkdir a; mkdir b/c; mkdir -p b/c/d; mkdir -p a; touch f; mkdir -p f; mkdir -p f/x; mkdir f/x; mkdir; mkdir -m 700 m; mkdir -m u=rwx,go= n; mkdir -m 1777 t; mkdir -v v; mkdir -pv w/x; mkdir -m bad q; ls -l',
  'mkdir and umask':
    'umask 077; mkdir a; mkdir -p b/c; umask 0; mkdir d; umask 777; mkdir -p e/f; umask 022; ls -lR --time-style=+',
  rmdir:
    'mkdir -p a/b/c d; touch d/f; rmdir d; rmdir a/b/c; rmdir nope; touch f; rmdir f; rmdir -p a/b; mkdir -p x/y; touch x/z; rmdir -p x/y; rmdir -v --ignore-fail-on-non-empty x; rmdir; ls',
  'mknod and mkfifo':
    'mknod a p; mknod b c 1 3; mknod d b 8 1; mknod; mknod x; mknod x c; mknod x c 1; mknod x z 1 1; mknod x p 1 2; mknod x c 1 2 3; mknod a p; mknod -m 600 m c 0 0; mkfifo q r; mkfifo q; mkfifo; mkfifo -m 640 s; mknod no/x p; mkfifo no/x; mknod x c q 1; ls -l',
  touch:
    "touch a; touch -c b; touch -d '2001-02-03 04:05:06' a; touch -r a c; touch -t 200203040506.07 d; touch -a -d 2005-01-01 a; touch -m -d 2006-01-01 a; stat -c '%n %X %Y' a c d; touch no/x; touch; touch -d rubbish x; touch -r nope x; mkdir e; touch -d 2000-01-01 e; stat -c %Y e; ls",
  'touch links':
    "ln -s a l; touch -d 2001-01-01 l; ls; touch -h -d 2002-02-02 l; stat -c '%n %Y' l a; touch -t 0102 x; echo $?; touch -h nope; ls",
  truncate:
    'truncate -s 10 a; truncate -s +5 a; truncate -s -3 a; truncate -s %8 a; truncate -r a b; truncate -s 1K c; truncate -s 1KB d; truncate -c -s 3 nope; truncate a; truncate -s x a; truncate -s 0 no/x; stat -c "%n %s" a b c d; ls',
  dd: 'printf 0123456789 > a; dd if=a of=b bs=3 count=2 status=none; dd if=a of=c bs=1 skip=4 status=noxfer; dd if=a of=c conv=notrunc bs=2 seek=1 count=1 2>/dev/null; cat b; echo; cat c; echo; dd if=nope of=x; echo $?; dd if=/dev/zero of=z bs=1k count=3 2>&1 | head -2; stat -c %s z; dd bogus=1; dd if=a of=e seek=2 bs=4 2>/dev/null; stat -c %s e; cat a | dd of=p 2>&1 | head -2; ls',
};

export const copying: Record<string, string> = {
  'cp files':
    'echo a > a; cp a b; cat b; cp a nope/b; cp nope b; mkdir d; cp a b d; ls d; cp d e; cp a a; cp; cp a; cp a b c; cp a b nope/; cp -v a c; cp a d/; cp a c/; ls',
  'cp modes and umask':
    'echo x > a; chmod 4777 a; umask 027; cp a b; cp -p a c; chmod 600 c; cp a c; cp --preserve=mode a e; ls -l',
  'cp over':
    'echo new > a; echo old > b; ln b c; chmod 600 b; cp a b; cat c; cp -f a b; ln -s b l; echo more > m; cp m l; cat b; ls -l; cp --remove-destination a l; ls -l l; cp -n m a; cat a; ln -s gone dang; cp a dang; cp -f a dang; ls -l dang',
  'cp -r':
    'mkdir -p s/t; echo 1 > s/f; ln -s f s/l; mkfifo s/p; chmod 750 s/t; chmod 555 s; cp -r s d; ls -lR d; cp -r s d; ls d; cp -r s s/x; echo $?; ls -R s | head -20',
  'cp -a':
    "mkdir -p s/t; echo 1 > s/f; ln s/f s/g; ln -s f s/l; mknod s/c c 1 3; mkfifo s/p; chown 1:2 s/f; chown -h 3:4 s/l; chmod 2755 s/t; setfattr -n user.k -v v s/f; setfattr -n trusted.k -v v s/t; touch -h -d 2001-01-01 s/l; touch -d 2002-02-02 s/f; touch -d 2003-03-03 s/c s/p s/t s; cp -a s d; ls -lR --full-time d | sed 's/^total.*//'; getfattr -d -m - d d/f d/g d/t",
  'cp -d, -L, -P, -H':
    'echo x > f; ln -s f l; cp l a; cp -d l b; cp -P l c; cp -L l d; mkdir s; ln -s ../f s/k; ln -s s sl; cp -r sl e; cp -rH sl g; cp -rL s h; ls -lR --time-style=+',
  'cp kinds over kinds':
    'mkdir d; touch f; mkdir -p x/f y/d; touch y/d/z; cp -r d x; cp f x; cp -r x/f f; cp -rT d f; touch x/d2; mkdir d2; cp -r d2 x; cp -T f d; ls -R',
  'cp -t, -T, -l, -s, -u':
    'echo 1 > a; mkdir d; cp -t d a; cp -T a d/b; cp -l a h; cp -s a s; touch -d 2001-01-01 old; cp -u old a; cat a; cp -t nope a; cp -T a d; cp -l a h; cp -lf a h; ls -l d; stat -c %h a; readlink s; cp -s a s',
  'cp --parents and sparse':
    'mkdir -p a/b; echo x > a/b/f; mkdir d; cp --parents a/b/f d; ls -R d; truncate -s 1M sp; printf x >> sp; cp sp sq; stat -c %s sq; [ $(stat -c %b sq) -lt 100 ] && echo sparse; cmp sp sq 2>/dev/null || true',
  'mv files':
    'echo a > a; mv a b; mv b b; mv nope c; mkdir d; mv b d; ls d; mv d/b .; mv b nope/; mv b d/c; mv; mv a; mv d e; ls; mv -v e f; touch x y; mv x y e2; mv -n x y; ls; mv -t f x y; ls f',
  'mv onto':
    'echo 1 > a; echo 2 > b; ln b c; mv a b; cat b c; mkdir d e; touch d/x e/y; mv d e; ls -R; mv -T e/d e; echo $?; touch f; mv e f; mv f e; mkdir e/g; touch g; mv g e; mv -T f e; ls',
  'mv into itself':
    'mkdir -p d/e; mv d d/e; mv d d/x; mv d d; mv d/. x; mv d .; touch a; ln a b; mv a b; ls; mv b b/; mv d/e e/; ls',
  'mv symlinks':
    'mkdir d; ln -s d l; mv l m; ls -l --time-style=+; touch f; mv f m; ls d; ln -s x y; mv y d/; readlink d/y; mv -T d/f m; ls -l --time-style=+',
  ln: 'echo x > a; ln a b; ln -s a s; ln a b; ln -s a s; ln -f a b; ln -sf b s; readlink s; ln nope c; mkdir d; ln d e; ln -s d/ ds; ln -s a d; ls -l d; ln -s x d/; ln -sn a ds; ln -sfn a ds; readlink ds; ln; ln -v a v; ln -sv a w; stat -c "%n %h" a; ln -s a; ln nope; (cd d; ln -s ../q; ls)',
  'ln -r and -T':
    'mkdir -p a/b c; touch a/f; ln -sr a/f c/l; readlink c/l; ln -sr a/f a/b/k; readlink a/b/k; ln -sT a c; ln -t c a/f; ls c; ln -P c/l pl; ls -l pl | cut -c1; ln -L c/l ll; stat -c %h ll; ln -s "" e; ln a no/x; ln -s a no/x',
  rm: 'touch a b c; rm a; rm a; rm -f a; rm b nope c; mkdir d; rm d; rm -d d; mkdir -p e/f; touch e/f/g e/h; rm -d e; rm -r e; rm; rm -f; rm -v b; touch x; rm -v x; mkdir y; rm -rv y; rm -r .; rm -r ..; rm x/y; touch x; rm x/y; rm -f x/y; ln -s d l; mkdir d; touch d/k; rm -r l; ls d; rm -q; ls',
  'rm modes':
    'mkdir -p a/b; touch a/b/c; chmod 000 a/b; rm -r a; ls; touch -- -f; rm -- -f; ls; touch -- -x; rm ./-x; rm -x; mkdir z; rm z/; rm -r z/; ls',
};

export const attributes: Record<string, string> = {
  'chmod octal':
    'touch f; for m in 0 7 644 755 4755 2755 1777 7777 0644; do chmod $m f; stat -c %a f; done; mkdir d; chmod 2755 d; chmod 755 d; stat -c %a d; chmod 00755 d; stat -c %a d; chmod 8 f; chmod 77777 f; chmod; chmod 644; chmod 644 nope',
  'chmod symbolic':
    'touch f; s() { chmod "$1" f && stat -c "$1 %a" f; }; chmod 644 f; s u+x; s g=u; s o-r; s a+w; s =r; s +x; s -x; s u=rwx,g=rx,o=; s u+s; s g+s; s +t; s ug-s; s -t; s go+X; s u-x; s a+X; s o=g; s -r; s u=; s a=rwX',
  'chmod with umask':
    'umask 027; touch f; chmod 000 f; chmod +rwx f; stat -c %a f; chmod 777 f; chmod -w f; stat -c %a f; chmod =rw f; stat -c %a f; mkdir d; chmod 2770 d; chmod =rwx d; stat -c %a d; chmod g=s d; stat -c %a d',
  'chmod -R and messages':
    'mkdir -p d/e; touch d/f; ln -s nowhere d/l; chmod -R 700 d; stat -c "%n %a" d d/e d/f; chmod -v 600 d/f; chmod -v 600 d/f; chmod -c 644 d/f; chmod -c 644 d/f; chmod u+q d/f; chmod d/l 2>/dev/null; chmod 644 d/l; chmod -f 644 nope; echo $?; chmod --reference=d/f d/e; stat -c %a d/e; chmod -R u=rwX,go= nope d; echo $?; chmod -x d/f; chmod -- -w d/f; stat -c %a d/f',
  chown:
    'touch f; chown 1 f; stat -c %u:%g f; chown :2 f; stat -c %u:%g f; chown 3:4 f; stat -c %u:%g f; chown root f; chown daemon: f; stat -c %U:%G f; chown nobody:nogroup f; stat -c %U:%G f; chown nosuch f; chown :nosuch f; chown root nope; chown; chown root; chmod 6755 f; chown 5 f; stat -c %a f; chgrp 7 f; chgrp nosuch f; chgrp bin f; stat -c %g f; chgrp -v bin f; chown -v 0:0 f; chown -c 0 f; chgrp; chgrp bin',
  'chown links and -R':
    'mkdir -p d/e; touch d/f; ln -s f d/l; chown -h 5:6 d/l; stat -c "%n %u:%g" d/l d/f; chown 7 d/l; stat -c "%n %u:%g" d/l d/f; chown -R 8:9 d; stat -c "%n %u:%g" d d/e d/f d/l; ln -s gone g; chown 1 g; chown -h 1 g; stat -c %u g; chown --reference=d/f d; chown --from=8 11 d/f; stat -c %u d/f; chown --from=8 12 d/f; stat -c %u d/f',
  xattrs:
    "touch f; setfattr -n user.a -v hello f; setfattr -n user.b f; setfattr -n user.c -v 0x00ff10 f; setfattr -n user.d -v 0saGk= f; setfattr -n trusted.t -v 'with \"quotes\"' f; getfattr f; getfattr -d f; getfattr -d -m - f; getfattr -n user.a f; getfattr -n user.zz f; getfattr -n user.a --only-values f; echo; getfattr -d -e hex f; getfattr -d -e base64 f; getfattr -d -e text f; setfattr -x user.a f; setfattr -x user.a f; getfattr -d -m '^trusted' f; getfattr nope; setfattr -n user.x -v 1 nope; setfattr -n bad -v 1 f; getfattr -d f",
  'xattrs on other kinds':
    "mkdir d; ln -s d l; mkfifo p; setfattr -n user.a -v 1 d; setfattr -n user.a -v 1 p; setfattr -h -n user.a -v 1 l; setfattr -h -n trusted.a -v 1 l; setfattr -n trusted.a -v 2 p; getfattr -h -d -m - l p d; getfattr -d l; getfattr -R -d -m - d; setfattr; setfattr -n user.x; getfattr; getfattr -d -m 'user[.]a' d; setfattr -n user.nl -v 'a\nb' d; getfattr -d d; getfattr --absolute-names -d d",
  umask:
    'umask; umask -S; umask 077; umask; touch a; mkdir b; umask u=rwx,g=rx,o=; umask; umask g+w; umask -S; (umask 0; touch c); touch d; umask 8; umask abc; stat -c "%n %a" a b c d',
};
