"""Floats as bits: big-endian hexadecimal, elements one after the other."""

import struct

from pinned_torch import torch

FNV_OFFSET = 0xCBF29CE484222325
FNV_PRIME = 0x100000001B3


def tensor_bits(tensor: torch.Tensor) -> str:
    """Eight digits an element, row-major."""
    values = tensor.detach().reshape(-1).tolist()
    return struct.pack(f">{len(values)}f", *values).hex()


def tensor_from(text: str, shape: tuple[int, ...]) -> torch.Tensor:
    """What `tensor_bits` wrote."""
    values = struct.unpack(f">{len(text) // 8}f", bytes.fromhex(text))
    return torch.tensor(values, dtype=torch.float32).reshape(shape)


def double_bits(value: float) -> str:
    """Sixteen digits."""
    return struct.pack(">d", value).hex()


def tensor_bytes(tensor: torch.Tensor) -> bytes:
    """Little-endian float32, row-major: what is hashed."""
    values = tensor.detach().reshape(-1).tolist()
    return struct.pack(f"<{len(values)}f", *values)


def fnv1a(data: bytes) -> str:
    """The 64-bit FNV-1a hash, sixteen digits."""
    value = FNV_OFFSET
    for byte in data:
        value = ((value ^ byte) * FNV_PRIME) & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"
