"""A state_dict as two files: <name>.safetensors with every tensor, <name>.json with everything else.

Tensors are named state.<id>.<key>, or state.<id>.<key>.<index> where the value is a list (LBFGS's history). The JSON holds
`param_groups` as PyTorch gives them, tuples as lists, and `state`: by id the values that are numbers, and an empty list
where a list has no elements.
"""

import json
import pathlib
import struct

from pinned_torch import torch

StateDict = dict[str, object]


def encode_tensors(tensors: dict[str, torch.Tensor]) -> bytes:
    """The safetensors format: the header's length, the header, the elements; the header is padded to eight bytes."""
    entries: dict[str, object] = {}
    data = b""
    for name, tensor in tensors.items():
        if tensor.dtype != torch.float32:
            raise TypeError(f"{name} is {tensor.dtype}; only float32 is written here")
        values = tensor.detach().reshape(-1).tolist()
        elements = struct.pack(f"<{len(values)}f", *values)
        offsets = [len(data), len(data) + len(elements)]
        entries[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": offsets}
        data += elements
    text = json.dumps(entries, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def decode_tensors(data: bytes) -> dict[str, torch.Tensor]:
    (length,) = struct.unpack_from("<Q", data)
    entries = json.loads(data[8 : 8 + length])
    entries.pop("__metadata__", None)
    tensors = {}
    for name, entry in entries.items():
        if entry["dtype"] != "F32":
            raise TypeError(f"{name} is {entry['dtype']}; only F32 is read here")
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        values = struct.unpack(f"<{(end - begin) // 4}f", data[begin:end])
        tensors[name] = torch.tensor(values, dtype=torch.float32).reshape(entry["shape"])
    return tensors


def split(state_dict: StateDict) -> tuple[dict[str, torch.Tensor], dict[str, object]]:
    """The tensors by their names in the file, and the rest."""
    tensors: dict[str, torch.Tensor] = {}
    rest: dict[str, dict[str, object]] = {}
    for index, entries in state_dict["state"].items():
        rest[str(index)] = {}
        for key, value in entries.items():
            name = f"state.{index}.{key}"
            if isinstance(value, torch.Tensor):
                tensors[name] = value
            elif isinstance(value, list) and value and None not in value:
                tensors |= {f"{name}.{i}": element for i, element in enumerate(value)}
            elif key != "al":  # LBFGS's scratch list, which it makes anew when it is missing
                rest[str(index)][key] = value
    return tensors, {"state": rest, "param_groups": state_dict["param_groups"]}


def join(tensors: dict[str, torch.Tensor], rest: dict[str, object]) -> StateDict:
    state: dict[int, dict[str, object]] = {int(index): dict(entries) for index, entries in rest["state"].items()}
    for name, tensor in tensors.items():
        if not name.startswith("state."):
            continue  # a parameter, which StepLab writes too
        index, key, *position = name.removeprefix("state.").split(".")
        entries = state.setdefault(int(index), {})
        if position:
            entries.setdefault(key, []).append(tensor)
        else:
            entries[key] = tensor
    return {"state": state, "param_groups": rest["param_groups"]}


def read(path: pathlib.Path) -> StateDict:
    """Of the pair that `path`, either of the two, belongs to."""
    tensors = decode_tensors(path.with_suffix(".safetensors").read_bytes())
    return join(tensors, json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))
