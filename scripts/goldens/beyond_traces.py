"""Traces of reference implementations beyond torch.optim: values only, since everyone names and keeps state differently."""

import bits
import published_rules
from beyond_cases import Reference, references
from closure_traces import Case as ClosureCase
from closure_traces import problems_of
from closure_traces import trace as closure_trace
from optimizer_cases import Case
from optimizer_traces import apply, events_of
from pinned_torch import header, torch

STEPS = 200
CHECKPOINTS = (1, 2, 5, 10, 20, 50, 100, 200)
HESSIAN_EVERY = 10
HESSIAN_SHIFT = 50


def events(reference: Reference, case: Case, lr: float) -> list[dict[str, object]]:
    every_event = events_of(case, lr, reference.inputs.late_group)
    if reference.groups == "fixed":
        return [event for event in every_event if event.get("group") == 0]
    if reference.groups == "one_lr":
        joins = {"params": [reference.inputs.late_group], "options": {"lr": lr, **case.late_group}}
        slower = [{"before_step": 20, "group": group, "set": {"lr": lr * 0.3}} for group in (0, 1)]
        return [{"before_step": 10, "add_group": joins}, *slower]
    return every_event


def play_event(reference: Reference, event: dict[str, object], optimizer: object, parameters: dict[str, object]) -> None:
    if reference.name == "AdamMini":  # a group for each parameter, where a reader has one for all
        for group in optimizer.param_groups:
            group.update(event["set"])
        return
    apply(event, optimizer, parameters)
    if "add_group" in event and hasattr(optimizer, "train"):
        optimizer.param_groups[-1]["train_mode"] = True


def set_gradients(parameters: dict[str, torch.Tensor], gradients: dict[str, torch.Tensor | None]) -> None:
    for name, parameter in parameters.items():
        gradient = gradients[name]
        parameter.grad = None if gradient is None else gradient.clone()


def values(parameters: dict[str, torch.Tensor]) -> list[dict[str, str]]:
    return [{"value": bits.tensor_bits(parameter)} for parameter in parameters.values()]


def trace(reference: Reference, case: Case) -> dict[str, object]:
    inputs = reference.inputs
    parameters = {name: torch.nn.Parameter(start) for name, start in inputs.starts().items()}
    first_group = [name for name in parameters if name != inputs.late_group]
    optimizer = reference.make({name: parameters[name] for name in first_group}, case.options)
    if hasattr(optimizer, "train"):
        optimizer.train()
    happens = events(reference, case, optimizer.param_groups[0]["lr"])
    checkpoints, hashes = [], []
    for step in range(1, STEPS + 1):
        for event in happens:
            if event["before_step"] == step:
                play_event(reference, event, optimizer, parameters)
        if reference.name == "SophiaG" and step % HESSIAN_EVERY == 1:
            set_gradients(parameters, inputs.gradients()[step + HESSIAN_SHIFT - 1])
            optimizer.update_hessian()
        set_gradients(parameters, inputs.gradients()[step - 1])
        # DAdaptSGD divides by zero where no parameter has a gradient; everywhere else that is a step without effect.
        if reference.name != "DAdaptSGD" or any(parameter.grad is not None for parameter in parameters.values()):
            optimizer.step()
        hashes.append(bits.fnv1a(b"".join(bits.tensor_bytes(parameter) for parameter in parameters.values())))
        if step in CHECKPOINTS:
            checkpoints.append({"step": step, "parameters": values(parameters)})
            if "d" in optimizer.param_groups[0]:
                checkpoints[-1]["d"] = bits.double_bits(float(optimizer.param_groups[0]["d"]))
    if not all(torch.isfinite(parameter).all() for parameter in parameters.values()):
        raise ValueError(f"{reference.name} {case.name} left the finite numbers; NaN has no fixed bits")
    recorded = {"name": case.name, "options": case.options, "params": first_group, "events": happens}
    recorded |= {"checkpoints": checkpoints, "hashes": hashes}
    if hasattr(optimizer, "eval"):
        optimizer.eval()
        recorded["evaluated"] = values(parameters)
    return recorded


def trace_file(reference: Reference) -> dict[str, object]:
    content = {
        "header": header(reference.inputs.seed) | {"reference": reference.source},
        "optimizer": reference.name,
        "inputs": reference.inputs.path,
        "steps": STEPS,
    }
    if reference.name == "SophiaG":
        content["hessian"] = {"every": HESSIAN_EVERY, "shift": HESSIAN_SHIFT}
    return content | {"cases": [trace(reference, case) for case in reference.cases]}


SAM_CASES = [
    ClosureCase("sgd", "least_squares", {"base": {"name": "SGD", "lr": 0.1, "momentum": 0.9}, "rho": 0.05}),
    ClosureCase("far", "rosenbrock", {"base": {"name": "SGD", "lr": 1e-3}, "rho": 0.5}),
    ClosureCase("adaptive", "quadratic", {"base": {"name": "Adam", "lr": 0.05}, "rho": 0.5, "adaptive": True}),
    ClosureCase(
        "rho_changed", "quadratic", {"base": {"name": "SGD", "lr": 0.01}, "rho": 0.1}, {10: {"rho": 1.0, "lr": 0.02}}
    ),
]
SAM_STEPS = 25


def make_sam(params: list[torch.Tensor], options: dict[str, object]) -> torch.optim.Optimizer:
    base = dict(options["base"])
    base_class = getattr(torch.optim, base.pop("name"))
    rest = {key: value for key, value in options.items() if key != "base"}
    return published_rules.SAM(params, base_class, **rest, **base, foreach=False)


def files() -> dict[str, dict[str, object]]:
    sam = {
        "header": header(0) | {"reference": "scripts/goldens/published_rules.py, SAM, after github.com/davda54/sam"},
        "optimizer": "SAM",
        "problems": problems_of(SAM_CASES),
        "cases": [closure_trace(case, SAM_STEPS, make_sam) for case in SAM_CASES],
    }
    beyond = {f"optim/beyond/{reference.name}.json": trace_file(reference) for reference in references()}
    return beyond | {"optim/closures/SAM.json": sam}
