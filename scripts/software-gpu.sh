#!/usr/bin/env bash
# A WebGPU device for machines without a GPU: a software Vulkan driver for Node and Chromium for the browser tests.
#
#   gpu_env=$(scripts/software-gpu.sh) && . "$gpu_env"
#
# Standard output is one line, the path of a file of exports to source; everything said to people goes to standard error.
# Running it again costs nothing once the parts are there. The exit status is 0 only when both parts are.
#
#   FLAMBEAU_GPU_DIR         where the driver and the exports are kept   ($HOME/.cache/flambeau/gpu)
#   FLAMBEAU_DEBIAN_MIRROR   where bookworm-backports is fetched from    (http://deb.debian.org/debian)
#
# The file exports
#   VK_ICD_FILENAMES         the one driver the Vulkan loader may use
#   FLAMBEAU_GPU_DRIVER      lavapipe or swiftshader
#   FLAMBEAU_CHROMIUM        the browser
set -euo pipefail

gpu_dir=${FLAMBEAU_GPU_DIR:-$HOME/.cache/flambeau/gpu}
mirror=${FLAMBEAU_DEBIAN_MIRROR:-http://deb.debian.org/debian}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
swiftshader_icd=/usr/lib/chromium/vk_swiftshader_icd.json

say() { printf '%s\n' "$*" >&2; }

# The recipe names Debian's packages, so another system gets the list of what it would have to bring itself.
fail() {
  say "$*"
  say "WebGPU without a GPU needs, whatever the system: Chromium; the Vulkan loader libvulkan.so.1; and Mesa's lavapipe, 25 or newer"
  say "(mesa-vulkan-drivers on Debian 13 and Ubuntu, mesa-vulkan-swrast on Alpine, vulkan-swrast on Arch), with VK_ICD_FILENAMES"
  say "set to its lvp_icd json file. A machine with a GPU and its Vulkan driver needs nothing from here."
  exit 1
}

is_bookworm() { [ -r /etc/os-release ] && (. /etc/os-release && [ "${ID:-}:${VERSION_CODENAME:-}" = debian:bookworm ]); }

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

is_bookworm || fail "This script knows how to install a software GPU on Debian 12 (bookworm) only, and this is another system."

# Chromium brings the browser and SwiftShader; the loader is what Dawn opens in Node; the rest is what lavapipe links against.
# All of it is Debian 12's own, so the system stays on its release.
packages=(chromium libvulkan1 libllvm15 libdrm2 libelf1 libexpat1 libwayland-client0 libx11-xcb1 libxcb-dri3-0 libxcb-present0
  libxcb-randr0 libxcb-shm0 libxcb-sync1 libxcb-xfixes0 libxshmfence1 libzstd1 zlib1g)

install_packages() {
  local missing=() package
  for package in "${packages[@]}"; do is_installed "$package" || missing+=("$package"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$(id -u)" -eq 0 ] || fail "Installing ${missing[*]} needs root; run this script as root once."
  say "Installing ${missing[*]}."
  # A fresh image has no package lists, and stale ones name versions the mirror no longer keeps. A third-party source that
  # does not answer must not stop the rest, so only the installation decides.
  apt-get update -qq >&2 || say "Some package lists could not be refreshed; going on with the others."
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2 ||
    fail "apt-get could not install ${missing[*]}."
}

# Debian 12's own lavapipe, 22.3, is too old for Dawn. Version 25 from backports is fetched with apt's lists and cache in a
# private directory and unpacked there: the system's sources and its installed Mesa are not touched.
fetch_lavapipe() {
  local apt=$gpu_dir/apt
  rm -rf "$apt" "$gpu_dir/lavapipe"
  mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$apt/parts"
  echo "deb [signed-by=$keyring] $mirror bookworm-backports main" >"$apt/sources.list"
  # The sandbox user cannot enter root's home directory, where the cache usually lies.
  local options=(-qq -o "Dir::State::lists=$apt/lists" -o "Dir::Cache::archives=$apt/archives"
    -o "Dir::Etc::SourceList=$apt/sources.list" -o "Dir::Etc::SourceParts=$apt/parts" -o APT::Sandbox::User=root
    -o Acquire::Retries=2)
  apt-get "${options[@]}" update >&2 || return 1
  (cd "$apt" && apt-get "${options[@]}" download mesa-vulkan-drivers/bookworm-backports >&2) || return 1
  # Unpacked beside its final place and renamed, so that an interrupted run never leaves half a driver behind.
  rm -rf "$gpu_dir/lavapipe.new"
  dpkg -x "$apt"/mesa-vulkan-drivers_*.deb "$gpu_dir/lavapipe.new" || return 1
  mv "$gpu_dir/lavapipe.new" "$gpu_dir/lavapipe"
  rm -rf "$apt"
}

lavapipe_library() { find "$gpu_dir/lavapipe" -name libvulkan_lvp.so -print -quit 2>/dev/null; }

# The description in the package names a bare file, which the loader would look for in the system's directories only.
describe_lavapipe() {
  local library=$1 packaged
  packaged=$(find "$gpu_dir/lavapipe" -name 'lvp_icd*.json' -print -quit)
  [ -n "$packaged" ] || return 1
  sed "s#\"library_path\": *\"[^\"]*\"#\"library_path\": \"$library\"#" "$packaged" >"$gpu_dir/lvp_icd.json"
}

# A driver whose libraries are not all there fails inside the loader without a word; ask now and name them.
links_completely() {
  local missing
  missing=$(ldd "$1" 2>&1 | grep 'not found' || true)
  [ -z "$missing" ] || { say "$1 cannot be loaded: ${missing//$'\n'/;}"; return 1; }
}

prepare_lavapipe() {
  [ -n "$(lavapipe_library)" ] || fetch_lavapipe || return 1
  local library
  library=$(lavapipe_library)
  [ -n "$library" ] && links_completely "$library" && describe_lavapipe "$library"
}

install_packages
mkdir -p "$gpu_dir"

chromium=$(command -v chromium) || fail "The chromium package is installed, but there is no chromium command."
if prepare_lavapipe; then
  driver=lavapipe icd=$gpu_dir/lvp_icd.json
elif [ -r "$swiftshader_icd" ]; then
  # Usable, but three to six times slower in compute kernels, and without shader-f16: tests that need it cannot run there.
  say "lavapipe could not be had from $mirror; Node uses Chromium's SwiftShader instead, which is slower and has no shader-f16."
  driver=swiftshader icd=$swiftshader_icd
else
  fail "Neither lavapipe (from $mirror bookworm-backports) nor SwiftShader ($swiftshader_icd) is there."
fi

{
  printf 'export VK_ICD_FILENAMES=%q\n' "$icd"
  printf 'export FLAMBEAU_GPU_DRIVER=%q\n' "$driver"
  printf 'export FLAMBEAU_CHROMIUM=%q\n' "$chromium"
} >"$gpu_dir/env.sh"
say "Software GPU: $driver for Node, $("$chromium" --version 2>/dev/null || echo Chromium) for the browser."
echo "$gpu_dir/env.sh"
