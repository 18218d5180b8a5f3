# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# The page: its packages, what it generates from the core, and its build.

# install_node_packages FOLDER — exactly what its lock file says; no package runs a script of its own.
install_node_packages() {
  local folder=$1 inputs
  inputs=$(digest "$(node --version)" < <(printf "$folder/%s\n" package.json package-lock.json .npmrc))
  if stamped "packages-${folder//\//-}" "$inputs" && [[ -d $folder/node_modules ]]; then
    return 0
  fi
  (cd "$folder" && npm ci --ignore-scripts)
  stamp "packages-${folder//\//-}" "$inputs"
}

install_web_packages() { install_node_packages web; }

# What the page and the command line over the wasm know of optimizers: our own native command line prints it.
write_registry() {
  mkdir -p web/src/generated
  build/native/core/src/cli/steplab optimizers >web/src/generated/registry.json
}

# Builds web/dist (the site and the module for other pages) and build/wasm/node (the command line over the wasm), if
# anything that goes into them has changed: the wasm modules, and the registry of optimizers, from which controls and
# formulas are made.
build_page() {
  local inputs
  build native core/all
  build wasm wasm/all
  install_web_packages
  inputs=$(digest "$(node --version)" < <(page_inputs))
  if stamped page "$inputs" && [[ -f web/dist/index.html ]]; then
    return 0
  fi
  write_registry
  (cd web && npm run build)
  stamp page "$inputs"
}

page_inputs() {
  find web \( -name node_modules -o -path web/dist -o -path web/src/generated \) -prune -o -type f ! -name '*.generated.*' -print |
    LC_ALL=C sort
  printf '%s\n' build/native/core/src/cli/steplab build/wasm/wasm/steplab{,-full}.{js,wasm} core/src/experiment/experiment.schema.json core/data/digits.bin
}
