"""torch.nn.utils.clip_grad_norm_ and clip_grad_value_ on recorded gradients."""

import math
import random

import bits
from pinned_torch import header, torch

SEED = 31


def random_gradients(sizes: list[int], scale: float) -> list[list[float] | None]:
    generator = random.Random(SEED + sum(sizes))
    return [[generator.gauss(0, scale) for _ in range(size)] for size in sizes]


# name, gradients (None: the parameter has none), limits
CASES: list[tuple[str, list[list[float] | None], list[float]]] = [
    ("example_of_the_manual", [[3.0, 4.0], [12.0]], [6.5, 13.0, 100.0, 0.0, -1.0]),
    ("norm_at_the_limit", [[0.6, 0.8]], [1.0]),
    ("one_without_gradient", [[3.0], None, [4.0]], [1.0]),
    ("all_without_gradient", [None, None], [1.0]),
    ("zeros", [[0.0, 0.0, -0.0]], [1.0]),
    ("infinite", [[1.0, math.inf], [2.0]], [1.0]),
    ("not_a_number", [[1.0, math.nan], [2.0]], [1.0]),
    ("ragged", random_gradients([1, 7, 8, 9, 16, 23, 100, 641], 3.0), [0.5, 10.0, 1e6]),
    ("many_parameters", random_gradients([3] * 21, 1e-3), [1e-3, 0.02]),
    ("large", random_gradients([4099], 1e3), [1.0]),
]


def parameters_of(gradients: list[list[float] | None]) -> list[torch.nn.Parameter]:
    parameters = []
    for values in gradients:
        parameter = torch.nn.Parameter(torch.zeros(len(values or [0])))
        parameter.grad = None if values is None else torch.tensor(values, dtype=torch.float32)
        parameters.append(parameter)
    return parameters


def recorded(parameters: list[torch.nn.Parameter]) -> list[str | None]:
    return [None if p.grad is None else bits.tensor_bits(p.grad) for p in parameters]


def by_norm(gradients: list[list[float] | None], limit: float) -> dict[str, object]:
    parameters = parameters_of(gradients)
    total = torch.nn.utils.clip_grad_norm_(parameters, limit, foreach=False)
    return {"limit": limit, "total": bits.tensor_bits(total), "clipped": recorded(parameters)}


# Orders of the norm beside 2.
ORDERS = (1.0, math.inf, 3.0, 0.5, 4.0)


def by_order(gradients: list[list[float] | None], limit: float, order: float) -> dict[str, object]:
    parameters = parameters_of(gradients)
    total = torch.nn.utils.clip_grad_norm_(parameters, limit, norm_type=order, foreach=False)
    name = "inf" if math.isinf(order) else order
    return {"order": name, "limit": limit, "total": bits.tensor_bits(total), "clipped": recorded(parameters)}


def nonfinite(order: float) -> dict[str, object]:
    """What error_if_nonfinite raises; the gradients stay."""
    parameters = parameters_of([[1.0, math.inf], [2.0]])
    try:
        torch.nn.utils.clip_grad_norm_(parameters, 1.0, norm_type=order, error_if_nonfinite=True, foreach=False)
    except RuntimeError as error:
        return {"order": "inf" if math.isinf(order) else order, "message": str(error), "kept": recorded(parameters)}
    raise AssertionError("an infinite norm was not refused")


def by_value(gradients: list[list[float] | None], limit: float) -> dict[str, object]:
    parameters = parameters_of(gradients)
    torch.nn.utils.clip_grad_value_(parameters, limit, foreach=False)
    return {"limit": limit, "clipped": recorded(parameters)}


def files() -> dict[str, dict[str, object]]:
    cases = [
        {
            "name": name,
            "gradients": recorded(parameters_of(gradients)),
            "by_norm": [by_norm(gradients, limit) for limit in limits],
            "by_order": [by_order(gradients, limits[0], order) for order in ORDERS if any(gradients)],
            # PyTorch 2.13 fails an internal assertion where no parameter has a gradient.
            "by_value": [by_value(gradients, limit) for limit in limits if any(gradients)],
        }
        for name, gradients, limits in CASES
    ]
    return {"optim/clip.json": {"header": header(SEED), "cases": cases, "nonfinite": [nonfinite(order) for order in (2.0, 1.0, math.inf)]}}
