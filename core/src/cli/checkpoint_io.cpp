// SPDX-License-Identifier: MIT
#include "cli/checkpoint_io.hpp"

#include <utility>

#include "cli/text_stream.hpp"
#include "steplab/export/checkpoint_files.hpp"
#include "steplab/export/safetensors.hpp"

namespace steplab {
namespace {

std::string tensors_file(const std::string& base) { return base + ".safetensors"; }
std::string json_file(const std::string& base) { return base + ".json"; }

// The value, or nullopt after saying what is wrong with the file.
template <class T>
std::optional<T> taken(const std::string& file, Result<T> result) {
  if (result) return std::move(result).value();
  refuse(file, result.error());
  return std::nullopt;
}

}  // namespace

std::optional<Checkpoint> load_checkpoint(const std::string& base) {
  const auto bytes = taken(tensors_file(base), read_text(tensors_file(base)));
  if (!bytes) return std::nullopt;
  auto tensors = taken(tensors_file(base), read_safetensors(*bytes));
  if (!tensors) return std::nullopt;
  const auto json = taken(json_file(base), read_text(json_file(base)));
  if (!json) return std::nullopt;
  return taken(json_file(base), read_checkpoint(std::move(*tensors), *json));
}

Outcome save_checkpoint(const std::string& base, const Checkpoint& checkpoint) {
  const CheckpointFiles files = write_checkpoint(checkpoint);
  Status written = write_text(tensors_file(base), files.safetensors);
  if (!written) return refuse(tensors_file(base), written.error());
  written = write_text(json_file(base), files.json + "\n");
  return written ? Outcome::kSuccess : refuse(json_file(base), written.error());
}

}  // namespace steplab
