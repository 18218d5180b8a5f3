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


def main() -> None:
    root = pathlib.Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=pathlib.Path, default=root / "core/data/digits.bin")
    arguments = parser.parse_args()
    digits = load_digits()
    data = b"".join(
        bytes(int(pixel) for pixel in image.ravel()) + bytes([int(label)])
        for image, label in zip(digits.images, digits.target)
    )
    arguments.output.write_bytes(data)
    print(f"{arguments.output}: {len(digits.target)} digits, {len(data)} bytes")


if __name__ == "__main__":
    main()
