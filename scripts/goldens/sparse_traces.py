"""What row-sparse tensors become in PyTorch: sorted, coalesced, accumulated, and kept as SGD's momentum."""

import random
import struct

import bits
from optimizer_inputs import SPARSE_GRADIENTS
from pinned_torch import header, torch

SEED = 20290
SMALL = (2, 15, 16, 17, 18, 33, 100, 400)
# Too long to be written down: row i is i * i modulo MODULUS.
LONG = (1000, 32767, 32768, 40000)
MODULUS = 1009
# Rows that drive a median of three to its worst, so that the sort gives up and makes a heap.
WORST = [28, 0, 23, 1, 26, 2, 22, 3, 29, 4, 21, 5, 25, 6, 20, 7, 27, 8, 10, 9, 29, 28, 27, 26, 25, 24, 23, 22, 21, 24]
WORST += [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 18, 19, 17, 18, 16, 17, 15, 16, 14, 15, 13, 14, 12, 13, 11, 12, 10, 11, 19]
MOMENTUM_STEPS = 40
MOMENTUM = (
    {"lr": 0.01, "momentum": 0.9},
    {"lr": 0.1, "momentum": 0.5, "nesterov": True},
    {"lr": 0.01, "momentum": 0.9, "dampening": 0.3, "maximize": True},
)


def order(rows: list[int]) -> list[int]:
    return torch.tensor(rows, dtype=torch.int64).sort(0).indices.tolist()


def sorts(generator: random.Random) -> list[dict[str, object]]:
    lists = [WORST]
    for size in SMALL:
        lists += [[generator.randrange(rows) for _ in range(size)] for rows in (1, 3, 30)]
    return [{"rows": rows, "order": order(rows)} for rows in lists]


def long_sorts() -> list[dict[str, object]]:
    """The order as a hash over its elements, four little-endian bytes each."""
    recorded = []
    for size in LONG:
        places = order([i * i % MODULUS for i in range(size)])
        recorded.append({"size": size, "modulus": MODULUS, "hash": bits.fnv1a(struct.pack(f"<{size}I", *places))})
    return recorded


def sparse(generator: random.Random, shape: tuple[int, ...], size: int) -> torch.Tensor:
    rows = [generator.randrange(shape[0]) for _ in range(size)]
    count = size * shape[1] if len(shape) > 1 else size
    values = torch.tensor([generator.uniform(-1, 1) for _ in range(count)], dtype=torch.float32)
    return torch.sparse_coo_tensor([rows], values.reshape(size, *shape[1:]), shape)


def written(tensor: torch.Tensor) -> str | dict[str, object]:
    if not tensor.is_sparse:
        return bits.tensor_bits(tensor)
    return {"rows": tensor._indices()[0].tolist(), "values": bits.tensor_bits(tensor._values())}


def coalesced(generator: random.Random) -> list[dict[str, object]]:
    recorded = []
    for shape, size in (((5,), 12), ((7, 3), 16), ((7, 3), 40), ((4,), 100)):
        tensor = sparse(generator, shape, size)
        recorded.append({"shape": shape, "tensor": written(tensor), "coalesced": written(tensor.coalesce())})
    return recorded


class Given(torch.autograd.Function):
    """Something whose gradient is given."""

    @staticmethod
    def forward(context: object, parameter: torch.Tensor, gradient: torch.Tensor) -> torch.Tensor:
        context.gradient = gradient
        return parameter.sum()

    @staticmethod
    def backward(context: object, _: torch.Tensor) -> tuple[torch.Tensor, None]:
        return context.gradient, None


def accumulated(generator: random.Random) -> list[dict[str, object]]:
    """What .grad is after each backward; d is a dense gradient, s a sparse one, z zero_grad(set_to_none=False)."""
    recorded = []
    for layouts in ("sss", "ssss", "ds", "dss", "sd", "ssds", "szs", "sszss"):
        for shape in ((6,), (5, 3)):
            parameter = torch.nn.Parameter(torch.zeros(shape))
            optimizer = torch.optim.SGD([parameter])
            steps = []
            for layout in layouts:
                gradient = sparse(generator, shape, generator.randrange(1, 7))
                gradient = gradient.to_dense() + 0.5 if layout == "d" else gradient
                if layout == "z":
                    optimizer.zero_grad(set_to_none=False)
                else:
                    Given.apply(parameter, gradient).backward()
                added = None if layout == "z" else written(gradient)
                steps.append({"added": added, "grad": written(parameter.grad)})
            recorded.append({"layouts": layouts, "shape": shape, "backwards": steps})
    return recorded


def momentum(options: dict[str, object]) -> dict[str, object]:
    parameters = {name: torch.nn.Parameter(start) for name, start in SPARSE_GRADIENTS.starts().items()}
    optimizer = torch.optim.SGD(parameters.values(), foreach=False, **options)
    hashes = []
    for gradients in SPARSE_GRADIENTS.gradients()[:MOMENTUM_STEPS]:
        for name, parameter in parameters.items():
            parameter.grad = None if gradients[name] is None else gradients[name].clone()
        optimizer.step()
        data = b""
        for parameter in parameters.values():
            data += bits.tensor_bytes(parameter)
            if "momentum_buffer" in optimizer.state[parameter]:
                data += bits.tensor_bytes(optimizer.state[parameter]["momentum_buffer"].to_dense())
        hashes.append(bits.fnv1a(data))
    return {"options": options, "hashes": hashes}


def files() -> dict[str, dict[str, object]]:
    generator = random.Random(SEED)
    content = {
        "header": header(SEED),
        "inputs": SPARSE_GRADIENTS.path,
        "sorts": sorts(generator),
        "long_sorts": long_sorts(),
        "coalesced": coalesced(generator),
        "accumulated": accumulated(generator),
        "momentum": [momentum(options) for options in MOMENTUM],
    }
    return {"optim/sparse_operations.json": content}
