/** Scripts run in a merged view. The lower layer is made by `LOWER`; what lands in the upper one is compared too. */
export const LOWER = [
  'umask 022',
  'mkdir -p etc usr/share/doc/a usr/bin d/sub empty',
  'echo motd > etc/motd; echo root:x:0: > etc/group; chmod 640 etc/group; chown 0:42 etc/group',
  'echo one > usr/share/doc/a/1; echo two > usr/share/doc/2',
  'echo x > d/x; echo y > d/sub/y; ln d/x d/hard; ln -s x d/link; mkfifo d/fifo; mknod d/null c 1 3',
  'setfattr -n user.k -v v d/x; setfattr -n trusted.t -v w d',
  'truncate -s 1M big; printf end >> big; chmod 4755 usr/bin; touch -d 2001-02-03 etc/motd d/x; touch -d 2002-02-02 d etc',
].join('\n');

export const overlay: Record<string, string> = {
  'append copies up': 'echo hi >> etc/motd; cat etc/motd; ls -l etc; stat -c "%n %h %s" etc/motd',
  'remove leaves a whiteout': 'rm etc/motd; ls etc; ls -l etc; rm etc/motd; cat etc/motd; [ -e etc/motd ] || echo gone',
  'remove a tree': 'rm -r usr/share/doc; ls -R usr; rm -rf d; ls',
  'remove and make again is opaque':
    'rm -r d; mkdir d; touch d/new; ls -la d | tail -n +3; rmdir empty; mkdir empty; ls -A empty',
  'remove and make a file again': 'rm etc/motd; echo new > etc/motd; cat etc/motd; rm -r d; echo file > d; cat d',
  'move a lower directory': 'mv d e; echo $?; ls -R e; ls d; stat -c "%n %F %h" e e/x e/hard; cat e/hard',
  'move a lower directory verbosely': 'mv -v usr/share/doc etc/; ls -R etc usr',
  'move a lower directory with -T': 'mv -vT d e | sort; ls -R e; stat -c "%n %h" e/x e/hard',
  'move a lower directory into another': 'mv -v d empty | sort; ls -R empty; stat -c "%n %h" empty/d/x empty/d/hard',
  'move a lower file': 'mv etc/motd etc/m; ls etc; mv etc/m motd; ls; cat motd; mv motd d/x; cat d/x; cat d/hard',
  'move a new directory':
    'mkdir n; touch n/f; mv n m; ls m; mv m d/; ls d; mv d/m empty; ls -R empty; mkdir p; mv -T p empty; echo $?',
  'move onto a lower directory': 'mkdir n; mv -T n empty; echo $?; ls -A empty; mkdir q; mv -T q d; echo $?',
  'hard links break':
    'echo z >> d/x; cat d/hard; ls -l d/x d/hard; ls -i d/x d/hard | cut -d" " -f1 | uniq | wc -l; ln d/x d/third; stat -c "%n %h" d/x d/third d/hard',
  'link a lower file':
    'ln etc/motd m2; stat -c "%n %h" m2 etc/motd; echo q >> m2; cat etc/motd; rm m2; stat -c %h etc/motd',
  'change attributes':
    'chmod 600 etc/motd; chown 5:6 d/link; chown -h 7:8 d/link; touch -d 2005-05-05 etc/group; ls -l --time-style=long-iso etc/group; stat -c "%n %a %u:%g %Y" etc/motd etc/group; chmod -R go-r usr; ls -lR usr',
  'change a directory':
    'chmod 700 d; ls -ld --time-style=long-iso d; touch -d 2004-04-04 empty; chgrp 9 usr; stat -c "%n %a %u:%g" d empty usr',
  'whiteouts cannot be made by hand':
    'mknod w c 0 0; echo $?; mknod d/w c 0 0; echo $?; mknod ok c 1 3; ls -l ok; mknod b b 0 0; echo $?',
  attributes:
    'setfattr -n user.a -v 1 etc/motd; getfattr -d etc/motd; setfattr -x user.k d/x; getfattr -d d/x; getfattr -d -m - d; setfattr -n trusted.overlay.x -v 1 d; setfattr -n trusted.n -v 1 empty; getfattr -d -m trusted empty',
  'copy within':
    'cp -a d e; ls -lR --time-style=long-iso e; getfattr -d e/x; cp etc/motd etc/copy; cp -a etc/group g2; stat -c "%n %a %u:%g" g2; cp -al d f; stat -c "%n %h" f/x d/x',
  'open files across copy-up':
    'exec 3< etc/motd; echo more >> etc/motd; cat <&3; exec 3<&-; exec 4<> etc/group; echo w >&4; cat etc/group; rm etc/group; echo after >&4; ls etc',
  'special files':
    'echo x > d/null; ls -l d/null; chmod 600 d/null d/fifo; ls -l d/null d/fifo; mv d/fifo d/pipe; rm d/null; ls d',
  sizes:
    'truncate -s 10 big; stat -c %s big; du -a big | cut -f2; dd if=/dev/zero of=big bs=4 seek=4 count=1 conv=notrunc 2>/dev/null; stat -c %s big; truncate -s 0 etc/motd; wc -c < etc/motd; : > d/x; cat d/x',
  'edit in place':
    'sed -i s/motd/MOTD/ etc/motd; cat etc/motd; stat -c "%a %u:%g" etc/motd; sort -o etc/group etc/group; printf a | tee -a etc/group > /dev/null; cat etc/group',
  'find and delete':
    'find . -type f -name "[12]" -delete; find usr | sort; find . -newer etc/motd -type d -empty | sort; find d -type l -exec rm {} \\;; ls d; find d -links 2 -type f | sort',
  'copy up of parents':
    'mkdir -p usr/share/doc/a/b; touch usr/share/doc/a/b/c; ls -ld usr usr/share | cut -c1-10; ls -R usr/share',
  'rename over':
    'echo n > n; mv n etc/motd; cat etc/motd; mv -f d/x etc/group; cat etc/group; mv etc/group usr/share/doc/2; ls etc d usr/share/doc',
  symlinks:
    'ln -s motd etc/l; readlink etc/l; ln -sfn usr d/link; readlink d/link; rm d/link; ln -s q d/link; ls -l d/link | cut -c1; mv d/link d/k; readlink d/k; cd d; ls ../etc',
};
