# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# The suites of scripts/test. A check is one case: its exit status. The others leave a JUnit XML report for
# every executable or runner in $1, from which their cases are counted.

readonly CHECKS=(format shell arrows types)
readonly SUITES=(native wasm web browser)
# Chromium draws no text without a font.
readonly TEST_PACKAGES=(chromium fonts-dejavu-core clang-format-14 shellcheck)

is_check() { declare -F "check_$1" >/dev/null; }
is_suite() { declare -F "suite_$1" >/dev/null; }

# prepare NAME — builds what a check or a suite looks at.
prepare() {
  case $1 in
    shell | arrows) ;;
    format) install_web_packages ;;
    native | wasm | asan) build "$1" ;;
    *) build_page ;;
  esac
}

check_format() { scripts/format --check; }
check_shell() { shellcheck --external-sources --check-sourced .ci/run scripts/{play,test,format,bench,picture,steplab}; }
check_arrows() { python3 scripts/check_arrows.py .; }
check_types() { (cd web && npm run typecheck); }

# GoogleTest, compiled for this machine; the same suites compiled to WebAssembly, under Node.
suite_native() { run_ctest native "$1"; }
suite_wasm() { run_ctest wasm "$1"; }
# On request: the same with the address and undefined-behaviour sanitizers.
suite_asan() { run_ctest asan "$1"; }

run_ctest() {
  local preset=$1 reports=$2 status=0
  rm -rf "build/$preset/reports"
  ctest --preset "$preset" --parallel "$(nproc)" || status=$?
  cp "build/$preset"/reports/*.xml "$reports"
  return $status
}

# TypeScript units, under Node.
suite_web() {
  (cd web && npx vitest run --reporter=default --reporter=junit --outputFile.junit="$1/web.xml")
}

# The page and the embed in headless Chromium.
suite_browser() {
  (cd web && PLAYWRIGHT_JUNIT_OUTPUT_FILE="$1/browser.xml" npx playwright test --reporter=list,junit)
}
