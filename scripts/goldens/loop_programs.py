"""The loop programs that program_traces.py runs, and the problems they run on."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

Line = str | dict[str, object]  # as an Experiment document writes it

INSTRUCTIONS = ("zero_grad", "forward", "backward", "step", "scheduler_step")
LONGEST = 6
MOST = 2  # of each instruction
SEED = 5


@dataclass(frozen=True)
class Problem:
    """An Experiment document without its loop."""

    name: str
    document: dict[str, object]


Json = dict[str, object]


def document(problem: Json, optimizer: Json, scheduler: Json) -> Json:
    run = {"label": "learner", "optimizer": optimizer, "scheduler": scheduler}
    return {"version": 1, "seed": SEED, "steps": 5, "problem": problem, "runs": [run]}


def surface(name: str, formula: str, start: list[float], optimizer: Json, scheduler: Json) -> Problem:
    return Problem(name, document({"kind": "surface", "formula": formula, "start": start}, optimizer, scheduler))


def network(name: str, hidden: list[int], activation: str, loss: str, optimizer: Json, scheduler: Json) -> Problem:
    """On sixteen points in mini-batches of four: five iterations begin a second epoch."""
    data = {"name": "moons", "samples": 20, "noise": 0.1, "seed": 3, "test_fraction": 0.2}
    model = {"hidden": hidden, "activation": activation}
    task = {"kind": "task", "data": data, "model": model, "loss": loss, "batch_size": 4}
    return Problem(name, document(task, optimizer, scheduler))


def sgd(lr: float, **options: object) -> Json:
    return {"name": "SGD", "lr": lr, **options}


def step_lr(gamma: float) -> Json:
    return {"name": "StepLR", "step_size": 1, "gamma": gamma}


def exponential_lr(gamma: float) -> Json:
    return {"name": "ExponentialLR", "gamma": gamma}


# What all programs run on; each lr changes with every scheduler.step().
PROBLEMS = (
    # x^2 saves x itself: a step between forward and backward is an error.
    surface("rosenbrock", "(1-x)^2 + 100*(y-x^2)^2", [-1.5, 2.0], sgd(0.0005, momentum=0.9), step_lr(0.7)),
    # Only sums are saved: such a step goes unnoticed, but a second backward is an error.
    surface(
        "booth",
        "(x + 2*y - 7)^2 + (2*x + y - 5)^2",
        [-4.0, -3.0],
        {"name": "Adam", "lr": 0.1},
        exponential_lr(0.9),
    ),
    # Nothing is saved: backward may be called again and again.
    surface(
        "plane",
        "y - (x - y) + 5",
        [1.5, -0.7],
        sgd(0.05, momentum=0.8, nesterov=True, weight_decay=0.1),
        exponential_lr(0.8),
    ),
    network("moons", [3], "tanh", "cross_entropy", sgd(0.1, momentum=0.9, weight_decay=0.01), step_lr(0.7)),
)

# What only the further programs run on: other values saved, other operations and layers at fault.
MORE_PROBLEMS = (
    surface("kink", "abs(x) + 3*abs(y)", [-2.5, 1.4], {"name": "AdamW", "lr": 0.05}, step_lr(0.7)),
    surface(
        "beale",
        "(1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2",
        [1.0, 1.5],
        {"name": "RMSprop", "lr": 0.01, "momentum": 0.5},
        exponential_lr(0.9),
    ),
    surface("cone", "sqrt(x^2 + y^2) + x/y", [1.2, 2.0], {"name": "Adagrad", "lr": 0.1}, step_lr(0.7)),
    surface("hyperbola", "2/(x*y) - -x", [1.5, -2.0], {"name": "NAdam", "lr": 0.02}, exponential_lr(0.9)),
    # No second parameter: y never has a gradient.
    surface("parabola", "x*x - x", [1.5, 2.0], sgd(0.1, weight_decay=0.5), step_lr(0.7)),
    network("perceptron", [], "relu", "mse", sgd(0.1, momentum=0.5), step_lr(0.7)),
    network("deep", [4, 3], "relu", "mse", {"name": "AdamW", "lr": 0.01}, exponential_lr(0.9)),
    network("sigmoids", [3, 3], "sigmoid", "cross_entropy", sgd(0.3, momentum=0.5), exponential_lr(0.9)),
)


def all_programs() -> Iterator[list[Line]]:
    """Shorter before longer; of one length in the order of INSTRUCTIONS, the first line's first."""
    for length in range(1, LONGEST + 1):
        for program in itertools.product(INSTRUCTIONS, repeat=length):
            if all(program.count(instruction) <= MOST for instruction in INSTRUCTIONS):
                yield list(program)


RETAIN: Line = {"do": "backward", "retain_graph": True}
ZEROS: Line = {"do": "zero_grad", "set_to_none": False}


def every(count: int, instruction: str, **options: object) -> Line:
    return {"do": instruction, "every": count, **options}


# Some of the above, and what none of them has: a retained graph, zeros in place of None, lines that run now and then.
FURTHER: tuple[list[Line], ...] = (
    ["zero_grad", "forward", "backward", "step", "scheduler_step"],
    ["forward", "backward", "step", "zero_grad"],
    ["forward", "backward", "step"],
    ["forward", "step", "backward"],
    ["forward", "zero_grad", "step", "backward", "scheduler_step"],
    ["forward", "step", "backward", "zero_grad", "step"],
    ["forward", "backward", "step", "backward"],
    ["forward", "backward", "backward", "step"],
    ["step", "forward", "backward", "zero_grad", "step"],
    ["forward", "backward", "forward", "step", "backward"],
    ["backward", "forward", "step"],
    ["zero_grad", "forward", RETAIN, "step"],
    ["zero_grad", "forward", RETAIN, "backward", "step"],
    ["zero_grad", "forward", RETAIN, RETAIN, "step"],
    ["zero_grad", "forward", RETAIN, "backward", "backward", "step"],
    ["zero_grad", "forward", "backward", RETAIN, "step"],
    ["zero_grad", "forward", RETAIN, "step", "backward"],
    ["zero_grad", "forward", RETAIN, "step", "backward", "step"],
    ["zero_grad", "forward", RETAIN, "zero_grad", "backward", "step"],
    ["forward", RETAIN, "step"],
    [RETAIN, "forward", "step"],
    ["zero_grad", "forward", RETAIN, "forward", "backward", "step"],
    ["zero_grad", every(2, "forward"), "backward", "step"],
    ["zero_grad", every(2, "forward"), RETAIN, "step"],
    ["zero_grad", every(2, "forward"), every(2, "backward", retain_graph=True), "backward", "step"],
    [ZEROS, "forward", "backward", "step"],
    ["forward", "backward", "step", ZEROS],
    ["forward", "backward", ZEROS, "step"],
    [ZEROS, "step", "forward", "backward"],
    ["step", ZEROS],
    [ZEROS, "step", "scheduler_step"],
    ["zero_grad", "forward", "backward", "step", ZEROS, "step"],
    [ZEROS, "forward", "backward", "step", "zero_grad", "step", "scheduler_step"],
    ["forward", ZEROS, "backward", "backward", "step"],
    [every(2, "zero_grad"), "forward", "backward", "step"],
    [every(2, "zero_grad", set_to_none=False), "forward", "backward", "step"],
    [every(2, "zero_grad"), "forward", "backward", every(2, "step")],
    ["forward", "backward", every(2, "step"), every(2, "zero_grad")],
    ["forward", "backward", every(2, "step"), every(2, "zero_grad"), every(2, "scheduler_step")],
    ["forward", "backward", every(3, "step"), every(3, "zero_grad"), "scheduler_step"],
    ["zero_grad", "forward", "backward", "step", every(2, "scheduler_step")],
    ["zero_grad", "forward", "backward", "step", every(4, "scheduler_step"), every(6, "step")],
    ["zero_grad", "forward", every(2, "backward"), "step"],
    [ZEROS, "forward", every(2, "backward"), "step", "scheduler_step"],
    ["zero_grad", "forward", "backward", every(2, "backward"), "step"],
    ["zero_grad", "forward", RETAIN, every(2, "backward"), "step"],
    [every(2, "zero_grad"), every(2, "forward"), every(2, "backward"), every(2, "step")],
    [every(2, "forward"), "step", every(3, "backward")],
    [every(3, "forward"), "backward"],
)
