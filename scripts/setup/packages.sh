# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the machine must have, and how Debian provides it. A tool is looked for by what it can do and not by its
# package, so that a cmake from pip, a node from nvm or a python from pyenv serves as well as Debian's.

readonly BUILD_PACKAGES=(
  cmake ninja-build g++ python3
  libxtensor-dev libhwy-dev libeigen3-dev rapidjson-dev libcli11-dev googletest
  nodejs npm emscripten ca-certificates
)

# Where Debian's tools shadow ones on the path that are too old.
readonly SHADOWS=$ROOT/build/tools

# present PACKAGE — whether the machine has what we want the package for.
present() {
  case $1 in
    cmake) cmake --version 2>/dev/null | version_at_least 3.25 ;;
    ninja-build) command -v ninja >/dev/null ;;
    g++) command -v "${CXX:-c++}" >/dev/null ;;
    python3) python3 --version 2>/dev/null | version_at_least 3.9 ;;
    nodejs) node --version 2>/dev/null | version_at_least 18.18 ;;
    npm) npm --version 2>/dev/null | version_at_least 9.0 ;;
    emscripten) find_emscripten ;;
    libxtensor-dev) has_file include/xtensor/xarray.hpp && has_file include/xtl/xtl_config.hpp ;;
    libhwy-dev) has_file include/hwy/highway.h ;;
    libeigen3-dev) has_file include/eigen3/Eigen/Dense ;;
    rapidjson-dev) has_file include/rapidjson/document.h ;;
    libcli11-dev) has_file include/CLI/CLI.hpp ;;
    googletest) has_file src/googletest/CMakeLists.txt ;;
    ca-certificates) [[ -s /etc/ssl/certs/ca-certificates.crt ]] ;;
    chromium) [[ -x /usr/bin/chromium ]] ;;
    fonts-dejavu-core) [[ -n $(find /usr/share/fonts -name '*.ttf' -print -quit 2>/dev/null) ]] ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

has_file() {
  [[ -e /usr/$1 || -e /usr/local/$1 ]]
}

# version_at_least FLOOR — whether the first version number on standard input is FLOOR or later.
version_at_least() {
  local version
  version=$(grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1) || return 1
  printf '%s\n%s\n' "$1" "$version" | sort --version-sort --check=quiet
}

# ensure_packages PACKAGE… — installs what is missing; ends the script, naming the remedy, when it cannot.
ensure_packages() {
  local package missing=()
  for package in "$@"; do
    present "$package" || missing+=("$package")
  done
  ((${#missing[@]})) || return 0

  echo "Installing ${missing[*]}"
  local install=(apt-get install --yes --no-install-recommends "${missing[@]}")
  local as_root=()
  if ((EUID != 0)); then
    as_root=(sudo)
    # Without a terminal nobody would answer sudo's question.
    [[ -t 0 ]] || as_root+=(--non-interactive)
  fi

  command -v apt-get >/dev/null ||
    give_up "StepLab needs what Debian calls: ${missing[*]}. This machine has no apt-get: please install them by its own means."
  ((EUID == 0)) || { command -v sudo >/dev/null && "${as_root[@]}" true; } ||
    give_up "StepLab needs root to install packages. As root, please run: apt-get update && ${install[*]}"
  # A failed update is not the end: what is missing may be in the lists already.
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update --quiet=2 || true
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "${install[@]}" --quiet=2 ||
    give_up "apt-get could not install ${missing[*]} (its reason is above). When that is mended, please run: ${install[*]}"

  for package in "${missing[@]}"; do
    present "$package" || shadow_by_debian "$package"
    present "$package" || give_up "$package is installed, but what it brings is not found: is /usr/bin on the path?"
  done
}

# An older tool stands before Debian's on the path: a link in a folder of our own, put first, goes before both.
shadow_by_debian() {
  local tool=$1
  [[ $tool != nodejs ]] || tool=node
  [[ -x /usr/bin/$tool ]] || return 0
  mkdir -p "$SHADOWS"
  ln -sf "/usr/bin/$tool" "$SHADOWS/$tool"
}

give_up() {
  printf '%s\n' "$@" >&2
  exit 1
}

PATH=$SHADOWS:$PATH
