# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# The compilers, and the two builds that CMakePresets.json describes.

# find_emscripten — puts em++ on the path: an emsdk's (of EMSDK, or there already) before Debian's.
find_emscripten() {
  local emsdk=${EMSDK:-}/upstream/emscripten
  [[ -z ${EMSDK:-} || ! -x $emsdk/em++ || :$PATH: == *:$emsdk:* ]] || PATH=$emsdk:$PATH
  command -v em++ >/dev/null
}

# build PRESET [TARGET…] — configures if something that Ninja does not watch has changed, then builds. In a
# subshell: what Emscripten needs in the environment is nobody else's business.
build() (
  preset=$1
  shift
  [[ $preset != wasm ]] || use_emscripten
  inputs=$(digest "$ROOT" "${CXX:-}" "${CXXFLAGS:-}" "$(compiler_of "$preset")" <<<CMakePresets.json)
  if ! stamped "configure-$preset" "$inputs" || [[ ! -f build/$preset/build.ninja ]]; then
    cmake --preset "$preset" --fresh
    stamp "configure-$preset" "$inputs"
  fi
  cmake --build --preset "$preset" ${1:+--target "$@"}
)

# Names the compiler, so that a build is configured afresh when it has been exchanged.
compiler_of() {
  if [[ $1 == wasm ]]; then
    echo "$EMSCRIPTEN_ROOT"
    cat "$EMSCRIPTEN_ROOT/emscripten-version.txt"
  else
    "${CXX:-c++}" --version | head -n 1
  fi
}

# The wasm preset finds its toolchain file by EMSCRIPTEN_ROOT.
use_emscripten() {
  find_emscripten
  EMSCRIPTEN_ROOT=$(em-config EMSCRIPTEN_ROOT)
  export EMSCRIPTEN_ROOT
  # Debian keeps Emscripten's acorn where only Debian's own Node looks.
  [[ $EMSCRIPTEN_ROOT != /usr/share/emscripten ]] || export NODE_PATH=/usr/share/nodejs
}
