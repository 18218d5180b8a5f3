"""Traces of torch.optim's optimizers over recorded gradients."""

import random

import bits
from optimizer_cases import CASES, Case
from pinned_torch import header, torch

SEED = 20260
STEPS = 200
CHECKPOINTS = (1, 2, 10, 50, 100, 200)
SHAPES: dict[str, tuple[int, ...]] = {
    "scalar": (),
    "vector": (5,),
    "matrix": (3, 7),
    "odd": (37,),
    "late": (6,),
    "empty": (0,),
}
LATE_GROUP = "odd"  # joins the optimizer before step 10
FIRST_LATE_GRADIENT = 37


def float32(values: list[float], shape: tuple[int, ...]) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float32).reshape(shape)


def count(shape: tuple[int, ...]) -> int:
    return torch.Size(shape).numel()


def starts() -> dict[str, torch.Tensor]:
    generator = random.Random(SEED)
    return {
        name: float32([generator.uniform(-2, 2) for _ in range(count(shape))], shape)
        for name, shape in SHAPES.items()
    }


def gradient(generator: random.Random, step: int, name: str) -> torch.Tensor | None:
    """None on some steps, zeros on others; six phases of ordinary, wild, huge and tiny gradients."""
    size = count(SHAPES[name])
    values = [generator.uniform(-1, 1) for _ in range(size)]
    exponents = [generator.uniform(-6, 3) for _ in range(size)]
    missing = step == 60 or (name == "vector" and step % 17 == 5) or (name == "odd" and 80 <= step < 90)
    if missing or (name == "late" and step < FIRST_LATE_GRADIENT):
        return None
    if step == 61 or (name == "matrix" and step % 23 == 7) or (name == "scalar" and step in (3, 4)):
        return torch.zeros(SHAPES[name])
    if 65 <= step < 85:
        values = [value * 10**exponent for value, exponent in zip(values, exponents)]
    elif step == 100:
        values = [value * 1e4 for value in values]
    elif 140 <= step < 150:
        values = [value * 1e-8 for value in values]
    else:
        # A common direction, so that running means and mean squares differ.
        values = [0.3 + value for value in values]
    return float32(values, SHAPES[name])


def gradients() -> list[dict[str, torch.Tensor | None]]:
    generator = random.Random(SEED + 1)
    return [{name: gradient(generator, step, name) for name in SHAPES} for step in range(1, STEPS + 1)]


def gradient_file() -> dict[str, object]:
    return {
        "header": header(SEED),
        "parameters": [
            {"name": name, "shape": list(SHAPES[name]), "start": bits.tensor_bits(start)}
            for name, start in starts().items()
        ],
        "gradients": [
            [None if step[name] is None else bits.tensor_bits(step[name]) for name in SHAPES] for step in gradients()
        ],
    }


def events_of(case: Case, lr: float) -> list[dict[str, object]]:
    """What happens before which step, in order."""
    late_group = {"params": [LATE_GROUP], "options": {"lr": lr * 0.5, **case.late_group}}
    events: list[dict[str, object]] = [
        {"before_step": 10, "add_group": late_group},
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
                "state": {key: bits.tensor_bits(value) for key, value in optimizer.state.get(parameter, {}).items()},
            }
            for parameter in parameters.values()
        ],
    }


def trace(optimizer_class: type, case: Case) -> dict[str, object]:
    parameters = {name: torch.nn.Parameter(start) for name, start in starts().items()}
    first_group = [name for name in SHAPES if name != LATE_GROUP]
    optimizer = optimizer_class([parameters[name] for name in first_group], foreach=False, **case.options)
    events = events_of(case, optimizer.defaults["lr"])
    checkpoints, hashes = [], []
    for step, step_gradients in enumerate(gradients(), start=1):
        for event in events:
            if event["before_step"] == step:
                apply(event, optimizer, parameters)
        for name, parameter in parameters.items():
            parameter.grad = step_gradients[name]
        optimizer.step()
        hashes.append(hashed(optimizer, parameters))
        if step in CHECKPOINTS:
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


def files() -> dict[str, dict[str, object]]:
    recorded: dict[str, dict[str, object]] = {"optim/gradients.json": gradient_file()}
    for name, cases in CASES.items():
        optimizer_class = getattr(torch.optim, name)
        recorded[f"optim/optimizers/{name}.json"] = {
            "header": header(SEED),
            "optimizer": name,
            "cases": [trace(optimizer_class, case) for case in cases],
        }
    return recorded
