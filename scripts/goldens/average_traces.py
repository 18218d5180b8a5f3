"""Averages of weights under torch.optim.swa_utils.AveragedModel: its plain mean and get_ema_avg_fn."""

import random

import bits
from pinned_torch import header, torch
from torch.optim import swa_utils

SEED = 47
STEPS = 40
SIZES = (1, 5, 17)

# name, the average as a document writes it
CASES: list[tuple[str, dict[str, object]]] = [
    ("swa", {"name": "SWA"}),
    ("swa_late", {"name": "SWA", "start": 10}),
    ("swa_now_and_then", {"name": "SWA", "start": 3, "every": 7}),
    ("swa_never", {"name": "SWA", "start": 100}),
    ("ema_default", {"name": "EMA"}),
    ("ema_fast", {"name": "EMA", "decay": 0.7}),
    ("ema_late", {"name": "EMA", "decay": 0.95, "start": 5, "every": 2}),
    ("ema_of_nothing", {"name": "EMA", "decay": 0.0}),
    ("ema_of_the_first", {"name": "EMA", "decay": 1.0}),
]


class Weights(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.values = torch.nn.ParameterList([torch.zeros(size) for size in SIZES])


def weights_by_step() -> list[list[torch.Tensor]]:
    """A random walk, so that an average is not at once what it averages."""
    generator = random.Random(SEED)
    values = [torch.tensor([generator.gauss(0, 1) for _ in range(size)]) for size in SIZES]
    steps = [values]
    for _ in range(STEPS):
        values = [value + torch.tensor([generator.gauss(0, 0.3) for _ in value]) for value in values]
        steps.append(values)
    return steps


def recorded(model: torch.nn.Module) -> list[str]:
    return [bits.tensor_bits(parameter) for parameter in model.parameters()]


def trace(name: str, average: dict[str, object], steps: list[list[torch.Tensor]]) -> dict[str, object]:
    model = Weights()

    def take(values: list[torch.Tensor]) -> None:
        with torch.no_grad():
            for parameter, value in zip(model.values, values):
                parameter.copy_(value)

    take(steps[0])
    decay = float(average.get("decay", 0.999))
    avg_fn = swa_utils.get_ema_avg_fn(decay) if average["name"] == "EMA" else None
    averaged = swa_utils.AveragedModel(model, avg_fn=avg_fn)
    rows = []
    for step, values in enumerate(steps[1:], start=1):
        take(values)
        past = step - int(average.get("start", 0))
        if past > 0 and past % int(average.get("every", 1)) == 0:
            averaged.update_parameters(model)
        rows.append({"updates": int(averaged.n_averaged), "values": recorded(averaged)})
    return {"name": name, "average": average, "rows": rows}


def refused_decay(decay: float) -> dict[str, object]:
    try:
        swa_utils.get_ema_avg_fn(decay)
    except ValueError as error:
        return {"decay": decay, "message": str(error)}
    raise AssertionError(f"{decay} was not refused")


def files() -> dict[str, dict[str, object]]:
    steps = weights_by_step()
    return {
        "optim/averages.json": {
            "header": header(SEED),
            "weights": [[bits.tensor_bits(value) for value in values] for values in steps],
            "cases": [trace(name, average, steps) for name, average in CASES],
            "refusals": [refused_decay(decay) for decay in (-0.1, 1.5)],
        }
    }
