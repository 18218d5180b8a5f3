"""Plays a drawn experiment with PyTorch's own classes."""

from unittest import mock

import mpmath
import numpy
from optimizer_traces import for_loop_only
from pinned_torch import torch

Floats = numpy.ndarray
Snapshot = dict[tuple[str, str], Floats]  # by parameter and "" for its value, or a key of its state


def cosine(angle: float) -> float:
    """Correctly rounded, as StepLab's is; libm's last bit depends on the machine."""
    with mpmath.workprec(200):
        return float(mpmath.cos(angle))


def pythonic(options: dict[str, object], leave: tuple[str, ...]) -> dict[str, object]:
    """JSON's lists as tuples, except a scheduler's list of milestones."""
    return {
        key: tuple(value) if isinstance(value, list) and key != "milestones" else value
        for key, value in options.items()
        if key not in leave
    }


def float32(value: object) -> Floats:
    tensor = torch.as_tensor(value).detach()
    dense = tensor.to_dense() if tensor.is_sparse else tensor
    return dense.to(torch.float32).reshape(-1).numpy().copy()


def snapshot(parameters: dict[str, torch.Tensor], optimizer: torch.optim.Optimizer) -> Snapshot:
    taken = {}
    for name, parameter in parameters.items():
        taken[name, ""] = float32(parameter)
        taken |= {(name, key): float32(value) for key, value in optimizer.state.get(parameter, {}).items()}
    return taken


def make_parameter(entry: dict[str, object]) -> torch.nn.Parameter:
    return torch.nn.Parameter(torch.tensor(entry["value"], dtype=torch.float32).reshape(entry["shape"]))


def make_gradient(recorded: list[float] | dict[str, list[float]], shape: torch.Size) -> torch.Tensor:
    if isinstance(recorded, list):
        return torch.tensor(recorded, dtype=torch.float32).reshape(shape)
    rows = torch.tensor(recorded["rows"], dtype=torch.int64)
    values = torch.tensor(recorded["values"], dtype=torch.float32).reshape(len(rows), *shape[1:])
    return torch.sparse_coo_tensor(rows[None], values, shape, check_invariants=True)


def play_surface(document: dict[str, object]) -> list[Snapshot]:
    """A formula of x and y, differentiated by autograd; the parameters only, since LBFGS's state is lists."""
    x, y = (torch.nn.Parameter(torch.tensor(value, dtype=torch.float32)) for value in document["problem"]["start"])
    formula = compile(document["problem"]["formula"].replace("^", "**"), "formula", "eval")
    chosen = document["runs"][0]["optimizer"]
    optimizer = getattr(torch.optim, chosen["name"])([x, y], **pythonic(chosen, ("name",)))

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = eval(formula, {"x": x, "y": y})  # a formula that drawn_experiments has written
        loss.backward()
        return loss

    snapshots = []
    for _ in range(document["steps"]):
        optimizer.step(closure)
        snapshots.append({("x", ""): float32(x), ("y", ""): float32(y)})
    return snapshots


def play(document: dict[str, object]) -> list[Snapshot]:
    """After each step; ends early where a number is no longer finite."""
    if document["problem"]["kind"] == "surface":
        return play_surface(document)
    run = document["runs"][0]
    parameters = {name: make_parameter(entry) for name, entry in document["problem"]["parameters"].items()}
    optimizer_class = getattr(torch.optim, run["optimizer"]["name"])
    groups = [
        {"params": [parameters[name] for name in group["params"]], **pythonic(group, ("params",))}
        for group in run["param_groups"]
    ]
    optimizer = optimizer_class(groups, **for_loop_only(optimizer_class), **pythonic(run["optimizer"], ("name",)))
    snapshots = []
    with mock.patch("math.cos", cosine):
        scheduler = None
        if "scheduler" in run:
            scheduler_class = getattr(torch.optim.lr_scheduler, run["scheduler"]["name"])
            scheduler = scheduler_class(optimizer, **pythonic(run["scheduler"], ("name",)))
        for step, gradients in enumerate(document["problem"]["gradients"]):
            for edit in document["edits"]:
                if edit["at"] == step:
                    for index, group in enumerate(optimizer.param_groups):
                        if edit.get("group", index) == index:
                            group.update(pythonic(edit["set"], ()))
            for name, parameter in parameters.items():
                gradient = gradients.get(name)
                parameter.grad = None
                if gradient is not None:
                    parameter.grad = make_gradient(gradient, parameter.shape)
            optimizer.step()
            if scheduler is not None:
                scheduler.step()
            snapshots.append(snapshot(parameters, optimizer))
            if not all(numpy.isfinite(values).all() for values in snapshots[-1].values()):
                return snapshots[:-1]
    return snapshots
