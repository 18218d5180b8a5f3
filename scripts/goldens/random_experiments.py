"""Experiments drawn from a seed for check_exports: every feature of documents, tame enough to be compared.

Learning rates and steps are small, so that the last bits in which two sums differ stay last bits.
"""

import math
import random

from steplab_command import Json

SURFACES = ("bowl", "rosenbrock", "beale", "booth", "himmelblau", "styblinski_tang", "saddle", "plateau", "ravine")
FORMULAS = (
    "(x - {a})^2 + {b}*(y + x/2)^2",
    "-exp(-(x^2 + y^2)/{b}) + x^2/{b} - -y^2*0.1",
    "sqrt(1 + x^2) + log({b} + y^2) + abs(x*y - {a})",
    "{b} - cos(x)*cos(y) + tanh(x + {a})^2 + tan(y/10)^2",
    "2^(x/4) + e^(-x/4) + (y^2)^1.5/10 + pi*sin({a})",
    "x^4/{b} + y^-2^2/100 + (y - {a})^2 + sqrt(2)*x^2 - 2^-3*x",
    "abs(x)^1.5 + 10^3*(x*y - y)^2/1000/{b} + exp(1)*y^2",
)
DATA = ("moons", "circles", "spirals", "blobs")
# What tends to surprise: orders, repetitions and omissions that run, and those that raise.
LOOPS: tuple[list[object], ...] = (
    ["zero_grad", "forward", "backward", "step"],
    ["forward", "zero_grad", "backward", "step"],
    ["forward", "backward", "step", "zero_grad"],
    ["forward", "backward", "step", {"do": "zero_grad", "every": 3}],
    ["zero_grad", "forward", "backward", {"clip_grad_norm": 0.7}, "step"],
    ["zero_grad", "forward", "backward", {"clip_grad_value": 0.05}, "step"],
    [{"do": "zero_grad", "set_to_none": False}, "forward", "backward", "step"],
    ["forward", "backward", {"do": "step", "every": 2}, {"do": "zero_grad", "every": 2}],
    ["zero_grad", "forward", {"do": "backward", "retain_graph": True}, "backward", "step"],
    ["step", "zero_grad", "forward", "backward"],
    ["zero_grad", "forward", "backward", "step", {"do": "forward", "every": 4}],
    ["zero_grad", "forward", "backward", "step", {"do": "step", "enabled": False}, {"do": "forward", "enabled": False}],
    [{"do": "forward", "every": 2}, {"do": "backward", "every": 2}, "step", {"do": "zero_grad", "every": 4}],
    ["forward", "step"],
    [{"do": "recreate_optimizer", "every": 4}, "zero_grad", "forward", "backward", "step"],
    [{"do": "save_state", "at": 3}, "zero_grad", "forward", "backward", "step", {"do": "load_state", "every": 9}],
    ["zero_grad", "forward", "backward", {"do": "step", "at": 7}],
)
# With a loss, which recorded gradients have not.
LOSS_LOOPS: tuple[list[object], ...] = (
    ["zero_grad", "forward", {"scale_loss": 3}, "backward", "step"],
    ["forward", {"scale_loss": 4}, "backward", {"do": "step", "every": 4}, {"do": "zero_grad", "every": 4}],
    ["zero_grad", "forward", "backward", "step", {"do": "detach", "every": 2}],
    ["zero_grad", "forward", "backward", {"do": "forward", "no_grad": True}, "step"],
)
# With a model, where the layers 0 and, unless the model is a single one, 2 are.
LAYER_LOOPS: tuple[list[object], ...] = (
    ["zero_grad", "forward", "backward", "step", {"do": "replace_layer", "layer": "0", "at": 5}],
    [
        {"do": "replace_layer", "layer": "0", "at": 5},
        {"do": "recreate_optimizer", "at": 8},
        *("zero_grad", "forward", "backward", "step"),
    ],
    ["zero_grad", "forward", {"do": "add_layer", "at": 4}, "backward", "step", {"do": "recreate_optimizer", "at": 6}],
    ["zero_grad", "forward", "backward", {"do": "freeze", "params": ["0.weight"], "at": 3}, "step"],
)
RAISING: tuple[list[object], ...] = (
    ["zero_grad", "backward", "forward", "step"],
    ["zero_grad", "forward", "backward", "backward", "step"],
    ["zero_grad", "forward", "backward", "step", "scheduler_step"],
    [{"do": "forward", "every": 3}, "backward", "step"],
    ["zero_grad", "forward", "detach", "backward", "step"],
    ["zero_grad", {"do": "forward", "no_grad": True}, "backward", "step"],
    ["load_state", "zero_grad", "forward", "backward", "step"],
)


class Draw:
    """One seed's experiments over the optimizers and schedulers of a registry."""

    def __init__(self, seed: int, registry: Json) -> None:
        self.random = random.Random(seed)
        self.is_tame = True
        self.has_loss = False
        self.may_average = True
        self.matrices: list[str] = []
        self.registry = registry

    def experiment(self) -> Json:
        kind = self.random.choice(("surface", "surface", "task", "recorded"))
        known = self.registry["optimizers"]
        if kind == "surface" and all(info["matrices_only"] for info in known):
            kind = "task"
        if kind == "recorded" and all(info["needs_closure"] for info in known):
            kind = "surface"
        # Recorded gradients bind every bit whatever the options; elsewhere wild ones would make chaos.
        self.is_tame = kind != "recorded"
        problem, parameters = {"surface": self.surface, "task": self.task, "recorded": self.recorded}[kind]()
        self.has_loss = kind != "recorded"
        # Models of ones on scaled data have huge logits that nearly cancel; an average is where they do.
        self.may_average = kind != "task" or problem["model"]["init"] == "pytorch"
        self.matrices = [name for name in parameters if name.endswith("weight")]
        steps = self.random.choice((12, 25, 40))
        raises = kind != "recorded" and self.random.random() < 0.1
        runs = [self.run(parameters) for _ in range(1 if raises else self.random.choice((1, 1, 2, 3)))]
        document: Json = {"version": 1, "seed": self.random.randrange(2**40), "steps": steps, "problem": problem}
        document["runs"] = runs
        if raises:
            document["loop"] = self.random.choice(RAISING)
            runs[0].pop("scheduler", None)
            runs[0].pop("loop", None)
        elif self.random.random() < 0.6:
            document["loop"] = self.random.choice(self.loops(kind))
        if self.random.random() < 0.4:
            document["edits"] = self.edits(runs, parameters, steps, self.loops(kind))
        return document

    @staticmethod
    def loops(kind: str) -> tuple[list[object], ...]:
        """Those that run on a problem of this kind."""
        more = {"surface": LOSS_LOOPS, "task": LOSS_LOOPS + LAYER_LOOPS, "recorded": ()}
        return LOOPS + more[kind]

    def surface(self) -> tuple[Json, list[str]]:
        if self.random.random() < 0.5:
            problem: Json = {"kind": "surface", "name": self.random.choice(SURFACES)}
        else:
            a, b = round(self.random.uniform(0.2, 2), 2), self.random.choice((3, 7.5, 20))
            problem = {"kind": "surface", "formula": self.random.choice(FORMULAS).format(a=a, b=b)}
            problem["start"] = [round(self.random.uniform(0.5, 2), 3), round(self.random.uniform(-2, -0.5), 3)]
        return problem, ["x", "y"]

    def task(self) -> tuple[Json, list[str]]:
        if self.random.random() < 0.2:
            data: Json = {"name": "digits", "test_fraction": self.random.choice((0.2, 0.75))}
        else:
            data = {"name": self.random.choice(DATA), "samples": self.random.choice((61, 150, 302))}
            data |= {"noise": self.random.choice((0, 0.1, 0.35)), "seed": self.random.randrange(2**40)}
            data["scale"] = self.random.choice((1, 1, 30, -0.5))
        data["shuffle_labels"] = self.random.random() < 0.2
        hidden = self.random.choice(([], [5], [8, 8], [16, 7, 4]))
        problem = {"kind": "task", "data": data, "batch_size": self.random.choice((1, 8, 30))}
        problem["model"] = {"hidden": hidden, "activation": self.random.choice(("relu", "tanh", "sigmoid", "identity"))}
        # Not "zeros": there gradients of balanced classes cancel to their last bit, and adaptive optimizers make a
        # whole step of that bit.
        problem["model"]["init"] = self.random.choice(("pytorch", "pytorch", "ones"))
        problem["loss"] = self.random.choice(("cross_entropy", "mse", "cross_entropy_of_softmax"))
        names = [f"{2 * layer}.{kind}" for layer in range(len(hidden) + 1) for kind in ("weight", "bias")]
        return problem, names

    def recorded(self) -> tuple[Json, list[str]]:
        shapes = {"weight": [2, 3], "bias": [3], "scale": [], "class": [4, 1, 2]}
        names = self.random.sample(list(shapes), self.random.randint(1, 4))
        if all(info["matrices_only"] for info in self.registry["optimizers"]) and "weight" not in names:
            names.append("weight")
        parameters = {name: {"shape": shapes[name], "value": self.elements(shapes[name])} for name in names}
        gradients = [
            {name: self.elements(shapes[name]) if self.random.random() < 0.7 else None for name in names}
            for _ in range(self.random.randint(3, 9))
        ]
        return {"kind": "recorded", "parameters": parameters, "gradients": gradients}, names

    def elements(self, shape: list[int]) -> list[float]:
        scale = self.random.choice((0.0, 1e-3, 1.0, 1.0, 100.0))
        return [round(self.random.gauss(0, scale), 5) for _ in range(math.prod(shape))]

    def run(self, parameters: list[str]) -> Json:
        info = self.random.choice([o for o in self.registry["optimizers"] if self.suits(o)])
        run: Json = {"optimizer": {"name": info["name"], **self.options(info)}}
        if any(hyper["name"] == "max_iter" for hyper in info["hyper_parameters"]):
            # Each is an evaluation, and every one multiplies the last bits in which two sums differ.
            run["optimizer"]["max_iter"] = self.random.randint(1, 4)
        if info["matrices_only"]:
            run["param_groups"] = [{"params": self.matrices}]
        elif self.random.random() < 0.3 and not info["needs_closure"]:
            cut = self.random.randint(1, len(parameters))
            parts = [part for part in (parameters[cut:], parameters[:cut]) if part]
            run["param_groups"] = [{"params": part, **self.group_options(info)} for part in parts]
        wrappers = [w for w in self.registry["wrappers"] if self.is_tame or not w["needs_closure"]]
        if info["needs_closure"]:
            wrappers = []  # those that are exported step the optimizer inside without a closure
        if wrappers and self.random.random() < 0.15:
            wrapper = self.random.choice(wrappers)
            run["wrapper"] = {"name": wrapper["name"], **self.options(wrapper)}
        if self.random.random() < 0.4:
            run["scheduler"] = self.scheduler()
            every = self.random.choice((1, 2))
            run["loop"] = ["zero_grad", "forward", "backward", "step", {"do": "scheduler_step", "every": every}]
        if self.random.random() < 0.2:
            run["label"] = self.random.choice(('a "quoted" \\ label', "Ähnlich θ", "1 2 3"))
        if self.may_average and self.random.random() < 0.2:
            run["average"] = self.average()
        return run

    def average(self) -> Json:
        average: Json = {"name": self.random.choice(("EMA", "SWA"))}
        if average["name"] == "EMA":
            average["decay"] = round(self.random.uniform(0, 1), 3)
        if self.random.random() < 0.5:
            average["start"] = self.random.randint(0, 10)
        if self.random.random() < 0.5:
            average["every"] = self.random.randint(1, 5)
        return average

    def suits(self, info: Json) -> bool:
        """Whether an optimizer can run on the problem drawn last, and may be compared there."""
        if info["needs_closure"] and not self.has_loss or info["matrices_only"] and not self.matrices:
            return False
        return not self.is_tame or info["is_steady"]

    def group_options(self, info: Json) -> Json:
        """Beyond torch.optim only what references read from every group."""
        options = self.options(info, 0.15)
        return options if info["pytorch_class"] else {k: v for k, v in options.items() if k in ("lr", "weight_decay")}

    def options(self, info: Json, share: float = 0.3) -> Json:
        options: Json = {}
        for hyper in info["hyper_parameters"]:
            if hyper.get("internal") or self.random.random() > share:
                continue
            value = self.value(hyper)
            if value is not None:
                options[hyper["name"]] = value
        return options

    def value(self, hyper: Json) -> object:
        """Somewhere in the control's range, learning rates near their default; None where the kind is unknown."""
        default, low, high = hyper["default"], hyper["min"], hyper["max"]
        if hyper.get("choices"):
            return self.random.choice(hyper["choices"])
        if self.is_tame and hyper["name"] == "maximize":
            return None
        if isinstance(default, bool):
            return self.random.random() < 0.5
        if hyper["name"] == "lr" and isinstance(default, (int, float)):
            return float(f"{min(default, 0.02) * 10 ** self.random.uniform(-1, 0.3):.3g}")
        if isinstance(default, list):
            return [self.element(hyper, number) for number in default]
        if isinstance(default, (int, float)):
            is_average = self.is_tame and 0.5 <= default < 1
            return self.near(default) if is_average else self.number(hyper, low, high)
        return None

    def element(self, hyper: Json, default: float | None) -> float | None:
        """Of a tuple."""
        if default is None:
            return None
        return self.number(hyper, hyper["min"], hyper["max"]) if default == 0 else self.near(default)

    def near(self, default: float) -> float:
        return float(f"{default * self.random.uniform(0.9, 1):.4g}")

    def number(self, hyper: Json, low: float, high: float) -> float:
        if all(float(bound).is_integer() for bound in (low, high)) and high >= 2:
            return self.random.randint(int(low), min(int(high), int(low) + 20))
        if hyper["scale"] == "logarithmic" and low > 0:
            return float(f"{math.exp(self.random.uniform(math.log(low), math.log(high))):.3g}")
        return float(f"{self.random.uniform(low, high):.3g}")

    def scheduler(self) -> Json:
        info = self.random.choice(self.registry["schedulers"])
        scheduler: Json = {"name": info["name"]}
        for hyper in info["hyper_parameters"]:
            if hyper["name"] == "lr_lambda":
                scheduler["lr_lambda"] = self.random.choice(("0.9^epoch", "1/(1 + epoch/10)", "(1 + cos(epoch/5))/2"))
            elif hyper["name"] == "milestones":
                scheduler["milestones"] = sorted(self.random.sample(range(1, 30), 2))
            elif hyper["default"] is None:
                scheduler[hyper["name"]] = self.number(hyper, hyper["min"], hyper["max"])
            elif self.random.random() < 0.4 and (value := self.value(hyper)) is not None:
                scheduler[hyper["name"]] = min(value, 1e-3) if hyper["name"] == "eta_min" else value
        return scheduler

    def edits(
        self, runs: list[Json], parameters: list[str], steps: int, loops: tuple[list[object], ...]
    ) -> list[Json]:
        edits: list[Json] = []
        for at in sorted(self.random.choices(range(steps + 2), k=self.random.randint(1, 4))):
            edit: Json = {"at": at}
            index = self.random.randrange(len(runs))
            if self.random.random() < 0.5:
                edit["run"] = index
            kind = self.random.choice(("freeze", "unfreeze", "set", "set", "loop"))
            edit[kind] = {
                "freeze": self.random.choice(parameters),
                "unfreeze": self.random.choice(parameters),
                "set": {"lr": self.random.choice((0.001, 0.003))},
                "loop": self.random.choice(loops),
            }[kind]
            if kind == "set" and "run" in edit and self.random.random() < 0.5:
                edit["group"] = self.random.randrange(len(runs[index].get("param_groups", [0])))
            edits.append(edit)
        return edits
