#!/usr/bin/env python3
"""Records every golden trace in tests/golden/ from the pinned PyTorch, or checks that they are still its.

Use it when a case is added (and say so in the commit), never to make a failing test pass. Needs
`pip install -r scripts/goldens/requirements.txt`. usage: record.py [--verify]
"""

import argparse
import json
import pathlib
import sys

import pinned_torch

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden"


def bytes_of(content: dict[str, object] | bytes) -> bytes:
    """Of JSON, one line a case or a row, so that a change can be read as a difference."""
    if isinstance(content, bytes):
        return content
    text = json.dumps(content, separators=(",", ":"))
    for key in ("gradients", "cases", "models", "parameters", "steps", "problems", "outcomes"):
        text = text.replace(f'"{key}":[', f'\n"{key}":[\n')
    for key in ("name", "values"):
        text = text.replace(f'}},{{"{key}":', f'}},\n{{"{key}":')
    text = text.replace('],["', '],\n["')
    return text.encode() + b"\n"


def recorded() -> dict[str, bytes]:
    """The content of every golden file by its path below tests/golden/."""
    pinned_torch.check()
    import average_traces
    import beyond_traces
    import classical_traces
    import clip_traces
    import closure_traces
    import mlp_traces
    import optimizer_traces
    import program_traces
    import scheduler_traces
    import sparse_traces
    import state_dict_traces

    torch_optim = (optimizer_traces, closure_traces, state_dict_traces, scheduler_traces, average_traces, clip_traces)
    recorders = (*torch_optim, beyond_traces, classical_traces, mlp_traces, program_traces, sparse_traces)
    return {path: bytes_of(content) for recorder in recorders for path, content in recorder.files().items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--verify", action="store_true", help="compare with the files instead of writing them")
    verify = parser.parse_args().verify
    differing = 0
    for path, content in recorded().items():
        file = GOLDEN / path
        if verify:
            same = file.exists() and file.read_bytes() == content
            differing += not same
            print(f"{'same     ' if same else 'DIFFERENT'} {path}")
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            print(f"wrote {path} ({len(content) // 1024} KiB)")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
