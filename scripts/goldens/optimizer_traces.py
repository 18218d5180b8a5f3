"""Traces of torch.optim's optimizers over recorded gradients."""

import inspect

import bits
from optimizer_cases import CASES, MATRIX_CASES, SPARSE_CASES, Case
from optimizer_inputs import GRADIENTS, MATRIX_GRADIENTS, SPARSE_GRADIENTS, STEPS, Inputs
from pinned_torch import header, torch

CHECKPOINTS = (1, 2, 10, 50, 100, 300)
# Where numbers are compared to a tolerance, the first steps count most.
DENSE_CHECKPOINTS = (*range(1, 11), 15, 20, 25, 50, 100, 300)


def events_of(case: Case, lr: float, late_group: str) -> list[dict[str, object]]:
    """What happens before which step, in order."""
    group = {"params": [late_group], "options": {"lr": lr * 0.5, **case.late_group}}
    events: list[dict[str, object]] = [
        {"before_step": 10, "add_group": group},
        {"before_step": 20, "group": 0, "set": {"lr": lr * 0.3}},
        {"before_step": 120, "group": 1, "set": {"lr": lr * 2.0}},
    ]
    events += [{"before_step": step, "group": 0, "set": change} for step, change in case.changes.items()]
    return sorted(events, key=lambda event: event["before_step"])


def apply(event: dict[str, object], optimizer: torch.optim.Optimizer, parameters: dict[str, torch.Tensor]) -> None:
    if "add_group" in event:
        group = event["add_group"]
        params = [parameters[name] for name in group["params"]]
        optimizer.add_param_group({"params": params, **group["options"]})
    else:
        optimizer.param_groups[event["group"]].update(event["set"])


def hashed(optimizer: torch.optim.Optimizer, parameters: dict[str, torch.Tensor]) -> str:
    """Every parameter: value, version as eight little-endian bytes, then each state entry's key and value."""
    data = b""
    for parameter in parameters.values():
        data += bits.tensor_bytes(parameter) + parameter._version.to_bytes(8, "little")
        for key, value in optimizer.state.get(parameter, {}).items():
            data += key.encode() + bits.tensor_bytes(torch.as_tensor(value))
    return bits.fnv1a(data)


def checkpoint(step: int, optimizer: torch.optim.Optimizer, parameters: dict[str, torch.Tensor]) -> dict[str, object]:
    return {
        "step": step,
        "parameters": [
            {
                "value": bits.tensor_bits(parameter),
                "version": parameter._version,
                "state": {
                    key: bits.tensor_bits(torch.as_tensor(value))
                    for key, value in optimizer.state.get(parameter, {}).items()
                },
            }
            for parameter in parameters.values()
        ],
    }


def for_loop_only(optimizer_class: type) -> dict[str, object]:
    """foreach=False where there is such an argument."""
    return {"foreach": False} if "foreach" in inspect.signature(optimizer_class).parameters else {}


def trace(optimizer_class: type, case: Case, inputs: Inputs, checkpoint_steps: tuple[int, ...]) -> dict[str, object]:
    parameters = {name: torch.nn.Parameter(start) for name, start in inputs.starts().items()}
    first_group = [name for name in parameters if name != inputs.late_group]
    params = [parameters[name] for name in first_group]
    optimizer = optimizer_class(params, **for_loop_only(optimizer_class), **case.options)
    events = events_of(case, optimizer.defaults["lr"], inputs.late_group)
    checkpoints, hashes = [], []
    for step, step_gradients in enumerate(inputs.gradients(), start=1):
        for event in events:
            if event["before_step"] == step:
                apply(event, optimizer, parameters)
        for name, parameter in parameters.items():
            gradient = step_gradients[name]
            parameter.grad = None if gradient is None else gradient.clone()
        optimizer.step()
        hashes.append(hashed(optimizer, parameters))
        if step in checkpoint_steps:
            checkpoints.append(checkpoint(step, optimizer, parameters))
    if not all(torch.isfinite(parameter).all() for parameter in parameters.values()):
        raise ValueError(f"{optimizer_class.__name__} {case.name} left the finite numbers; NaN has no fixed bits")
    return {
        "name": case.name,
        "options": case.options,
        "params": first_group,
        "events": events,
        "checkpoints": checkpoints,
        "hashes": hashes,
    }


def trace_file(name: str, cases: list[Case], inputs: Inputs, checkpoint_steps: tuple[int, ...]) -> dict[str, object]:
    optimizer_class = getattr(torch.optim, name)
    return {
        "header": header(inputs.seed),
        "optimizer": name,
        "inputs": inputs.path,
        "steps": STEPS,
        "cases": [trace(optimizer_class, case, inputs, checkpoint_steps) for case in cases],
    }


def files() -> dict[str, dict[str, object]]:
    recorded = {inputs.path: inputs.file() for inputs in (GRADIENTS, MATRIX_GRADIENTS, SPARSE_GRADIENTS)}
    for name, cases in CASES.items():
        recorded[f"optim/optimizers/{name}.json"] = trace_file(name, cases, GRADIENTS, CHECKPOINTS)
    for name, cases in MATRIX_CASES.items():
        recorded[f"optim/matrix/{name}.json"] = trace_file(name, cases, MATRIX_GRADIENTS, DENSE_CHECKPOINTS)
    for name, cases in SPARSE_CASES.items():
        recorded[f"optim/sparse/{name}.json"] = trace_file(name, cases, SPARSE_GRADIENTS, CHECKPOINTS)
    return recorded
