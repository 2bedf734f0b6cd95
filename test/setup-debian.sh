#!/usr/bin/env bash
# Installs the Debian packages that the full test run needs. Quick when they are there already. Needs root.
set -euo pipefail

packages=(
  acl attr            # getfacl, getfattr, setfattr
  btrfs-progs         # mkfs.btrfs, for a file system in a file
  busybox-static      # a static program for images that run
  chromium            # tier browser
  containerd runc     # tier containerd
  docker-registry     # a real registry to push to and pull from
  dash                # the shell to compare ours with
  clang-14 lld-14 wasi-libc libclang-rt-14-dev-wasm32 make tcl  # foreign WebAssembly programs
  debootstrap         # a real distribution as an image
  fonts-noto-cjk      # the Chinese of the page, in its pictures
  fuse3 fuse-overlayfs  # mounts of ordinary users; the peer of benchmark fuse
  git python3         # programs that run on our mounts
  lua5.4 sqlite3      # the same programs as the system has them
  pigz                # containerd's apply uses unpigz, the benchmark with it
  skopeo umoci        # images made by others
  systemd             # systemd-analyze, which reads our unit
  zstd
)

missing=()
for package in "${packages[@]}"; do
  state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}"
