#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes core/data/digits.bin, the handwritten digits that the page trains on.

Run it only to make the file anew or to check where it comes from; the file is checked in. Needs
scikit-learn (pip install scikit-learn in a venv), which ships the images. The format is described in
core/data/README.md and read by core/src/problem/digits.cpp: keep the three together.
"""

import argparse
import pathlib

from sklearn.datasets import load_digits

SIDE = 8
INK_LEVELS = 5  # 0, light, middle, dark, 16
CLASSES = 10
NODES = 32


class Bit:
    """The probability of a one, of 65,536, learnt as it is used."""

    def __init__(self) -> None:
        self.probability = 32768
        self.count = 0

    def learn(self, bit: int) -> None:
        divisor = 2 * self.count + 3
        if bit:
            self.probability += 2 * (65536 - self.probability) // divisor
        else:
            self.probability -= 2 * self.probability // divisor
        self.probability = min(max(self.probability, 48), 65488)
        self.count = min(self.count + 1, 30)


class Encoder:
    """A binary arithmetic coder: [low, high] narrows with every bit and sheds its settled bytes."""

    def __init__(self) -> None:
        self.low = 0
        self.high = 0xFFFFFFFF
        self.bytes = bytearray()

    def encode(self, bit: int, models: list[Bit]) -> None:
        probability = sum(model.probability for model in models) // len(models)
        middle = self.low + (((self.high - self.low) * probability) >> 16)
        if bit:
            self.high = middle
        else:
            self.low = middle + 1
        while (self.low ^ self.high) >> 24 == 0:
            self.bytes.append(self.high >> 24)
            self.low = (self.low << 8) & 0xFFFFFFFF
            self.high = ((self.high << 8) & 0xFFFFFFFF) | 0xFF
        for model in models:
            model.learn(bit)

    def finish(self) -> bytes:
        return bytes(self.bytes) + self.low.to_bytes(4, "big")


def encode_bits(encoder: Encoder, value: int, tables: list[list[Bit]], first_node: int) -> None:
    """Four bits of a value, most significant first; the bits before choose the model."""
    prefix = 1
    for shift in (3, 2, 1, 0):
        bit = (value >> shift) & 1
        encoder.encode(bit, [table[first_node + prefix] for table in tables])
        prefix = 2 * prefix + bit


def ink_level(pixel: int) -> int:
    return 0 if pixel == 0 else 4 if pixel == 16 else 1 + pixel // 6


def encode(images, labels) -> bytes:
    encoder = Encoder()
    of_label = [Bit() for _ in range(NODES)]
    of_neighbours = [[Bit() for _ in range(NODES)] for _ in range(SIDE * SIDE * INK_LEVELS**2)]
    of_class = [[Bit() for _ in range(NODES)] for _ in range(SIDE * SIDE * CLASSES)]
    for image, label in zip(images, labels):
        encode_bits(encoder, int(label), [of_label], 0)
        pixels = [int(pixel) for pixel in image.ravel()]
        for place, pixel in enumerate(pixels):
            left = ink_level(pixels[place - 1]) if place % SIDE else 0
            above = ink_level(pixels[place - SIDE]) if place >= SIDE else 0
            tables = [
                of_neighbours[(place * INK_LEVELS + left) * INK_LEVELS + above],
                of_class[place * CLASSES + int(label)],
            ]
            # is it blank? is it full? else the value
            encoder.encode(int(pixel == 0), [table[0] for table in tables])
            if pixel == 0:
                continue
            encoder.encode(int(pixel == 16), [table[16] for table in tables])
            if pixel != 16:
                encode_bits(encoder, pixel, tables, 0)
    return encoder.finish()


def main() -> None:
    root = pathlib.Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=pathlib.Path, default=root / "core/data/digits.bin")
    arguments = parser.parse_args()
    digits = load_digits()
    data = encode(digits.images, digits.target)
    arguments.output.write_bytes(data)
    print(f"{arguments.output}: {len(digits.target)} digits, {len(data)} bytes")


if __name__ == "__main__":
    main()
