#!/usr/bin/env python3
"""Fails when an include in core/ or wasm/ goes against the arrows of README.md.

Run by every build (target steplab_arrows) and by scripts/test. usage: check_arrows.py ROOT
"""

import pathlib
import re
import sys

# room: the rooms that it may include (itself aside)
ARROWS = {
    "base": set(),
    "kernels": {"base"},
    "experiment": {"base"},
    "autograd": {"kernels", "base"},
    "optim": {"kernels", "base"},
    "nn": {"autograd", "base"},
    "problem": {"nn", "autograd", "base"},
    "session": {"optim", "nn", "problem", "experiment", "base"},
    "export": {"experiment", "optim", "problem", "base"},
    "analysis": {"session", "optim", "problem", "experiment", "base"},
    "cli": {"base", "experiment", "optim", "problem", "session", "export", "analysis"},
    "wasm": {"base", "experiment", "optim", "problem", "session", "export", "analysis"},
}
# libraries that only one room may touch
OWNED = {
    "hwy/": {"kernels"},
    "rapidjson/": {"base", "experiment", "session", "export", "analysis"},
    "emscripten": {"wasm"},
}

INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', re.MULTILINE)


def room_of(path: pathlib.Path, root: pathlib.Path) -> str:
    parts = path.relative_to(root).parts
    if parts[0] == "wasm":
        return "wasm"
    return parts[3] if parts[1] == "include" else parts[2]


def included_room(include: str) -> str | None:
    parts = include.split("/")
    if parts[0] == "steplab" and len(parts) > 2:
        return parts[1]
    # private headers are included relative to core/src
    return parts[0] if len(parts) > 1 and parts[0] in ARROWS else None


def violations(root: pathlib.Path):
    sources = [p for folder in ("core", "wasm") for p in sorted((root / folder).rglob("*.[ch]pp"))]
    for path in sources:
        room = room_of(path, root)
        if room not in ARROWS:
            yield f"{path}: {room} is not a room; rooms are {', '.join(ARROWS)}"
            continue
        for include in INCLUDE.findall(path.read_text(encoding="utf-8")):
            target = included_room(include)
            if target and target != room and target not in ARROWS[room]:
                yield f"{path}: {room} may not include {include}"
            for prefix, owners in OWNED.items():
                if include.startswith(prefix) and room not in owners:
                    yield f"{path}: only {', '.join(sorted(owners))} may include {include}"


def main() -> int:
    found = list(violations(pathlib.Path(sys.argv[1]).resolve()))
    print("\n".join(found), file=sys.stderr, end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
