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

# What the page takes from the core: the registry as the command line prints it, and the Experiment's type.
generate_web_sources() {
  local registry=web/src/generated/registry.json
  mkdir -p "${registry%/*}"
  build/native/core/src/cli/steplab optimizers >"$registry"
  (cd web && npm run --silent generate)
}

# Builds web/dist, if anything that goes into it has changed.
build_page() {
  local inputs
  install_node_packages web
  inputs=$(digest "$(node --version)" < <(page_inputs))
  if stamped page "$inputs" && [[ -f web/dist/index.html ]]; then
    return 0
  fi
  generate_web_sources
  (cd web && npm run build)
  stamp page "$inputs"
}

page_inputs() {
  find web \( -name node_modules -o -path web/dist -o -path web/src/generated \) -prune -o -type f ! -name '*.generated.*' -print |
    LC_ALL=C sort
  printf '%s\n' build/native/core/src/cli/steplab build/wasm/wasm/steplab.{js,wasm} core/src/experiment/experiment.schema.json
}
