/** Images made with umoci: every kind of file, and every way a layer can take something back from the one below. */
import { scriptRecipe } from './recipe.ts';

/** An OCI layout (folder) of five gzip layers. */
export const umociLayers = scriptRecipe({
  name: 'umoci-layers',
  reference: 'kinds',
  needs: ['root', 'umoci', 'setfattr', 'trusted-xattrs'],
  archive: 'layout',
  script: `
    umoci init --layout layout
    umoci new --image layout:kinds
    umoci config --image layout:kinds --config.cmd /bin/sh --config.env PATH=/bin --architecture amd64 --os linux
    umoci unpack --image layout:kinds bundle
    cd bundle/rootfs

    # Layer 1: one of each kind.
    mkdir -p bin dev etc/rc.d usr/share/doc/tool usr/lib tmp var/empty deep/$(printf 'd%.0s' {1..60})/$(printf 'e%.0s' {1..60})
    echo tool > bin/tool; chmod 4755 bin/tool
    echo group > bin/group; chgrp 50 bin/group; chmod 2755 bin/group
    echo hello > etc/motd; echo one > etc/one; echo two > etc/two; echo 'ключ' > 'etc/имя'; echo s > 'etc/a b'
    ln etc/one etc/one-too; ln -s motd etc/link; ln -s /etc/two etc/absolute; ln -s ../../../.. etc/up; ln -s nowhere etc/dangling
    mknod dev/null c 1 3; mknod dev/sda b 8 0; mknod dev/big c 300 70000; mkfifo -m 600 dev/pipe
    chmod 1777 tmp; chmod 0 var/empty; chmod 0400 etc/two
    chown 1000:1000 etc/motd; chown 3000000:4000000 etc/one; chown -h 7:8 etc/link
    setfattr -n user.note -v remark etc/motd
    setfattr -n security.capability -v 0x0100000200040000000000000000000000000000 bin/tool
    head -c 300000 /dev/zero > usr/lib/zeros; seq 1 40000 > usr/lib/numbers; : > usr/lib/empty
    for i in $(seq 1 40); do echo "page $i" > usr/share/doc/tool/$i; done
    mkdir same emptied; echo below > same/below; echo file > becomes-dir; ln -s etc becomes-file
    touch -d '2001-02-03 04:05:06.789 UTC' etc/one usr/lib; touch -h -d '1999-12-31 UTC' etc/link
    cd ../..; umoci repack --image layout:kinds --refresh-bundle bundle; cd bundle/rootfs

    # Layer 2: changes, removals, type changes.
    echo more >> etc/motd; rm etc/two; rm -r usr/share/doc; rmdir emptied; echo 'now a file' > emptied; rm becomes-file; echo 'now a file' > becomes-file
    rm becomes-dir; mkdir becomes-dir; echo inside > becomes-dir/inside; chmod 700 etc; rm deep/d*/e* -r
    rm dev/sda; mknod dev/sda b 8 16; echo above > same/above; rm etc/one-too
    cd ../..; umoci repack --image layout:kinds --refresh-bundle bundle; cd bundle/rootfs

    # Layer 3: what was taken away comes back, and links to files of layers below.
    mkdir -p usr/share/doc; echo back > usr/share/doc/back; echo two again > etc/two; ln usr/lib/numbers usr/lib/numbers-too
    cd ../..; umoci repack --image layout:kinds --refresh-bundle bundle

    # Layers 4 and 5: an opaque directory, and a whiteout with nothing else beside it.
    mkdir opaque; echo only > opaque/only
    umoci insert --image layout:kinds --opaque opaque /same
    umoci insert --image layout:kinds --whiteout /etc/absolute
    umoci gc --layout layout
    rm -rf bundle opaque
  `,
});

/**
 * A directory with something in it that became a file. umoci writes the file and then a whiteout *below* it, which
 * containerd refuses (ENOTDIR): a real image that must fail, and leave nothing half-made behind.
 */
export const directoryBecameFile = scriptRecipe({
  name: 'directory-became-file',
  reference: 'broken',
  needs: ['root', 'umoci'],
  archive: 'layout',
  script: `
    umoci init --layout layout
    umoci new --image layout:broken
    umoci config --image layout:broken --architecture amd64 --os linux
    umoci unpack --image layout:broken bundle
    mkdir bundle/rootfs/data; echo x > bundle/rootfs/data/x
    umoci repack --image layout:broken --refresh-bundle bundle
    rm -r bundle/rootfs/data; echo 'now a file' > bundle/rootfs/data
    umoci repack --image layout:broken bundle
    umoci gc --layout layout
    rm -rf bundle
  `,
});

/** A static busybox that real runc can start, in one layer and one that changes it. */
export const busybox = scriptRecipe({
  name: 'busybox',
  reference: 'busybox',
  needs: ['root', 'umoci', 'busybox'],
  archive: 'layout',
  script: `
    umoci init --layout layout
    umoci new --image layout:busybox
    umoci config --image layout:busybox --config.cmd /bin/sh --config.env PATH=/bin --architecture amd64 --os linux
    umoci unpack --image layout:busybox bundle
    mkdir -p bundle/rootfs/bin bundle/rootfs/etc bundle/rootfs/proc bundle/rootfs/sys bundle/rootfs/dev bundle/rootfs/tmp
    cp "$(command -v busybox)" bundle/rootfs/bin/busybox
    for applet in $(busybox --list); do [ $applet = busybox ] || ln -s busybox bundle/rootfs/bin/$applet; done
    echo welcome > bundle/rootfs/etc/motd; echo gone > bundle/rootfs/etc/gone
    umoci repack --image layout:busybox --refresh-bundle bundle
    rm bundle/rootfs/etc/gone; echo root:x:0:0:root:/:/bin/sh > bundle/rootfs/etc/passwd
    umoci repack --image layout:busybox bundle
    umoci gc --layout layout
    rm -rf bundle
  `,
});
