"""Loop programs as PyTorch runs them: every one of up to six lines, and some further ones.

Each becomes the script that a learner would write, at the level of a module, one line of Python for a line of the loop.
What it raises, and where, is Python's own doing: so is the NameError of a `loss` that no forward has set.
"""

import copy
import warnings
from collections.abc import Iterable

import bits
from instruction_loops import ANYWHERE, freezing, layers
from loop_programs import FURTHER, MORE_PROBLEMS, PROBLEMS, SEED, Line, Problem, all_programs
from optimizer_traces import for_loop_only
from pinned_torch import header, torch

Namespace = dict[str, object]  # the script's globals
MASK = 2**64 - 1
ACTIVATIONS = {"relu": torch.nn.ReLU, "tanh": torch.nn.Tanh, "sigmoid": torch.nn.Sigmoid}


def options(spec: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in spec.items() if key != "name"}


class Surface:
    """x and y; the formula in plain tensor operations."""

    batch: list[str] = []
    saved = "[x.detach(), y.detach()]"
    loading = "load([x, y], saved[0])"

    def __init__(self, document: dict[str, object]) -> None:
        self.start = document["problem"]["start"]
        self.forward = "loss = " + document["problem"]["formula"].replace("^", "**")

    def parameters(self) -> tuple[Namespace, dict[str, torch.nn.Parameter]]:
        x, y = (torch.nn.Parameter(torch.tensor(value, dtype=torch.float32)) for value in self.start)
        return {"x": x, "y": y, "sqrt": torch.sqrt, "load": self.load}, {"x": x, "y": y}

    @staticmethod
    def load(parameters: list[torch.nn.Parameter], values: list[torch.Tensor]) -> None:
        with torch.no_grad():
            for parameter, value in zip(parameters, values):
                parameter.copy_(value)

    def inputs(self) -> None:
        """Nothing but the formula."""


class Network:
    """A network on two moons, drawn as StepLab's exported scripts draw them: core/src/export/python_task.cpp."""

    batch = ["inputs, targets = batches[iteration]"]
    forward = "loss = loss_fn(model(inputs), targets)"
    saved = "model.state_dict()"
    loading = "model.load_state_dict(saved[0])"

    def __init__(self, document: dict[str, object]) -> None:
        task, self.seed = document["problem"], document["seed"]
        is_regression = task["loss"] == "mse"
        self.widths = [2, *task["model"]["hidden"], 1 if is_regression else 2]
        self.activation = ACTIVATIONS[task["model"]["activation"]]
        self.loss_fn = torch.nn.MSELoss() if is_regression else torch.nn.CrossEntropyLoss()
        self.x, self.labels = self.points(**options(task["data"]))
        self.y = 2.0 * self.labels[:, None] - 1.0 if is_regression else self.labels
        self.orders = [self.rows(iteration, task["batch_size"]) for iteration in range(document["steps"])]

    @staticmethod
    def points(samples: int, noise: float, seed: int, test_fraction: float) -> tuple[torch.Tensor, torch.Tensor]:
        """Those that are trained on."""
        generator = torch.Generator().manual_seed(seed)
        i = torch.arange(samples, dtype=torch.float64)
        labels = torch.arange(samples) % 2
        angle = torch.pi * (i // 2) / ((samples + 1) // 2 - 1)
        moon = torch.stack([0.8 * angle.cos() - 0.4, 0.8 * angle.sin() - 0.2], dim=1)
        points = torch.where(labels[:, None] == 0, moon, -moon)
        scatter = [torch.randn(2, dtype=torch.float64, generator=generator) for _ in range(samples)]
        kept = torch.randperm(samples, generator=generator)[round(samples * test_fraction) :]
        return (points + noise * torch.stack(scatter)).float()[kept], labels[kept]

    def rows(self, iteration: int, size: int) -> torch.Tensor:
        """A mini-batch's samples; every epoch is a permutation of its own."""
        epoch, place = divmod(iteration, len(self.x) // size)
        z = (self.seed + (epoch + 1) * 0x9E3779B97F4A7C15) & MASK
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
        z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
        generator = torch.Generator().manual_seed((z ^ z >> 31) >> 32)
        return torch.randperm(len(self.x), generator=generator)[size * place : size * (place + 1)]

    def parameters(self) -> tuple[Namespace, dict[str, torch.nn.Parameter]]:
        torch.manual_seed(self.seed)
        modules: list[torch.nn.Module] = []
        for inputs, outputs in zip(self.widths, self.widths[1:]):
            modules += [self.activation()] if modules else []
            modules.append(torch.nn.Linear(inputs, outputs))
        model = torch.nn.Sequential(*modules)
        batches = [(self.x[rows], self.y[rows]) for rows in self.orders]
        names = {"model": model, "loss_fn": self.loss_fn, "batches": batches}
        names |= {"activation": self.activation, "Linear": torch.nn.Linear}
        return names, dict(model.named_parameters())

    def inputs(self) -> dict[str, object]:
        return {
            "x": {"shape": list(self.x.shape), "bits": bits.tensor_bits(self.x)},
            "labels": self.labels.tolist(),
            "batches": [rows.tolist() for rows in self.orders],
        }


ARGUMENTS = {"scale_loss": "divisor", "freeze": "params", "replace_layer": "layer", "add_param_group": "group"}


def long_form(line: Line) -> dict[str, object]:
    if isinstance(line, str):
        return {"do": line}
    if "do" in line:
        return line
    ((instruction, argument),) = line.items()
    return {"do": instruction, ARGUMENTS[instruction]: argument}


def new_group(group: dict[str, object]) -> str:
    params = ", ".join(f"parameter({name!r})" for name in group["params"])
    rest = "".join(f", {key!r}: {value!r}" for key, value in group.items() if key != "params")
    return f"{{'params': [{params}]{rest}}}"


def python_line(line: Line, problem: "Surface | Network") -> str:
    """A line of the loop as a line of Python."""
    long = long_form(line)
    to_none = "" if long.get("set_to_none", True) else "set_to_none=False"
    retain = "retain_graph=True" if long.get("retain_graph") else ""
    params = [f"parameter({name!r})" for name in long.get("params", [])]
    layer = long.get("layer")
    statements = {
        "zero_grad": lambda: f"optimizer.zero_grad({to_none})",
        "forward": lambda: problem.forward,
        "backward": lambda: f"loss.backward({retain})",
        "step": lambda: "optimizer.step()",
        "scheduler_step": lambda: "scheduler.step()",
        "scale_loss": lambda: f"loss = loss / {long['divisor']}",
        "detach": lambda: "loss = loss.detach()",
        "freeze": lambda: "; ".join(f"{name}.requires_grad_(False)" for name in params),
        "unfreeze": lambda: "; ".join(f"{name}.requires_grad_(True)" for name in params),
        "add_layer": lambda: "model.extend([activation(), Linear(model[-1].out_features, model[-1].out_features)])",
        "replace_layer": lambda: f"model[{layer}] = Linear(model[{layer}].in_features, model[{layer}].out_features)",
        "add_param_group": lambda: f"optimizer.add_param_group({new_group(long['group'])})",
        "recreate_optimizer": lambda: "optimizer = make_optimizer()",
        "save_state": lambda: f"saved = copy.deepcopy(({problem.saved}, optimizer.state_dict()))",
        "load_state": lambda: f"{problem.loading}; optimizer.load_state_dict(copy.deepcopy(saved[1]))",
    }
    statement = statements[long["do"]]()
    if long.get("no_grad"):
        statement = f"with torch.no_grad(): {statement}"
    if "at" in long:
        return f"if iteration == {long['at']}: {statement}"
    return f"if (iteration + 1) % {long['every']} == 0: {statement}" if "every" in long else statement


def script(problem: Surface | Network, program: list[Line], steps: int) -> tuple[str, int]:
    """The text, and how many lines stand before the program's."""
    before = [f"for iteration in range({steps}):", *("    " + line for line in problem.batch)]
    body = [python_line(line, problem) for line in program]
    return "\n".join([*before, *("    " + line for line in body), "    record()"]), len(before)


class Table:
    """Numbers things in the order in which they first come."""

    def __init__(self) -> None:
        self.rows: list[object] = []
        self._places: dict[str, int] = {}

    def place(self, row: object) -> int:
        place = self._places.setdefault(repr(row), len(self.rows))
        if place == len(self.rows):
            self.rows.append(row)
        return place


class Recorder:
    """Runs programs on one problem and collects what is distinct."""

    def __init__(self, case: Problem) -> None:
        self._document = case.document
        is_surface = case.document["problem"]["kind"] == "surface"
        self._problem = (Surface if is_surface else Network)(case.document)
        self._values, self._grads, self._errors, self._warnings, self._outcomes = (Table() for _ in range(5))
        parameters = self._problem.parameters()[1]
        self._place(parameters)
        self._parameters = [{"name": name, "shape": list(value.shape)} for name, value in parameters.items()]

    def _place(self, parameters: dict[str, torch.nn.Parameter]) -> tuple[int, int]:
        """Of all parameters' values and of all their gradients."""
        values = [parameter.detach() for parameter in parameters.values()]
        if not all(value.isfinite().all() for value in values):
            raise ValueError(f"{self._document} left the finite numbers; NaN has no fixed bits")
        gradients = [parameter.grad for parameter in parameters.values()]
        return (
            self._values.place([bits.tensor_bits(value) for value in values]),
            self._grads.place([None if grad is None else bits.tensor_bits(grad) for grad in gradients]),
        )

    def run(self, program: list[Line]) -> int:
        names, parameters = self._problem.parameters()
        contestant = self._document["runs"][0]
        optimizer_class = getattr(torch.optim, contestant["optimizer"]["name"])

        def present() -> dict[str, torch.nn.Parameter]:
            """The model's parameters as they are now; a surface's are always the same."""
            return dict(names["model"].named_parameters()) if "model" in names else parameters

        def make_optimizer() -> torch.optim.Optimizer:
            return optimizer_class(
                present().values(), **options(contestant["optimizer"]), **for_loop_only(optimizer_class)
            )

        optimizer = make_optimizer()
        scheduler_class = getattr(torch.optim.lr_scheduler, contestant["scheduler"]["name"])
        scheduler = scheduler_class(optimizer, **options(contestant["scheduler"]))
        places: list[tuple[int, int]] = []

        def record() -> None:
            places.append(self._place(present()))

        names |= {"optimizer": optimizer, "scheduler": scheduler, "record": record, "torch": torch, "copy": copy}
        names |= {"make_optimizer": make_optimizer, "parameter": lambda name: present()[name]}
        text, before = script(self._problem, program, self._document["steps"])
        raised: dict[str, object] = {}
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                exec(compile(text, "program", "exec"), names)  # noqa: S102  (written by script())
            except Exception as error:  # noqa: BLE001  (whatever a program raises is the record)
                if isinstance(error, NameError) and error.name not in ("loss", "saved"):
                    raise  # our mistake, not the learner's
                at = error.__traceback__.tb_next.tb_lineno - 1 - before
                message = {"type": type(error).__name__, "message": str(error)}
                raised = {"error": self._errors.place(message), "iteration": len(places), "line": at}
                record()
        values, grads = map(list, zip(*places))
        told = sorted({self._warnings.place(str(warning.message)) for warning in caught})
        return self._outcomes.place({"values": values, "grads": grads, "warnings": told, **raised})

    def file(self, programs: Iterable[list[Line]]) -> dict[str, object]:
        numbers = [self.run(program) for program in programs]
        return {
            "document": self._document,
            "inputs": self._problem.inputs(),
            "parameters": self._parameters,
            "values": self._values.rows,
            "grads": self._grads.rows,
            "errors": self._errors.rows,
            "warnings": self._warnings.rows,
            "outcomes": self._outcomes.rows,
            "programs": numbers,
        }


def further() -> dict[str, object]:
    problems = [{"name": case.name, **Recorder(case).file(FURTHER)} for case in (*PROBLEMS, *MORE_PROBLEMS)]
    return {"header": header(SEED), "loops": list(FURTHER), "problems": problems}


def instructions() -> dict[str, object]:
    problems = []
    for case in (*PROBLEMS, *MORE_PROBLEMS):
        loops = list(ANYWHERE)
        if case.document["problem"]["kind"] == "surface":
            loops += freezing(["x", "y"])
        else:
            last = 2 * len(case.document["problem"]["model"]["hidden"])
            names = [f"{place}.{kind}" for place in range(0, last + 1, 2) for kind in ("weight", "bias")]
            loops += [*freezing(names), *layers(str(last), str(last + 2))]
        problems.append({"name": case.name, "loops": loops, **Recorder(case).file(loops)})
    return {"header": header(SEED), "problems": problems}


def files() -> dict[str, dict[str, object]]:
    recorded = {
        f"loops/{case.name}.json": {"header": header(SEED), **Recorder(case).file(all_programs())} for case in PROBLEMS
    }
    return recorded | {"loops/further.json": further(), "loops/instructions.json": instructions()}
