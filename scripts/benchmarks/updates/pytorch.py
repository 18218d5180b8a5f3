# SPDX-License-Identifier: MIT
"""PyTorch on one thread, applying given gradients; for the update table of scripts/bench.

Proves first that it does the arithmetic of ours, then prints {rule: updates a second}.
"""

import argparse
import json
import time

import numpy
import torch

TOLERANCE = 1e-6
LR = 1e-3


def fill(size: int, seed: int) -> torch.Tensor:
    """Numbers in [-0.5, 0.5) that every contestant makes for itself to the last bit."""
    hashes = (numpy.arange(seed, size + seed, dtype=numpy.uint64) * 0x9E3779B1) & 0xFFFFFFFF
    return torch.from_numpy(((hashes >> 8) / 2**24 - 0.5).astype(numpy.float32))


def make(rule: str, size: int, fused: bool) -> tuple[torch.Tensor, torch.optim.Optimizer]:
    values = torch.nn.Parameter(fill(size, 1))
    values.grad = fill(size, 2)
    options = {"lr": LR, "fused": fused}
    if rule == "SGD":
        options["momentum"] = 0.9
    return values, getattr(torch.optim, rule)([values], **options)


def prove(rule: str, fused: bool, proof: dict) -> None:
    values, optimizer = make(rule, proof["size"], fused)
    for _ in range(proof["steps"]):
        optimizer.step()
    ours = torch.tensor(proof["expected"][rule])
    off = (values.detach() - ours).abs().max().item()
    if not off <= TOLERANCE:
        raise SystemExit(f"{rule}: {off} away from StepLab's values")


def rate(optimizer: torch.optim.Optimizer, limit: float) -> float:
    started = time.perf_counter()
    steps = 0
    while True:
        optimizer.step()
        steps += 1
        seconds = time.perf_counter() - started
        if seconds >= limit:
            return steps / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("description", help="what StepLab computes, as JSON")
    parser.add_argument("size", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("--fused", action="store_true", help="one pass instead of a chain of operations")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    with open(arguments.description, encoding="utf-8") as file:
        proof = json.load(file)
    rates = {}
    for rule in ("SGD", "Adam", "AdamW"):
        prove(rule, arguments.fused, proof)
        _, optimizer = make(rule, arguments.size, arguments.fused)
        rate(optimizer, arguments.seconds / 4)
        rates[rule] = rate(optimizer, arguments.seconds)
    print(json.dumps(rates))


if __name__ == "__main__":
    main()
