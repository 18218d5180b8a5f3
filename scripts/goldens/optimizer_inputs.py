"""What the optimizers of a trace are fed: parameters with start values, and a gradient for each at every step.

Three sets. `GRADIENTS` is for every element-wise rule; `MATRIX_GRADIENTS` has matrices of each proportion, for rules that
look at rows, columns or norms; `SPARSE_GRADIENTS` has gradients of some rows only, as nn.Embedding(sparse=True) gives.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import bits
from pinned_torch import header, torch

torch.sparse.check_sparse_tensor_invariants.enable()

SEED = 20260
STEPS = 300

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Inputs:
    path: str  # below tests/golden/
    seed: int
    shapes: dict[str, Shape]
    late_group: str  # the parameter that joins the optimizer before step 10
    gradient: Callable[[random.Random, int, str], torch.Tensor | None]

    def starts(self) -> dict[str, torch.Tensor]:
        generator = random.Random(self.seed)
        return {
            name: float32([generator.uniform(-2, 2) for _ in range(count(shape))], shape)
            for name, shape in self.shapes.items()
        }

    @cache
    def gradients(self) -> list[dict[str, torch.Tensor | None]]:
        generator = random.Random(self.seed + 1)
        return [{name: self.gradient(generator, step, name) for name in self.shapes} for step in range(1, STEPS + 1)]

    def file(self) -> dict[str, object]:
        return {
            "header": header(self.seed),
            "parameters": [
                {"name": name, "shape": list(self.shapes[name]), "start": bits.tensor_bits(start)}
                for name, start in self.starts().items()
            ],
            "gradients": [[recorded(step[name]) for name in self.shapes] for step in self.gradients()],
        }

    def __hash__(self) -> int:
        return hash(self.path)


def float32(values: list[float], shape: Shape) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float32).reshape(shape)


def count(shape: Shape) -> int:
    return torch.Size(shape).numel()


def recorded(gradient: torch.Tensor | None) -> object:
    """The bits; of a row-sparse gradient the rows as they came, repeated ones included."""
    if gradient is None:
        return None
    if gradient.is_sparse:
        return {"rows": gradient._indices()[0].tolist(), "values": bits.tensor_bits(gradient._values())}
    return bits.tensor_bits(gradient)


SHAPES: dict[str, Shape] = {
    "scalar": (),
    "vector": (5,),
    "matrix": (3, 7),
    "odd": (37,),
    "late": (6,),
    "empty": (0,),
}
FIRST_LATE_GRADIENT = 37


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


MATRIX_SHAPES: dict[str, Shape] = {
    "square": (6, 6),
    "wide": (3, 8),
    "tall": (9, 4),
    "row": (1, 5),
    "column": (7, 1),
    "odd": (5, 7),
}


def matrix_gradient(generator: random.Random, step: int, name: str) -> torch.Tensor | None:
    """Matrices of full rank, of rank one every eleventh step, zeros and None now and then."""
    rows, columns = MATRIX_SHAPES[name]
    values = [[generator.uniform(-1, 1) for _ in range(columns)] for _ in range(rows)]
    left = [generator.uniform(-1, 1) for _ in range(rows)]
    right = [generator.uniform(-1, 1) for _ in range(columns)]
    if step == 60 or (name == "wide" and step % 17 == 5):
        return None
    if step == 61 or (name == "tall" and step in (1, 30)):
        return torch.zeros(MATRIX_SHAPES[name])
    scale = {70: 1e3, 71: 1e-3, 72: 1e-8}.get(step, 1.0)
    if step % 11 == 0:
        values = [[a * b for b in right] for a in left]
    return float32([scale * (0.1 + value) for row in values for value in row], MATRIX_SHAPES[name])


SPARSE_SHAPES: dict[str, Shape] = {"table": (7, 3), "vector": (11,), "odd": (9, 4), "late": (4, 2)}


def sparse_gradient(generator: random.Random, step: int, name: str) -> torch.Tensor | None:
    """Some rows, in any order and often twice; none of them now and then (which is not None)."""
    shape = SPARSE_SHAPES[name]
    rows = [generator.randrange(shape[0]) for _ in range(generator.randrange(1, shape[0] + 1))]
    values = [0.2 + generator.uniform(-1, 1) for _ in range(len(rows) * count(shape[1:]))]
    if step == 60 or (name == "vector" and step % 17 == 5) or (name == "late" and step < FIRST_LATE_GRADIENT):
        return None
    if step == 61 or step % 13 == 4:
        rows, values = [], []
    if step % 19 == 2:
        values = [0.0 for _ in values]
    scale = {100: 1e4, 140: 1e-8}.get(step, 1.0)
    elements = float32([scale * value for value in values], (len(rows), *shape[1:]))
    return torch.sparse_coo_tensor(torch.tensor([rows], dtype=torch.int64), elements, shape)


GRADIENTS = Inputs("optim/gradients.json", SEED, SHAPES, "odd", gradient)
MATRIX_GRADIENTS = Inputs("optim/matrix_gradients.json", SEED + 10, MATRIX_SHAPES, "odd", matrix_gradient)
SPARSE_GRADIENTS = Inputs("optim/sparse_gradients.json", SEED + 20, SPARSE_SHAPES, "odd", sparse_gradient)
