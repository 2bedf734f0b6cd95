/** Images whose layers are tars as GNU tar writes them: long names, base-256 numbers, sparse files, every format. */
import { scriptRecipe } from './recipe.ts';

export const gnuTarLayers = scriptRecipe({
  name: 'gnu-tar-layers',
  reference: 'tar',
  needs: ['root', 'umoci', 'tar', 'setfattr'],
  archive: 'image.tar',
  script: `
    umoci init --layout layout
    umoci new --image layout:tar
    umoci config --image layout:tar --architecture amd64 --os linux
    long=$(printf 'directory-with-a-long-name/%.0s' {1..6}); name=$(printf 'n%.0s' {1..200})

    mkdir -p gnu/$long gnu/etc
    echo long > gnu/$long/$name; ln -s $long$name gnu/long-link; ln gnu/$long/$name gnu/hard
    echo ids > gnu/etc/ids; chown 3000000000:2999999999 gnu/etc/ids
    echo old > gnu/etc/old; touch -d '1960-01-01 UTC' gnu/etc/old; echo far > gnu/etc/far; touch -d '2300-01-01 UTC' gnu/etc/far
    tar --format=gnu --numeric-owner -cf gnu.tar -C gnu .

    mkdir -p pax/$long pax/etc
    printf 'caf\\xe9' > pax/etc/$(printf 'caf\\xe9'); echo pax > pax/$long/pax; echo precise > pax/etc/precise
    setfattr -n user.note -v "$(printf 'with\\nnew line')" pax/etc/precise; touch -d '2020-02-02 02:02:02.123456789 UTC' pax/etc/precise
    truncate -s 5M pax/sparse; echo start | dd of=pax/sparse conv=notrunc status=none; : > pax/etc/.wh.old
    tar --format=posix --sparse --xattrs --numeric-owner -cf pax.tar -C pax .

    mkdir ustar; echo dot > ustar/file; tar --format=ustar --numeric-owner -cf ustar.tar -C ustar file

    for layer in gnu pax ustar; do umoci raw add-layer --image layout:tar $layer.tar; done
    umoci gc --layout layout
    tar -cf image.tar -C layout .
    rm -rf gnu pax ustar gnu.tar pax.tar ustar.tar layout
  `,
});

/** Sparse files in GNU's old format (type `S`), which GNU tar reads back and containerd refuses. */
export const gnuSparse = scriptRecipe({
  name: 'gnu-sparse',
  reference: 'sparse',
  needs: ['root', 'umoci', 'tar'],
  archive: 'image.tar',
  script: `
    umoci init --layout layout
    umoci new --image layout:sparse
    umoci config --image layout:sparse --architecture amd64 --os linux
    mkdir gnu
    truncate -s 10M gnu/sparse; echo middle | dd of=gnu/sparse bs=1 seek=5000000 conv=notrunc status=none
    truncate -s 64M gnu/hole; printf x | dd of=gnu/hole bs=1 seek=67108863 conv=notrunc status=none
    truncate -s 3M gnu/many; for i in $(seq 0 40 700); do echo $i | dd of=gnu/many bs=4096 seek=$i conv=notrunc status=none; done
    tar --format=gnu --sparse --numeric-owner -cf gnu.tar -C gnu .
    umoci raw add-layer --image layout:sparse gnu.tar
    umoci gc --layout layout
    tar -cf image.tar -C layout .
    rm -rf gnu gnu.tar layout
  `,
});
