// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "steplab/base/error.hpp"
#include "steplab/optim/checkpoint.hpp"

namespace steplab {

/// The safetensors format: eight bytes of length (little-endian), a JSON header of that length that
/// says dtype, shape and place of every tensor, and their elements. Names must differ.
/// Source: https://github.com/huggingface/safetensors, README.
std::string write_safetensors(std::span<const NamedTensor> tensors);

/// Reads such a file. Only F32 is read; `__metadata__` is passed over. Refused (kInvalidArgument),
/// with the tensor's name: another dtype, a shape that is not the size of its bytes, bytes that
/// overlap, lie outside the file or belong to no tensor; and a header that is no such header or is
/// larger than 100 MB.
Result<std::vector<NamedTensor>> read_safetensors(std::string_view bytes);

}  // namespace steplab
