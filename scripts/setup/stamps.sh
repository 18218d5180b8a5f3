# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Stamps: a step whose inputs are what they were is not done again. A stamp holds a digest of contents and
# not a time, so a fresh clone, a switched branch and a restored cache are all judged rightly.

readonly STAMPS=$ROOT/build/stamps

# digest WORD… — of the words and, from standard input, of the contents of the files listed there.
digest() {
  { printf '%s\n' "$@"; xargs -r -d '\n' sha256sum; } | sha256sum | cut -d ' ' -f 1
}

# stamped NAME DIGEST — whether NAME was last done with these inputs.
stamped() {
  [[ -f $STAMPS/$1 && $(<"$STAMPS/$1") == "$2" ]]
}

# stamp NAME DIGEST — to be called when it has been done.
stamp() {
  mkdir -p "$STAMPS"
  printf '%s\n' "$2" >"$STAMPS/$1"
}
