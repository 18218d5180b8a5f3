// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "steplab/base/error.hpp"
#include "steplab/optim/checkpoint.hpp"

namespace steplab {

/// A checkpoint as two files. The tensors are `parameters.<name>` and `state.<id>.<key>`, or
/// `state.<id>.<key>.<index>` where PyTorch keeps a list. The JSON has PyTorch's state_dict format,
/// `{"state": {"<id>": {…}}, "param_groups": […]}`, without the tensors; tuples are arrays, None is
/// null (NaN stands for it within a tuple of ours), what is not finite is written as Python's json
/// does.
struct CheckpointFiles {
  std::string safetensors;
  std::string json;
};

CheckpointFiles write_checkpoint(const Checkpoint& checkpoint);

/// Puts a checkpoint together from the tensors of one file (read_safetensors) and the other file's
/// JSON. Paths in errors are JSON Pointers into the latter; where a tensor is wrong, the message
/// names it.
Result<Checkpoint> read_checkpoint(std::vector<NamedTensor> tensors, std::string_view json);

}  // namespace steplab
