"""Traces of optimizers that call a closure: what it was asked, what it answered, and where that led."""

from collections.abc import Callable
from dataclasses import dataclass, field

import bits
from closure_problems import PROBLEMS, Tensors
from pinned_torch import header, torch

STEPS = 10


@dataclass(frozen=True)
class Case:
    name: str
    problem: str
    options: dict[str, object] = field(default_factory=dict)
    # Before that step: hyper-parameters of the one group.
    changes: dict[int, dict[str, object]] = field(default_factory=dict)


WOLFE = {"line_search_fn": "strong_wolfe"}

LBFGS_CASES = [
    Case("defaults", "quadratic"),
    Case("defaults_least_squares", "least_squares"),
    Case("database_lr", "rosenbrock", {"lr": 0.01}),
    Case("database_tolerance_grad", "least_squares", {"tolerance_grad": 1e-6}),
    Case("database_strong_wolfe", "rosenbrock", WOLFE),
    Case("strong_wolfe_quadratic", "quadratic", WOLFE),
    Case("strong_wolfe_least_squares", "least_squares", WOLFE),
    Case("small_steps", "rosenbrock", {"lr": 1e-3, "max_iter": 3}),
    Case("half_steps", "rosenbrock", {"lr": 0.5, "max_iter": 3}),
    Case("strong_wolfe_3", "rosenbrock", {**WOLFE, "max_iter": 3}),
    Case("strong_wolfe_1", "rosenbrock", {**WOLFE, "max_iter": 1}),
    Case("one_iteration", "quadratic", {"max_iter": 1, "lr": 0.05}),
    Case("short_history", "quadratic", {**WOLFE, "max_iter": 5, "history_size": 2}),
    Case("few_evaluations", "rosenbrock", {**WOLFE, "max_iter": 10, "max_eval": 4}),
    Case("coarse", "least_squares", {**WOLFE, "tolerance_grad": 0.05, "tolerance_change": 1e-3}),
    Case("lr_changed", "rosenbrock", {"lr": 0.1, "max_iter": 4}, {4: {"lr": 0.3}, 7: {**WOLFE, "lr": 1.0}}),
    Case("lr_0", "quadratic", {"lr": 0.0}),
]


def loss_bits(loss: torch.Tensor) -> str:
    return bits.tensor_bits(loss)


def numbers(state: dict[str, object]) -> dict[str, object]:
    """LBFGS's state under its first parameter: counts as they are, lists by their lengths, tensors and numbers as float32."""
    found: dict[str, object] = {}
    for key, value in state.items():
        if isinstance(value, list):
            found[key] = len(value)
        elif isinstance(value, int) and key in ("func_evals", "n_iter"):
            found[key] = value
        elif value is not None:
            found[key] = bits.tensor_bits(torch.as_tensor(value))
    return found


def trace(
    case: Case, steps: int, make: Callable[[list[torch.Tensor], dict[str, object]], torch.optim.Optimizer]
) -> dict[str, object]:
    problem = PROBLEMS[case.problem]
    parameters: Tensors = {name: torch.nn.Parameter(start.clone()) for name, start in problem.starts.items()}
    optimizer = make(list(parameters.values()), case.options)
    evaluations: list[dict[str, object]] = []

    def values() -> list[str]:
        return [bits.tensor_bits(parameter) for parameter in parameters.values()]

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = problem.loss(parameters, problem.constants)
        loss.backward()
        gradients = [parameter.grad for parameter in parameters.values()]
        evaluations.append(
            {
                "parameters": values(),
                "loss": loss_bits(loss),
                "gradients": [None if gradient is None else bits.tensor_bits(gradient) for gradient in gradients],
            }
        )
        return loss

    recorded = []
    for step in range(1, steps + 1):
        optimizer.param_groups[0].update(case.changes.get(step, {}))
        evaluations.clear()
        returned = optimizer.step(closure)
        first = next(iter(parameters.values()))
        recorded.append(
            {
                "returned": loss_bits(returned),
                "evaluations": list(evaluations),
                "parameters": values(),
                "state": numbers(optimizer.state.get(first, {})),
            }
        )
    return {
        "name": case.name,
        "problem": case.problem,
        "options": case.options,
        "events": [{"before_step": step, "group": 0, "set": change} for step, change in case.changes.items()],
        "steps": recorded,
    }


def problems_of(cases: list[Case]) -> list[dict[str, object]]:
    names = {case.problem for case in cases}
    return [problem.file() for name, problem in PROBLEMS.items() if name in names]


def files() -> dict[str, dict[str, object]]:
    def lbfgs(params: list[torch.Tensor], options: dict[str, object]) -> torch.optim.Optimizer:
        return torch.optim.LBFGS(params, **options)

    return {
        "optim/closures/LBFGS.json": {
            "header": header(0),
            "optimizer": "LBFGS",
            "problems": problems_of(LBFGS_CASES),
            "cases": [trace(case, STEPS, lbfgs) for case in LBFGS_CASES],
        }
    }
