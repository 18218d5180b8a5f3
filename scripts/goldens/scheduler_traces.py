"""Learning rates under torch.optim.lr_scheduler, to the last bit of a double.

Python takes its cosines from the machine's libm, which misses the correctly rounded value now and then (glibc: once in
some 1800 arguments here), so the last bit of PyTorch's learning rates depends on the machine. Each case says whether
every cosine in it was correctly rounded; only then do its bits bind us.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest import mock

import bits
import mpmath
from pinned_torch import header, torch

STEPS = 200
GROUP_LRS = (0.1, 0.03)


@dataclass(frozen=True)
class Case:
    """Schedulers stacked in order on an SGD with two groups."""

    name: str
    schedulers: list[tuple[str, dict[str, object]]]
    # Before that step: a learning rate set by hand, group by group.
    set_lr: dict[int, list[float]] = field(default_factory=dict)
    # Before that step: the learning rate of a third group that joins.
    add_group: dict[int, float] = field(default_factory=dict)


CASES = [
    Case("step_default_gamma", [("StepLR", {"step_size": 30})]),
    Case("step_every_epoch", [("StepLR", {"step_size": 1, "gamma": 0.97})]),
    Case("step_growing", [("StepLR", {"step_size": 7, "gamma": 1.05})]),
    Case("step_longer_than_run", [("StepLR", {"step_size": 500, "gamma": 0.5})]),
    Case("step_changed_by_hand", [("StepLR", {"step_size": 20, "gamma": 0.7})], {55: [0.2, 0.001]}),
    Case("step_added_group", [("StepLR", {"step_size": 20, "gamma": 0.7})], {}, {31: 0.5}),
    Case("cosine_once", [("CosineAnnealingLR", {"T_max": 200})]),
    Case("cosine_several_turns", [("CosineAnnealingLR", {"T_max": 17})]),
    Case("cosine_eta_min", [("CosineAnnealingLR", {"T_max": 50, "eta_min": 0.01})]),
    Case("cosine_every_epoch", [("CosineAnnealingLR", {"T_max": 1})]),
    Case("cosine_two_epochs", [("CosineAnnealingLR", {"T_max": 2, "eta_min": 0.001})]),
    Case("cosine_eta_above", [("CosineAnnealingLR", {"T_max": 33, "eta_min": 0.05})]),
    Case("cosine_changed_by_hand", [("CosineAnnealingLR", {"T_max": 40})], {70: [0.5, 0.02]}),
    Case("cosine_added_group", [("CosineAnnealingLR", {"T_max": 250})], {}, {31: 0.5}),
    Case("stacked", [("StepLR", {"step_size": 25, "gamma": 0.5}), ("CosineAnnealingLR", {"T_max": 60})]),
    Case("stacked_steps", [("StepLR", {"step_size": 25, "gamma": 0.5}), ("StepLR", {"step_size": 40, "gamma": 3.0})]),
    Case("stacked_cosines", [("CosineAnnealingLR", {"T_max": 30}), ("CosineAnnealingLR", {"T_max": 70, "eta_min": 0.002})]),
]


class CosineWatch:
    """Stands in for math.cos and remembers whether libm was ever wrong."""

    def __init__(self) -> None:
        self.correctly_rounded = True
        self._libm = math.cos

    def __call__(self, angle: float) -> float:
        value = self._libm(angle)
        with mpmath.workprec(200):
            self.correctly_rounded &= value == float(mpmath.cos(angle))
        return value


@contextmanager
def watched_cosines() -> Iterator[CosineWatch]:
    watch = CosineWatch()
    with mock.patch("math.cos", watch):
        yield watch


def parameter() -> torch.nn.Parameter:
    return torch.nn.Parameter(torch.zeros(1))


def rates_of(case: Case) -> list[list[str]]:
    """Every group's learning rate at the start and after each step."""
    groups = [{"params": [parameter()], "lr": lr} for lr in GROUP_LRS]
    optimizer = torch.optim.SGD(groups, lr=1.0, foreach=False)
    schedulers = [getattr(torch.optim.lr_scheduler, name)(optimizer, **options) for name, options in case.schedulers]
    rates = [[bits.double_bits(group["lr"]) for group in optimizer.param_groups]]
    for step in range(1, STEPS + 1):
        for group, lr in zip(optimizer.param_groups, case.set_lr.get(step, [])):
            group["lr"] = lr
        if step in case.add_group:
            optimizer.add_param_group({"params": [parameter()], "lr": case.add_group[step]})
        optimizer.step()
        for scheduler in schedulers:
            scheduler.step()
        rates.append([bits.double_bits(group["lr"]) for group in optimizer.param_groups])
    return rates


def trace(case: Case) -> dict[str, object]:
    with watched_cosines() as watch:
        rates = rates_of(case)
    return {
        "name": case.name,
        "schedulers": [{"name": name, "options": options} for name, options in case.schedulers],
        "set_lr": [{"before_step": step, "lr": lr} for step, lr in case.set_lr.items()],
        "add_group": [{"before_step": step, "lr": lr} for step, lr in case.add_group.items()],
        "correctly_rounded": watch.correctly_rounded,
        "lr": rates,
    }


def files() -> dict[str, dict[str, object]]:
    return {
        "optim/schedulers.json": {
            "header": header(0),
            "group_lrs": list(GROUP_LRS),
            "cases": [trace(case) for case in CASES],
        }
    }
