"""state_dict of torch.optim's optimizers in the middle of a trace, and how a fresh optimizer goes on from it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import bits
import closure_traces
from closure_problems import PROBLEMS
from optimizer_inputs import GRADIENTS, MATRIX_GRADIENTS, SPARSE_GRADIENTS, Inputs
from optimizer_traces import checkpoint, for_loop_only, hashed
from pinned_torch import header, torch
from state_dict_file import decode_tensors, encode_tensors, join, split

SAVED_AT = 50
CONTINUED = 50
CHECKPOINTS = (51, 100)


@dataclass(frozen=True)
class Case:
    optimizer: str
    options: dict[str, object] = field(default_factory=dict)
    second_group: dict[str, object] = field(default_factory=dict)
    inputs: Inputs = GRADIENTS


CASES = [
    Case("SGD", {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.01}, {"nesterov": True}),
    Case("Adam", {"lr": 0.01, "amsgrad": True}, {"lr": 0.003, "betas": (0.8, 0.99)}),
    Case("AdamW", {"lr": 0.01}, {"weight_decay": 0.2}),
    Case("Adamax", {"lr": 0.01}, {"eps": 1e-3}),
    Case("NAdam", {"lr": 0.01}, {"momentum_decay": 0.1}),
    Case("RAdam", {"lr": 0.01}, {"decoupled_weight_decay": True, "weight_decay": 0.1}),
    Case("Adagrad", {"lr": 0.1, "initial_accumulator_value": 0.1}, {"lr_decay": 0.01}),
    Case("Adadelta", {}, {"rho": 0.5}),
    Case("RMSprop", {"momentum": 0.9, "centered": True}, {"alpha": 0.9}),
    Case("Rprop", {}, {"etas": (0.4, 1.4)}),
    Case("ASGD", {"t0": 20.0}, {"lambd": 0.01, "lr": 0.05}),
    Case("Adafactor", {"lr": 0.05}, {"weight_decay": 0.1}, MATRIX_GRADIENTS),
    Case("Muon", {"lr": 0.02}, {"adjust_lr_fn": "match_rms_adamw"}, MATRIX_GRADIENTS),
    Case("SparseAdam", {"lr": 0.01}, {"betas": (0.8, 0.99)}, SPARSE_GRADIENTS),
]

Parameters = dict[str, torch.Tensor]


def groups_of(case: Case) -> list[dict[str, object]]:
    """Names of parameters and options, group by group."""
    first = [name for name in case.inputs.shapes if name != case.inputs.late_group]
    return [{"params": first, "options": {}}, {"params": [case.inputs.late_group], "options": case.second_group}]


def make_optimizer(case: Case, parameters: Parameters) -> torch.optim.Optimizer:
    optimizer_class = getattr(torch.optim, case.optimizer)
    groups = [{"params": [parameters[n] for n in group["params"]], **group["options"]} for group in groups_of(case)]
    return optimizer_class(groups, **for_loop_only(optimizer_class), **case.options)


def parameters_from(values: dict[str, torch.Tensor]) -> Parameters:
    return {name: torch.nn.Parameter(value.detach().clone()) for name, value in values.items()}


def play(case: Case, parameters: Parameters, optimizer: torch.optim.Optimizer, first: int, last: int) -> Iterator[int]:
    """Takes steps `first` to `last`, both included, and yields after each."""
    for step in range(first, last + 1):
        for name, gradient in case.inputs.gradients()[step - 1].items():
            parameters[name].grad = None if gradient is None else gradient.clone()
        optimizer.step()
        yield step


def continued(case: Case, parameters: Parameters, optimizer: torch.optim.Optimizer) -> dict[str, object]:
    hashes, checkpoints = [], []
    for step in play(case, parameters, optimizer, SAVED_AT + 1, SAVED_AT + CONTINUED):
        hashes.append(hashed(optimizer, parameters))
        if step in CHECKPOINTS:
            checkpoints.append(checkpoint(step, optimizer, parameters))
    return {"checkpoints": checkpoints, "hashes": hashes}


def recorded(case: Case) -> dict[str, object]:
    """The pair of files, and what comes after in a third."""
    parameters = parameters_from(case.inputs.starts())
    optimizer = make_optimizer(case, parameters)
    for _ in play(case, parameters, optimizer, 1, SAVED_AT):
        pass
    tensors, rest = split(optimizer.state_dict())
    encoded = encode_tensors(tensors)
    saved = parameters_from(parameters)
    reloaded = make_optimizer(case, saved)
    reloaded.load_state_dict(join(decode_tensors(encoded), rest))
    path = f"optim/state_dicts/{case.optimizer}"
    trace = {
        "header": header(case.inputs.seed),
        "optimizer": case.optimizer,
        "inputs": case.inputs.path,
        "options": case.options,
        "groups": groups_of(case),
        "saved_at": SAVED_AT,
        "parameters": [bits.tensor_bits(parameter) for parameter in saved.values()],
        **continued(case, saved, reloaded),
    }
    for _ in play(case, parameters, optimizer, SAVED_AT + 1, SAVED_AT + CONTINUED):
        pass
    if not all(torch.equal(value, saved[name]) for name, value in parameters.items()):
        raise ValueError(f"{case.optimizer}: going on from the files is not going on")
    return {f"{path}.safetensors": encoded, f"{path}.json": rest, f"{path}.trace.json": trace}


LBFGS = closure_traces.Case("saved", "rosenbrock", {"line_search_fn": "strong_wolfe", "max_iter": 4})
LBFGS_SAVED_AT = 5


def recorded_lbfgs() -> dict[str, object]:
    """One group, driven by a closure: the trace is a case as in optim/closures."""
    made: list[torch.optim.LBFGS] = []

    def fresh(params: list[torch.Tensor], options: dict[str, object]) -> torch.optim.Optimizer:
        made.append(torch.optim.LBFGS(params, **options))
        return made[-1]

    before = closure_traces.trace(LBFGS, LBFGS_SAVED_AT, fresh)
    tensors, rest = split(made[0].state_dict())
    encoded = encode_tensors(tensors)
    saved = [parameter.detach().clone() for parameter in made[0].param_groups[0]["params"]]

    def reloaded(params: list[torch.Tensor], options: dict[str, object]) -> torch.optim.Optimizer:
        for parameter, value in zip(params, saved, strict=True):
            parameter.data.copy_(value)
        optimizer = torch.optim.LBFGS(params, **options)
        optimizer.load_state_dict(join(decode_tensors(encoded), rest))
        return optimizer

    after = closure_traces.trace(LBFGS, LBFGS_SAVED_AT, reloaded)
    whole = closure_traces.trace(LBFGS, 2 * LBFGS_SAVED_AT, fresh)
    if before["steps"] + after["steps"] != whole["steps"]:
        raise ValueError("LBFGS: going on from the files is not going on")
    path = "optim/state_dicts/LBFGS"
    trace = {
        "header": header(0),
        "optimizer": "LBFGS",
        "problems": [PROBLEMS[LBFGS.problem].file()],
        "saved_at": LBFGS_SAVED_AT,
        "parameters": [bits.tensor_bits(value) for value in saved],
        "cases": [after],
    }
    return {f"{path}.safetensors": encoded, f"{path}.json": rest, f"{path}.trace.json": trace}


def files() -> dict[str, object]:
    return {path: content for case in CASES for path, content in recorded(case).items()} | recorded_lbfgs()
