/** Stands for a blank inside a word. */
const NBSP = '\u00a0';

/** What a user types, by what it is about. Words are split at blanks. */
const lines = (text: string): readonly (readonly string[])[] =>
  text
    .trim()
    .split('\n')
    .map((line) =>
      line
        .trim()
        .split(' ')
        .map((word) => (word === "''" ? '' : word.replaceAll(NBSP, ' '))),
    );

/** Of the demo image: its index, its manifest, and its layers from the lowest up. */
const INDEX = 'sha256:0086f9850a1b0adaa15f4825b6b2372d1f88404a299683c2302686632c7340b1';
const MANIFEST = 'sha256:9d5eb2270b76c019dbd7b0de792c223c49691a08bc58d67d28db540aadf63634';
const LAYERS = [
  'sha256:9bd73cb5c179e3de9a21e3fb07e08d7dd4731fd7cc6b02e30403d760aa5bd8a4',
  'sha256:430fa1772aeb84afbd0cc562c7d6db17a6c0e9cba58fa20588286db58db4594e',
  'sha256:fd00b48c84d7a1f53daf3cac83c1f17bde56fe321559ae44c81a430c2c7d86eb',
];
const NONE = `sha256:${'1'.repeat(64)}`;
const BASE = 'sha256:e699f37b5692bb0fa8b147a374649c1fb40dfe797dd27198c1559fa5688726a1';
const TOP = 'sha256:acd815c6805bb1681f7726dbd4453d032ec766c986d3cef63c15b1099ad85242';
/** A busybox in a docker archive. */
const BUSYBOX = 'docker.io/library/bb:1';
const DEMO = 'layerscope.test/demo:latest';

export const SEQUENCES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'snapshots by hand': lines(`
    snapshots ls
    snapshots prepare a
    snapshots prepare a
    snapshots ls
    snapshots prepare b nope
    snapshots prepare b a
    snapshots commit one a
    snapshots prepare b one
    snapshots commit one b
    snapshots commit two b
    snapshots view v two
    snapshots tree
    snapshots ls
    snapshots commit three v
    snapshots commit three nope
    snapshots mounts /mnt two
    snapshots mounts /mnt v
    snapshots mounts /mnt nope
    snapshots rm one
    snapshots rm nope
    snapshots info nope
    snapshots label two x=y z=w
    snapshots label two x=
    snapshots label nope a=b
    snapshots usage nope
    snapshots rm v two one
    snapshots ls
    snapshots tree
    snapshots prepare
    snapshots commit only
    snapshots info
    snapshots nosuch
    snapshots ls --bad
    snapshots --snapshotter nope ls
    snapshots --snapshotter native prepare n
    snapshots --snapshotter native ls
    snapshots --snapshotter native info n
    snapshots --snapshotter native mounts /mnt n
    snapshots --snapshotter native rm n`),
  namespaces: lines(`
    namespaces create inner a=b
    namespaces create inner
    namespaces create bad!name
    namespaces create
    namespaces label inner c=d a=
    -n inner snapshots prepare s
    namespaces rm inner
    -n inner snapshots rm s
    namespaces rm inner inner
    namespaces label again x=y
    namespaces rm again`),
  leases: lines(`
    leases ls
    leases create --id l1 a=b
    leases create --id l1
    leases ls
    leases ls -q
    leases ls id==l1
    leases ls id==l2
    leases create --expires 0s --id forever
    leases ls
    leases create -x nonsense
    leases rm l1 l2
    leases rm l1
    leases rm --sync forever
    leases ls`),
  'layers that are missing': lines(`
    images import --no-unpack demo.tar
    content rm ${LAYERS[2]}
    snapshots unpack ${INDEX}
    snapshots ls
    content ls
    containers create ${DEMO} c
    images check
    images tag ${DEMO} x:1
    snapshots unpack ${INDEX}
    content rm ${LAYERS[0]}
    snapshots unpack ${INDEX}
    snapshots ls
    content ls
    images check
    content rm ${MANIFEST}
    snapshots unpack ${INDEX}
    images check
    content rm ${INDEX}
    images check
    images ls
    snapshots unpack ${INDEX}
  `),
  'what the collector takes': lines(`
    snapshots prepare a
    snapshots commit base a
    snapshots view v base
    snapshots prepare kept base
    snapshots ls
    leases create --id l
    leases rm --sync l
    snapshots ls
    snapshots rm kept
    snapshots rm base
    snapshots ls
    snapshots prepare v base
    snapshots rm v
    snapshots rm base
    snapshots ls`),
  images: lines(`
    images ls
    images import nofile.tar
    images import demo.tar
    images import demo.tar
    images ls
    images ls -q
    images check
    images check -q
    snapshots ls
    snapshots tree
    content ls -q
    images tag ${DEMO} x:1
    images tag ${DEMO} x:1
    images tag --force ${DEMO} x:1
    images tag nope x:2
    images label x:1 a=b
    images label x:1 a= c=d
    images label nope a=b
    images label x:1
    images ls name==x:1
    images ls bad==
    images rm x:1 nope
    images rm
    images import --base-name foo --digests demo.tar
    images ls -q
    images export out.tar
    images export out.tar nope
    images rm --sync ${DEMO} foo@sha256:0086f9850a1b0adaa15f4825b6b2372d1f88404a299683c2302686632c7340b1
    images ls
    content ls
    snapshots ls`),
  'content and its labels': lines(`
    content ls
    images import --no-unpack demo.tar
    snapshots ls
    images check
    content ls
    content get ${NONE}
    content get sha256:abc
    content get nonsense
    content label ${NONE} a=b
    content label sha256:fd00b48c84d7a1f53daf3cac83c1f17bde56fe321559ae44c81a430c2c7d86eb a=b
    content rm ${NONE}
    content rm nonsense
    content active
    images import demo.tar
    content prune references
    content ls
    images check
    content rm sha256:a5796056174f945ca4af02760d141811223c76c91f34dd9528afcaa1ff4bd6a7
    content ls -q
    images check
    leases create --id l
    leases rm --sync l
    snapshots ls
    content ls -q
    images ls
    images rm --sync ${DEMO}
    content ls -q`),
  containers: lines(`
    containers ls
    images import demo.tar
    containers create
    containers create ${DEMO}
    containers create nope c
    containers create ${DEMO} c1
    containers create ${DEMO} c1
    containers ls
    containers ls -q
    containers ls id==c1
    snapshots ls
    containers label c1 a=b
    containers label c1 a=
    containers label nope a=b
    containers info nope
    containers create --label k=v --snapshotter native ${DEMO} c2
    containers ls
    snapshots --snapshotter native ls
    images rm --sync ${DEMO}
    snapshots ls
    content ls -q
    containers rm --keep-snapshot c2
    leases create --id l
    leases rm --sync l
    snapshots --snapshotter native ls
    containers rm c1 nope
    containers rm
    containers ls
    snapshots ls
    run nope r
    run ${DEMO}
    run
    tasks ls
    tasks start nope
    tasks kill nope
    tasks rm nope
    tasks ps nope
    tasks exec --exec-id e nope ls
    tasks exec nope ls`),
  'the snapshotter of a namespace': lines(`
    namespaces label about-the-snapshotter-of-a-namespace containerd.io/defaults/snapshotter=native
    images import demo.tar
    snapshots ls
    snapshots --snapshotter native ls
    images check
    images check --snapshotter overlayfs
    containers create ${DEMO} c1
    containers create --snapshotter overlayfs ${DEMO} c2
    containers ls
    snapshots ls
    snapshots --snapshotter native tree
    snapshots unpack sha256:0086f9850a1b0adaa15f4825b6b2372d1f88404a299683c2302686632c7340b1
    snapshots unpack ${NONE}
    snapshots unpack nonsense
    namespaces label about-the-snapshotter-of-a-namespace containerd.io/defaults/snapshotter=nope
    images import demo.tar
    containers create ${DEMO} c3
    images check
    snapshots prepare x
    snapshots ls`),
  'snapshots kept by other things': lines(`
    images import demo.tar
    snapshots prepare w ${BASE}
    snapshots view v ${TOP}
    images rm --sync ${DEMO}
    snapshots ls
    content ls -q
    snapshots label w containerd.io/gc.root=
    leases create --id l
    leases rm --sync l
    snapshots ls`),
  tasks: lines(`
    images import busybox.tar
    tasks ls
    run --rm ${BUSYBOX} r1 echo hi
    run --rm ${BUSYBOX} r2 sh -c exit${NBSP}7
    run --rm ${BUSYBOX} r3 nosuch
    run --rm ${BUSYBOX} r4 /bin/nosuch
    run --rm --env A=b --cwd /bin ${BUSYBOX} r5 sh -c pwd;echo${NBSP}$A
    run --rm --detach ${BUSYBOX} r6 true
    containers ls
    snapshots ls
    run -d ${BUSYBOX} d1 sleep 1000
    run -d ${BUSYBOX} d1 sleep 1
    tasks ls
    tasks ls -q
    containers ls
    tasks exec --exec-id e1 d1 echo hello
    tasks exec --exec-id e2 d1 sh -c exit${NBSP}3
    tasks exec --exec-id e3 d1 nosuch
    tasks exec --exec-id e4 d1
    tasks exec --exec-id e5 --cwd /bin d1 pwd
    tasks exec d1 echo
    tasks start d1
    tasks resume d1
    tasks pause d1
    tasks pause d1
    tasks exec --exec-id e6 d1 ls
    tasks ls
    tasks rm d1
    containers rm d1
    tasks resume d1
    tasks kill -s NONSENSE d1
    tasks kill d1
    tasks ls
    snapshots rm d1
    snapshots ls
    containers create ${BUSYBOX} c1 echo made${NBSP}before
    containers ls
    tasks start c1
    tasks start c1
    tasks ls
    containers rm c1
    containers ls
    containers info d1 --spec
    containers info --spec d1`),
  'tasks furnished': lines(`
    images import busybox.tar
    run --rm --mount type=bind,src=/nosuch,dst=/mnt ${BUSYBOX} m1 ls
    run --rm --mount type=bind,src=/nosuch,dst=/mnt,options=rbind:ro ${BUSYBOX} m2 ls
    run --rm --mount type=bind,src=/var/lib,dst=/mnt/it,options=rbind:ro ${BUSYBOX} m3 sh -c touch${NBSP}/mnt/it/x${NBSP}2>/dev/null||echo${NBSP}no
    run --rm --mount type=bind,src=/run,dst=/mnt ${BUSYBOX} m4 ls
    run --rm --mount type=tmpfs,dst=/mnt/deep ${BUSYBOX} m5 sh -c cd${NBSP}/mnt/deep;echo${NBSP}x>f;cat${NBSP}f
    run --rm --mount foo=bar ${BUSYBOX} m6 ls
    run --rm --mount nonsense ${BUSYBOX} m7 ls
    run --rm --cwd /made/deep ${BUSYBOX} m8 pwd
    run --rm --read-only ${BUSYBOX} m9 sh -c echo${NBSP}x>/dev/null;pwd
    run --rm --read-only ${BUSYBOX} m10 sh -c rm${NBSP}/bin/ls${NBSP}2>/dev/null||echo${NBSP}no
    run --rm --read-only --mount type=tmpfs,dst=/tmp ${BUSYBOX} m11 touch /tmp/x
    containers ls
    snapshots ls
    run -d ${BUSYBOX} d1 sleep 1000
    tasks exec --exec-id x1 --cwd /nosuch d1 pwd
    tasks exec --exec-id x2 --user 7 d1 id
    tasks exec --exec-id x3 --user 7:8 d1 id
    tasks kill --exec-id e9 d1
    tasks metrics --format nosuch d1
    tasks metrics nosuch
    tasks rm -f d1
    tasks metrics d1
    containers rm d1`),
  'words that are missing or wrong': lines(`
    tasks kill
    tasks resume
    tasks pause
    tasks attach
    tasks ps
    tasks start
    tasks metrics
    containers ls nonsense${NBSP}filter
    images ls nonsense${NBSP}filter
    images check nonsense${NBSP}filter
    leases ls nonsense${NBSP}filter
    leases rm
    content fetch
    images pull
    images push
    snapshots label
    snapshots prepare a
    snapshots label a a=b c
    snapshots label a a=`),
};

/** What 1.6 does not know: labels of the collector that came with 2.0 and 2.2. */
export const NEWER_SEQUENCES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'back references': lines(`
    snapshots prepare main
    snapshots prepare helper
    snapshots label helper containerd.io/gc.root= containerd.io/gc.bref.snapshot.overlayfs=main
    snapshots prepare stray
    snapshots label stray containerd.io/gc.root= containerd.io/gc.bref.snapshot.overlayfs=nobody
    snapshots ls
    snapshots --snapshotter native prepare other
    snapshots --snapshotter native label other containerd.io/gc.root= containerd.io/gc.bref.snapshot.overlayfs/x=helper
    snapshots --snapshotter native ls
    snapshots rm main
    snapshots ls
    snapshots --snapshotter native ls
    images import demo.tar
    snapshots prepare for-image
    snapshots label for-image containerd.io/gc.root= containerd.io/gc.bref.image=${DEMO}
    snapshots prepare for-content
    snapshots label for-content containerd.io/gc.root= containerd.io/gc.bref.content.x=sha256:a5796056174f945ca4af02760d141811223c76c91f34dd9528afcaa1ff4bd6a7
    containers create ${DEMO} c
    snapshots prepare for-container
    snapshots label for-container containerd.io/gc.root= containerd.io/gc.bref.container=c
    snapshots ls
    containers rm c
    snapshots ls
    images rm ${DEMO}
    snapshots ls`),
  'images that expire': lines(`
    images import demo.tar
    images tag ${DEMO} x:1
    images label x:1 containerd.io/gc.expire=2999-01-01T00:00:00Z
    images ls
    images label x:1 containerd.io/gc.expire=2020-01-01T00:00:00Z
    images ls
    images tag ${DEMO} x:2
    images label x:2 containerd.io/gc.expire=2020-01-01T02:00:00+02:00
    images ls
    images label ${DEMO} containerd.io/gc.expire=soon
    images ls
    images label ${DEMO} containerd.io/gc.expire=2020-01-01T00:00:00Z
    images ls
    content ls -q
    snapshots ls`),
  'images kept by content': lines(`
    images import demo.tar
    snapshots prepare holder
    snapshots label holder containerd.io/gc.ref.image=x:1 containerd.io/gc.ref.image.2=${DEMO}
    images label ${DEMO} containerd.io/gc.expire=2020-01-01T00:00:00Z
    images ls
    snapshots ls
    snapshots rm holder
    images ls
    snapshots ls`),
};
