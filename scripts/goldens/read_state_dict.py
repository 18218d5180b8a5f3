#!/usr/bin/env python3
"""Loads state_dicts that StepLab wrote into real PyTorch and goes on for fifty steps.

Use it by hand when the writing of state_dicts changes. FILE is either file of a pair named after an optimizer, say
out/Adam.safetensors and out/Adam.json, written after the steps of tests/golden/optim/state_dicts/Adam.trace.json. Every
step that PyTorch takes from there must have the bits of that trace. usage: read_state_dict.py FILE…
"""

import argparse
import json
import pathlib
import sys

import pinned_torch

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden"


def first_difference(path: pathlib.Path) -> str | None:
    """What goes wrong, or None."""
    import bits
    import closure_traces
    import state_dict_file
    import state_dict_traces as traces
    from pinned_torch import torch

    name = path.name.split(".")[0]
    trace = json.loads((GOLDEN / f"optim/state_dicts/{name}.trace.json").read_text(encoding="utf-8"))
    state_dict = state_dict_file.read(path)

    def saved(shapes: list[torch.Size]) -> list[torch.Tensor]:
        return [bits.tensor_from(text, shape) for text, shape in zip(trace["parameters"], shapes, strict=True)]

    if name == "LBFGS":

        def loaded(params: list[torch.Tensor], options: dict[str, object]) -> torch.optim.Optimizer:
            for parameter, value in zip(params, saved([p.shape for p in params]), strict=True):
                parameter.data.copy_(value)
            optimizer = torch.optim.LBFGS(params, **options)
            optimizer.load_state_dict(state_dict)
            return optimizer

        after = closure_traces.trace(traces.LBFGS, traces.LBFGS_SAVED_AT, loaded)
        recorded = trace["cases"][0]["steps"]
        different = [i for i, step in enumerate(after["steps"], 1) if step["parameters"] != recorded[i - 1]["parameters"]]
        return f"step {different[0]} after loading" if different else None

    case = next(case for case in traces.CASES if case.optimizer == name)
    starts = case.inputs.starts()
    values = saved([start.shape for start in starts.values()])
    parameters = traces.parameters_from(dict(zip(starts, values, strict=True)))
    optimizer = traces.make_optimizer(case, parameters)
    optimizer.load_state_dict(state_dict)
    for i, found in enumerate(traces.continued(case, parameters, optimizer)["hashes"]):
        if found != trace["hashes"][i]:
            return f"step {i + 1} after loading"
    return None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", metavar="FILE", nargs="+", type=pathlib.Path)
    files = parser.parse_args().files
    pinned_torch.check()
    failed = 0
    for path in files:
        difference = first_difference(path)
        failed += difference is not None
        print(f"{path}: {'as recorded' if difference is None else 'first difference: ' + difference}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
