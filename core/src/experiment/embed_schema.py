#!/usr/bin/env python3
"""Writes the C++ source that carries the experiment schema, without its white space.

Run by CMake whenever the schema changes. For WebAssembly, which validates with it and explains nothing, without the texts
for people. usage: embed_schema.py [--without-texts] SCHEMA.json OUT.cpp
"""

import argparse
import json
import pathlib

TEMPLATE = """\
// Written by embed_schema.py from experiment.schema.json.
#include "steplab/experiment/experiment.hpp"

namespace steplab {

std::string_view experiment_schema() {
  static constexpr std::string_view kSchema =
%s;
  return kSchema;
}

}  // namespace steplab
"""
# g++ warns of string literals longer than ISO C++ asks compilers to support
PIECE = 1024


def without_texts(node: object, has_names: bool = False) -> object:
    """`has_names`: the keys are names of the document's and none of JSON Schema's."""
    if isinstance(node, list):
        return [without_texts(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: without_texts(value, key in ("properties", "definitions") and not has_names)
        for key, value in node.items()
        if has_names or key not in ("title", "description")
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without-texts", action="store_true")
    parser.add_argument("schema", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    arguments = parser.parse_args()
    schema = json.loads(arguments.schema.read_text(encoding="utf-8"))
    text = json.dumps(without_texts(schema) if arguments.without_texts else schema, separators=(",", ":"))
    pieces = [text[i : i + PIECE] for i in range(0, len(text), PIECE)]
    literal = "\n".join(f'      R"json({piece})json"' for piece in pieces)
    arguments.out.write_text(TEMPLATE % literal, encoding="utf-8")


if __name__ == "__main__":
    main()
