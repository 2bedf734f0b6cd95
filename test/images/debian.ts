/** A whole distribution: Debian of this machine's own release, about 10,000 files, from apt's configured mirror. */
import { scriptRecipe } from './recipe.ts';

export const debian = scriptRecipe({
  name: 'debian',
  reference: 'debian',
  needs: ['root', 'umoci', 'debootstrap'],
  archive: 'layout',
  script: `
    # The first source of packages that is a plain release (no -updates, no -security).
    read -r suite mirror < <(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' | awk '$1 !~ /-/' | head -n 1)
    umoci init --layout layout
    umoci new --image layout:debian
    umoci config --image layout:debian --config.cmd /bin/bash --config.env PATH=/usr/bin:/bin --architecture amd64 --os linux
    umoci unpack --image layout:debian bundle
    debootstrap --variant=minbase --include=perl,vim-runtime "$suite" bundle/rootfs "$mirror" > debootstrap.log 2>&1 ||
      { tail -n 20 debootstrap.log >&2; exit 1; }
    rm -rf bundle/rootfs/var/cache/apt/archives/*.deb
    umoci repack --image layout:debian --refresh-bundle bundle

    # Layer 2: removals and replaced files.
    cd bundle/rootfs
    rm -r usr/share/doc usr/share/locale; rm -rf var/lib/apt/lists/*
    echo layered > etc/hostname; sed -i 's/^root:[^:]*/root:*/' etc/shadow; cp -p bin/bash usr/local/bin/shell
    chown -R 1000:1000 var/mail; chmod -R g+w usr/local
    cd ../..; umoci repack --image layout:debian --refresh-bundle bundle

    # Layer 3: a directory that was taken away comes back; renamed folders.
    cd bundle/rootfs
    mkdir usr/share/doc; echo none > usr/share/doc/README; mv usr/share/vim usr/share/vi; rm -r usr/share/vi/vim*/syntax
    cd ../..; umoci repack --image layout:debian bundle
    umoci gc --layout layout
    rm -rf bundle debootstrap.log
  `,
});
