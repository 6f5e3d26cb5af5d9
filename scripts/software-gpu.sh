#!/usr/bin/env bash
# A WebGPU device for machines without a GPU: Debian's Chromium brings a browser and SwiftShader, a Vulkan driver that runs
# on the processor, which serves Node as well.
#
#   gpu_env=$(scripts/software-gpu.sh) && . "$gpu_env"
#
# Standard output is one line, the path of a file of exports to source; everything said to people goes to standard error.
# Running it again costs nothing once the parts are there.
set -euo pipefail

gpu_dir=${FLAMBEAU_GPU_DIR:-$HOME/.cache/flambeau/gpu}
icd=/usr/lib/chromium/vk_swiftshader_icd.json

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "$*"
  say "WebGPU without a GPU needs, whatever the system: Chromium (its path in FLAMBEAU_CHROMIUM), the Vulkan loader libvulkan.so.1, and"
  say "a software Vulkan driver such as SwiftShader or Mesa's lavapipe 25, with VK_ICD_FILENAMES set to its json file."
  exit 1
}

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# Chromium: the browser of the browser tests, and SwiftShader. The loader is what WebGPU opens in Node to find the driver.
packages=(chromium libvulkan1)

missing=()
command -v apt-get >/dev/null || [ -r "$icd" ] || fail "This script installs Debian's packages, and there is no apt-get."
for package in "${packages[@]}"; do is_installed "$package" || missing+=("$package"); done
if [ ${#missing[@]} -gt 0 ]; then
  [ "$(id -u)" -eq 0 ] || fail "Installing ${missing[*]} needs root; run this script as root once."
  say "Installing ${missing[*]}."
  # A fresh image has no package lists, and stale ones name versions the mirror no longer keeps. A third-party source that
  # does not answer must not stop the rest, so only the installation decides.
  apt-get update -qq >&2 || say "Some package lists could not be refreshed; going on with the others."
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2 ||
    fail "apt-get could not install ${missing[*]}."
fi
chromium=$(command -v chromium) || fail "The chromium package is installed, but there is no chromium command."
[ -r "$icd" ] || fail "Chromium is installed, but it brought no $icd."

# Known to the Vulkan loader as this user's driver, it serves later commands too, without any variable set.
drivers=${XDG_DATA_HOME:-$HOME/.local/share}/vulkan/icd.d
mkdir -p "$gpu_dir" "$drivers"
sed 's#"library_path": *"\(\./\)\{0,1\}\([^/"]*\)"#"library_path": "/usr/lib/chromium/\2"#' "$icd" >"$drivers/flambeau_swiftshader.json"
{
  printf 'export VK_ICD_FILENAMES=%q\n' "$icd"
  printf 'export FLAMBEAU_CHROMIUM=%q\n' "$chromium"
} >"$gpu_dir/env.sh"
say "Software GPU: SwiftShader for Node, $("$chromium" --version 2>/dev/null || echo Chromium) for the browser."
echo "$gpu_dir/env.sh"
