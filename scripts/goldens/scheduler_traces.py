"""Learning rates under torch.optim.lr_scheduler, to the last bit of a double; its warnings and its errors.

Python takes its powers and cosines from the machine's libm, which misses the correctly rounded value now and then
(glibc's cosine: once in some 1800 arguments here), so the last bit of PyTorch's learning rates depends on the machine.
Each case says whether every one of them was correctly rounded; only then do its bits bind us.
"""

import math
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest import mock

import bits
import mpmath
from pinned_torch import header, torch
from scheduler_cases import CASES, PLAIN, REFUSALS, Case, Spec

STEPS = 200
GROUP_LRS = (0.1, 0.03)
FUNCTIONS = ("cos", "sin", "tan", "exp", "log", "tanh")


class Watch:
    """Stands in for functions of math and remembers whether libm was ever wrong."""

    def __init__(self) -> None:
        self.correctly_rounded = True
        self._libm = {name: getattr(math, name) for name in FUNCTIONS}

    def function(self, name: str) -> Callable[[float], float]:
        def watched(argument: float) -> float:
            value = self._libm[name](argument)
            with mpmath.workprec(300):
                self.correctly_rounded &= value == float(getattr(mpmath, name)(argument))
            return value

        return watched

    def power(self, base: float, exponent: float) -> float:
        value = float(base) ** exponent
        with mpmath.workprec(300):
            self.correctly_rounded &= value == float(mpmath.mpf(float(base)) ** mpmath.mpf(exponent))
        return value


def watched_number(watch: Watch) -> type[float]:
    """A float whose powers are watched."""

    class Number(float):
        def __pow__(self, exponent: float) -> float:
            return watch.power(float(self), exponent)

        def __rpow__(self, base: float) -> float:
            return watch.power(base, float(self))

    return Number


@contextmanager
def watched_functions() -> Iterator[Watch]:
    """PyTorch's schedulers call no other function of math; formulas have watched ones by themselves."""
    watch = Watch()
    with mock.patch("math.cos", watch.function("cos")):
        yield watch


def lambda_of(formula: str, watch: Watch) -> Callable[[int], float]:
    """What the formula is in Python."""
    names = {name: watch.function(name) for name in FUNCTIONS}
    names |= {"sqrt": math.sqrt, "abs": abs, "pi": math.pi, "Number": watched_number(watch)}
    # What stands before a power, a number or parentheses, is made a watched number.
    text = re.sub(r"(\d*\.?\d+|\([^()]*\))\^", r"Number(\1)**", formula)
    return eval(f"lambda epoch: {text}", names)  # noqa: S307  (our own cases)


def build(optimizer: torch.optim.Optimizer, spec: Spec, watch: Watch):
    options = {key: value for key, value in spec.items() if key != "name"}
    name = str(spec["name"])
    number = watched_number(watch)
    for key in ("gamma", "power"):
        if key in options:
            options[key] = number(options[key])
    if name == "SWALR":
        return torch.optim.swa_utils.SWALR(optimizer, **options)
    if "lr_lambda" in options:
        options["lr_lambda"] = lambda_of(str(options["lr_lambda"]), watch)
    if "schedulers" in options:
        options["schedulers"] = [build(optimizer, member, watch) for member in options["schedulers"]]
    scheduler = getattr(torch.optim.lr_scheduler, name)
    return scheduler(**options) if name == "ChainedScheduler" else scheduler(optimizer, **options)


def parameter() -> torch.nn.Parameter:
    return torch.nn.Parameter(torch.zeros(1))


def optimizer_of(spec: Spec) -> torch.optim.Optimizer:
    groups = [{"params": [parameter()], "lr": lr} for lr in GROUP_LRS]
    options = {key: value for key, value in spec.items() if key != "name"}
    return getattr(torch.optim, str(spec["name"]))(groups, foreach=False, **options)


def error_text(error: Exception) -> str:
    """ValueErrors, TypeErrors and RuntimeErrors by their text alone, as StepLab writes them."""
    if isinstance(error, (ValueError, TypeError, RuntimeError)) and str(error):
        return str(error)
    kind = type(error).__name__
    return f"{kind}: {error}" if str(error) else kind


def row(optimizer: torch.optim.Optimizer) -> dict[str, object]:
    """Every group's learning rate, and the momentum or first beta of the optimizers that have one."""
    momentum = []
    for group in optimizer.param_groups:
        value = group["betas"][0] if "betas" in group else group.get("momentum", 0.0)
        momentum.append(bits.double_bits(value))
    return {"lr": [bits.double_bits(group["lr"]) for group in optimizer.param_groups], "momentum": momentum}


def rows_of(case: Case, watch: Watch) -> tuple[list[dict[str, object]], str | None]:
    """The rows at the start and after each step, up to the one that raises, and what it raises."""
    optimizer = optimizer_of(case.optimizer)
    schedulers = [build(optimizer, spec, watch) for spec in case.schedulers]
    rows = [row(optimizer)]
    for step in range(1, STEPS + 1):
        for group, lr in zip(optimizer.param_groups, case.set_lr.get(step, [])):
            group["lr"] = lr
        if step in case.add_group:
            optimizer.add_param_group({"params": [parameter()], "lr": case.add_group[step]})
        if not case.never_steps:
            optimizer.step()
        error = None
        for scheduler in schedulers:
            takes_metric = isinstance(scheduler, torch.optim.lr_scheduler.ReduceLROnPlateau)
            try:
                scheduler.step(case.metrics[(step - 1) % len(case.metrics)]) if takes_metric else scheduler.step()
            except Exception as raised:  # noqa: BLE001  (whatever PyTorch raises is the record)
                error = error_text(raised)
                break
        rows.append(row(optimizer))
        if error is not None:
            return rows, error
    return rows, None


def trace(case: Case) -> dict[str, object]:
    with watched_functions() as watch, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        rows, error = rows_of(case, watch)
    return {
        "name": case.name,
        "optimizer": case.optimizer,
        "schedulers": case.schedulers,
        "set_lr": [{"before_step": step, "lr": lr} for step, lr in case.set_lr.items()],
        "add_group": [{"before_step": step, "lr": lr} for step, lr in case.add_group.items()],
        "metrics": [bits.double_bits(metric) for metric in case.metrics],
        "never_steps": case.never_steps,
        "correctly_rounded": watch.correctly_rounded,
        "warnings": sorted({str(warning.message) for warning in caught}),
        "error": error,
        "lr": [row["lr"] for row in rows],
        # Plain SGD has none to cycle.
        "momentum": [row["momentum"] for row in rows] if case.optimizer != PLAIN else None,
    }


def refusal(optimizer: str, spec: Spec) -> dict[str, object]:
    try:
        build(optimizer_of({"name": optimizer, "lr": 1.0}), spec, Watch())
    except Exception as raised:  # noqa: BLE001
        return {"name": optimizer, "scheduler": spec, "message": error_text(raised)}
    raise AssertionError(f"{spec} was not refused")


def files() -> dict[str, dict[str, object]]:
    return {
        "optim/schedulers.json": {
            "header": header(0),
            "group_lrs": list(GROUP_LRS),
            "cases": [trace(case) for case in CASES],
            "refusals": [refusal(optimizer, spec) for optimizer, spec in REFUSALS],
        }
    }
