"""Random experiments as the documents that `steplab run` reads: on recorded gradients, for LBFGS on convex surfaces."""

import math
import random
from collections.abc import Callable

Draw = Callable[[random.Random], object]
Options = dict[str, Draw]


def log_uniform(low: float, high: float) -> Draw:
    return lambda r: math.exp(r.uniform(math.log(low), math.log(high)))


def uniform(low: float, high: float) -> Draw:
    return lambda r: r.uniform(low, high)


def one_of(*values: object) -> Draw:
    return lambda r: r.choice(values)


def integer(low: int, high: int) -> Draw:
    return lambda r: r.randint(low, high)


def beta(r: random.Random) -> float:
    return r.choice((0.0, 0.4, 0.5, 0.9, 0.999, r.random()))


def betas(r: random.Random) -> list[float]:
    return [beta(r), beta(r)]


def some_steps(r: random.Random) -> list[int]:
    return sorted(r.sample(range(1, 60), r.randint(1, 5)))


LR = log_uniform(1e-4, 0.5)
DECAY = one_of(0.0, 1e-3, 0.1, 0.5)
EPS = one_of(1e-8, 1e-10, 1e-6, 1e-3)
FLAG = one_of(False, True)
DECAYED: Options = {"lr": LR, "weight_decay": DECAY, "maximize": FLAG}
ADAM: Options = {**DECAYED, "betas": betas, "eps": EPS}

# Options that may differ between groups and change along the way.
OPTIONS: dict[str, Options] = {
    "SGD": {**DECAYED, "momentum": one_of(0.0, 0.5, 0.9, 0.99), "dampening": one_of(0.0, 0.5)},
    "Adam": {**ADAM, "decoupled_weight_decay": FLAG},
    "AdamW": ADAM,
    "Adamax": ADAM,
    "NAdam": {**ADAM, "momentum_decay": one_of(0.0, 4e-3, 0.1), "decoupled_weight_decay": FLAG},
    "RAdam": {**ADAM, "decoupled_weight_decay": FLAG},
    "Adagrad": {**DECAYED, "lr_decay": one_of(0.0, 0.01, 0.5), "eps": EPS},
    "Adadelta": {**DECAYED, "lr": log_uniform(1e-2, 2.0), "rho": one_of(0.0, 0.5, 0.9, 0.95, 1.0), "eps": EPS},
    "RMSprop": {**DECAYED, "alpha": one_of(0.0, 0.3, 0.9, 0.99), "eps": EPS},
    "Rprop": {
        "lr": LR,
        "maximize": FLAG,
        "etas": one_of([0.5, 1.2], [0.2, 2.0]),
        "step_sizes": one_of([1e-6, 50.0], [1e-3, 0.5]),
    },
    "ASGD": {
        **DECAYED,
        "lambd": one_of(0.0, 1e-4, 0.1),
        "alpha": one_of(0.5, 0.75, 1.0),
        "t0": one_of(1.0, 10.0, 1e6),
    },
    "Adafactor": {**DECAYED, "beta2_decay": one_of(-0.8, -1.0, -0.2), "d": one_of(1.0, 1.5, 3.0)},
    "Muon": {
        "lr": log_uniform(1e-3, 0.1),
        "weight_decay": DECAY,
        "momentum": one_of(0.0, 0.8, 0.95),
        "nesterov": FLAG,
        "adjust_lr_fn": one_of("original", "match_rms_adamw"),
        "ns_steps": one_of(3, 5, 6),
    },
}
# The same for row-sparse gradients, which do not go with weight decay.
SPARSE_OPTIONS: dict[str, Options] = {
    "SparseAdam": {"lr": LR, "betas": betas, "eps": EPS, "maximize": FLAG},
    "SGD": {name: draw for name, draw in OPTIONS["SGD"].items() if name != "weight_decay"},
    "Adagrad": {name: draw for name, draw in OPTIONS["Adagrad"].items() if name != "weight_decay"},
}
SPARSE_SHARE = 0.1
# With momentum, the velocity of sparse gradients grows by what slices they do not share; StepLab has room for this many steps.
LONGEST_VELOCITY = 8
# Options that a whole run keeps: they decide what state there is.
FIXED: dict[str, Options] = {
    "Adam": {"amsgrad": FLAG},
    "AdamW": {"amsgrad": FLAG},
    "Adagrad": {"initial_accumulator_value": one_of(0.0, 0.1)},
    "RMSprop": {"centered": FLAG, "momentum": one_of(0.0, 0.5, 0.9)},
}
SCHEDULERS: dict[str, Options] = {
    "StepLR": {"step_size": integer(1, 20), "gamma": uniform(0.1, 1.1)},
    "MultiStepLR": {"milestones": some_steps, "gamma": uniform(0.1, 1.1)},
    "ConstantLR": {"factor": uniform(0.1, 1.0), "total_iters": integer(1, 20)},
    "LinearLR": {"start_factor": uniform(0.1, 1.0), "end_factor": uniform(0.0, 1.0), "total_iters": integer(1, 40)},
    "ExponentialLR": {"gamma": uniform(0.8, 1.05)},
    "PolynomialLR": {"total_iters": integer(1, 60), "power": one_of(1.0, 2.0, 0.5)},
    "CosineAnnealingLR": {"T_max": integer(1, 60), "eta_min": one_of(0.0, 1e-4)},
    "CosineAnnealingWarmRestarts": {"T_0": integer(1, 20), "T_mult": integer(1, 3), "eta_min": one_of(0.0, 1e-4)},
}
LONGEST = 60
VECTOR = {"shape": [3], "value": [1.0, -2.0, 0.5]}
LBFGS: Options = {
    "lr": uniform(0.1, 1.0),
    "max_iter": integer(1, 4),
    "history_size": integer(1, 5),
    "line_search_fn": one_of(None, "strong_wolfe"),
}
LBFGS_STEPS = 4


def some(r: random.Random, options: Options, share: float) -> dict[str, object]:
    return {name: draw(r) for name, draw in options.items() if r.random() < share}


def shape(r: random.Random, optimizer: str) -> list[int]:
    axes = 2 if optimizer == "Muon" else r.choice((0, 1, 1, 2, 2, 3))
    return [r.choice((1, 2, 3, 5, 8, 11)) for _ in range(axes)]


def parameters(r: random.Random, optimizer: str) -> dict[str, dict[str, object]]:
    drawn = {}
    for i in range(r.randint(1, 4)):
        sizes = shape(r, optimizer)
        drawn[f"p{i}"] = {"shape": sizes, "value": [r.gauss(0, 1) for _ in range(math.prod(sizes))]}
    return drawn


def gradient(r: random.Random, size: int, scale: float) -> list[float] | None:
    """None and zeros now and then; single zeros too."""
    kind = r.random()
    if kind < 0.1:
        return None
    if kind < 0.2:
        return [0.0] * size
    return [0.0 if r.random() < 0.05 else scale * r.gauss(0.2, 1) for _ in range(size)]


def row_sparse(r: random.Random, sizes: list[int], scale: float) -> dict[str, list[float]] | None:
    """None, no rows, a few, or so many that the order in which equal rows are added up is not theirs."""
    if r.random() < 0.1:
        return None
    rows = [r.randrange(sizes[0]) for _ in range(r.choice((0, 1, 2, 5, 16, 17, 40)))]
    return {"rows": rows, "values": [scale * r.gauss(0.2, 1) for _ in range(len(rows) * math.prod(sizes[1:]))]}


def groups(r: random.Random, names: list[str], options: Options) -> list[dict[str, object]]:
    """One to three, none of them empty, in any order of parameters."""
    shuffled = r.sample(names, len(names))
    cuts = sorted(r.sample(range(1, len(names)), r.randint(0, min(2, len(names) - 1))))
    parts = [shuffled[a:b] for a, b in zip([0, *cuts], [*cuts, len(names)])]
    return [{"params": part, **some(r, options, 0.2)} for part in parts]


def edits(r: random.Random, steps: int, group_count: int, options: Options) -> list[dict[str, object]]:
    drawn = []
    for at in sorted(r.randrange(steps) for _ in range(r.randint(0, 3))):
        change = some(r, options, 0.3)
        if change:
            drawn.append({"at": at, "set": change, **({"group": r.randrange(group_count)} if r.random() < 0.7 else {})})
    return drawn


def nesterov(r: random.Random, optimizer: dict[str, object]) -> None:
    """SGD takes it with momentum and without dampening only."""
    if optimizer["name"] == "SGD" and optimizer.get("momentum") and not optimizer.get("dampening"):
        optimizer["nesterov"] = r.random() < 0.5


def draw_surface(r: random.Random) -> dict[str, object]:
    """Few steps of LBFGS: near the minimum the smallest difference decides when it stops."""
    (a, b), (p, q) = ([round(r.uniform(0.5, 10), 3) for _ in "xy"], [round(r.uniform(0, 2), 3) for _ in "xy"])
    c = round(r.uniform(0, 0.5), 3)
    return {
        "version": 1,
        "steps": LBFGS_STEPS,
        "problem": {
            "kind": "surface",
            "formula": f"{a}*(x-{p})^2+{b}*(y+{q})^2+{c}*x*y",
            "start": [r.uniform(-3, 3), r.uniform(-3, 3)],
        },
        "runs": [{"optimizer": {"name": "LBFGS", **some(r, LBFGS, 0.7)}}],
    }


def draw(r: random.Random, sparse_only: bool = False) -> dict[str, object]:
    """Whatever PyTorch knows; the caller asks whether StepLab does."""
    sparse = sparse_only or r.random() < SPARSE_SHARE
    name = r.choice(list(SPARSE_OPTIONS) if sparse else [*OPTIONS, "LBFGS"])
    if name == "LBFGS":
        return draw_surface(r)
    options = (SPARSE_OPTIONS if sparse else OPTIONS)[name]
    tensors = parameters(r, name)
    if sparse:
        tensors = {key: tensor for key, tensor in tensors.items() if tensor["shape"]} or {"p0": VECTOR}
    steps = r.randint(3, LONGEST_VELOCITY if sparse and name == "SGD" else LONGEST)
    scale = 10 ** r.uniform(-4, 3)
    gradients = []
    for _ in range(steps):
        drawn = {
            key: row_sparse(r, tensor["shape"], scale) if sparse else gradient(r, len(tensor["value"]), scale)
            for key, tensor in tensors.items()
        }
        gradients.append({key: value for key, value in drawn.items() if value is not None or r.random() < 0.5})
    optimizer = {"name": name, **some(r, options, 0.5), **some(r, FIXED.get(name, {}), 0.5)}
    nesterov(r, optimizer)
    run: dict[str, object] = {"optimizer": optimizer, "param_groups": groups(r, list(tensors), options)}
    loop = ["zero_grad", "forward", "backward", "step"]
    if r.random() < 0.5:
        scheduler = r.choice(list(SCHEDULERS))
        run["scheduler"] = {"name": scheduler, **{key: value(r) for key, value in SCHEDULERS[scheduler].items()}}
        loop.append("scheduler_step")
    return {
        "version": 1,
        "steps": steps,
        "problem": {"kind": "recorded", "parameters": tensors, "gradients": gradients},
        "runs": [run],
        "loop": loop,
        "edits": edits(r, steps, len(run["param_groups"]), options),
    }
