# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# The page: its packages, what it generates from the core, and its build.

# Exactly what the lock file says; no package runs a script of its own.
install_web_packages() {
  local inputs
  inputs=$(digest "$(node --version)" < <(printf 'web/%s\n' package.json package-lock.json .npmrc))
  ! stamped web-packages "$inputs" || [[ ! -d web/node_modules ]] || return 0
  (cd web && npm ci --ignore-scripts)
  stamp web-packages "$inputs"
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
  install_web_packages
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
