"""Losses that a test can evaluate by name, for optimizers that ask for the loss themselves."""

import random
from collections.abc import Callable
from dataclasses import dataclass

import bits
from optimizer_inputs import Shape, count, float32
from pinned_torch import torch

Tensors = dict[str, torch.Tensor]


@dataclass(frozen=True)
class Problem:
    name: str
    formula: str
    starts: Tensors
    constants: Tensors
    loss: Callable[[Tensors, Tensors], torch.Tensor]  # of parameters and constants

    def file(self) -> dict[str, object]:
        return {
            "name": self.name,
            "formula": self.formula,
            "parameters": [described(name, start) for name, start in self.starts.items()],
            "constants": [described(name, constant) for name, constant in self.constants.items()],
        }


def described(name: str, tensor: torch.Tensor) -> dict[str, object]:
    return {"name": name, "shape": list(tensor.shape), "bits": bits.tensor_bits(tensor)}


def drawn(seed: int, shape: Shape, low: float, high: float) -> torch.Tensor:
    generator = random.Random(seed)
    return float32([generator.uniform(low, high) for _ in range(count(shape))], shape)


def rosenbrock(p: Tensors, _: Tensors) -> torch.Tensor:
    return (1 - p["x"]) ** 2 + 100 * (p["y"] - p["x"] ** 2) ** 2


def quadratic(p: Tensors, c: Tensors) -> torch.Tensor:
    a = c["curvature_a"] * (p["a"] - c["minimiser_a"]) ** 2
    b = c["curvature_b"] * (p["b"] - c["minimiser_b"]) ** 2
    return 0.5 * (a.sum() + b.sum())


def least_squares(p: Tensors, c: Tensors) -> torch.Tensor:
    return ((c["inputs"] @ p["weight"] + p["bias"] - c["targets"]) ** 2).mean()


PROBLEMS = {
    problem.name: problem
    for problem in (
        Problem(
            "rosenbrock",
            "(1 - x)^2 + 100 (y - x^2)^2",
            {"x": torch.tensor(-1.2), "y": torch.tensor(1.0)},
            {},
            rosenbrock,
        ),
        Problem(
            "quadratic",
            "1/2 (sum curvature_a (a - minimiser_a)^2 + sum curvature_b (b - minimiser_b)^2); "
            "the loss does not depend on `unused`, whose gradient is None",
            {"a": drawn(1, (4,), -2, 2), "unused": drawn(2, (2,), -2, 2), "b": drawn(3, (2, 3), -2, 2)},
            {
                "curvature_a": drawn(4, (4,), 0.5, 20),
                "minimiser_a": drawn(5, (4,), -1, 1),
                "curvature_b": drawn(6, (2, 3), 0.5, 20),
                "minimiser_b": drawn(7, (2, 3), -1, 1),
            },
            quadratic,
        ),
        Problem(
            "least_squares",
            "mean over all elements of (inputs weight + bias - targets)^2",
            {"weight": drawn(8, (3, 2), -1, 1), "bias": torch.zeros(2)},
            {"inputs": drawn(9, (8, 3), -1, 1), "targets": drawn(10, (8, 2), -2, 2)},
            least_squares,
        ),
    )
}
