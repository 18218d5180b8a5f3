"""A small network trained by PyTorch with its own gradients, and nn.Linear's initial values."""

import random

import bits
from pinned_torch import header, torch

SEED = 7
POINTS = 32
STEPS = 100
LAYERS = [2, 8, 8, 1]
INITIALISED = [[2, 8, 8, 1], [2, 3], [1, 1], [64, 32, 10], [3, 5, 7, 2]]


def network(layers: list[int]) -> torch.nn.Sequential:
    """Linear layers with tanh between them, initialised from torch.manual_seed(SEED)."""
    torch.manual_seed(SEED)
    modules: list[torch.nn.Module] = []
    for i, (inputs, outputs) in enumerate(zip(layers, layers[1:])):
        modules += [torch.nn.Tanh()] if i else []
        modules.append(torch.nn.Linear(inputs, outputs))
    return torch.nn.Sequential(*modules)


def recorded(model: torch.nn.Module) -> list[dict[str, object]]:
    return [
        {"name": name, "shape": list(parameter.shape), "bits": bits.tensor_bits(parameter)}
        for name, parameter in model.named_parameters()
    ]


def training() -> dict[str, object]:
    generator = random.Random(SEED)
    inputs = torch.tensor([[generator.uniform(-1, 1), generator.uniform(-1, 1)] for _ in range(POINTS)])
    targets = (inputs[:, :1] * inputs[:, 1:] + 0.5 * inputs[:, :1]).contiguous()
    model = network(LAYERS)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2, foreach=False)
    loss_function = torch.nn.MSELoss()
    start = recorded(model)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = loss_function(model(inputs), targets)
        loss.backward()
        if not losses:
            first_gradients = [bits.tensor_bits(parameter.grad) for parameter in model.parameters()]
        optimizer.step()
        losses.append(loss.detach())
    return {
        "header": header(SEED),
        "layers": LAYERS,
        "activation": "tanh",
        "loss": "mse",
        "optimizer": {"name": "Adam", "lr": 1e-2},
        "inputs": {"shape": list(inputs.shape), "bits": bits.tensor_bits(inputs)},
        "targets": {"shape": list(targets.shape), "bits": bits.tensor_bits(targets)},
        "start": start,
        "first_gradients": first_gradients,
        "losses": bits.tensor_bits(torch.stack(losses)),
        "final": recorded(model),
    }


def initialisation() -> dict[str, object]:
    models = [{"layers": layers, "parameters": recorded(network(layers))} for layers in INITIALISED]
    return {"header": header(SEED), "models": models}


def files() -> dict[str, dict[str, object]]:
    return {"mlp/training.json": training(), "mlp/initialisation.json": initialisation()}
