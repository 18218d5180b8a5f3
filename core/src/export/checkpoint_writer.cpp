// SPDX-License-Identifier: MIT
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cmath>

#include "steplab/base/number_text.hpp"
#include "steplab/export/checkpoint_files.hpp"
#include "steplab/export/safetensors.hpp"

namespace steplab {
namespace {

class StateWriter {
 public:
  std::string text() const { return {buffer_.GetString(), buffer_.GetSize()}; }

  void write(const StateDict& dict) {
    writer_.StartObject();
    writer_.Key("state");
    writer_.StartObject();
    for (const StateDict::ParameterState& state : dict.state) write(state);
    writer_.EndObject();
    writer_.Key("param_groups");
    writer_.StartArray();
    for (const StateDict::Group& group : dict.param_groups) write(group);
    writer_.EndArray();
    writer_.EndObject();
  }

 private:
  // Tensors are in the other file; a list without any would leave no trace there.
  void write(const StateDict::ParameterState& state) {
    writer_.Key(std::to_string(state.id).c_str());
    writer_.StartObject();
    for (const StateDict::Entry& entry : state.entries) {
      if (const auto* integer = std::get_if<std::int64_t>(&entry.value)) {
        writer_.Key(entry.name.c_str());
        writer_.Int64(*integer);
      } else if (const auto* number = std::get_if<double>(&entry.value)) {
        writer_.Key(entry.name.c_str());
        write_number(*number, python_number_text(*number));
      } else if (const auto* list = std::get_if<std::vector<Tensor>>(&entry.value)) {
        if (!list->empty()) continue;
        writer_.Key(entry.name.c_str());
        writer_.StartArray();
        writer_.EndArray();
      }
    }
    writer_.EndObject();
  }

  void write(const StateDict::Group& group) {
    writer_.StartObject();
    for (const auto& [name, value] : group.options) {
      writer_.Key(name.c_str());
      write(value);
    }
    writer_.Key("params");
    writer_.StartArray();
    for (const std::size_t id : group.params) writer_.Uint64(id);
    writer_.EndArray();
    writer_.EndObject();
  }

  void write(const HyperValue& value) {
    if (const auto* flag = std::get_if<bool>(&value)) {
      writer_.Bool(*flag);
    } else if (const auto* number = std::get_if<double>(&value)) {
      write_number(*number, number_text(*number));
    } else if (const auto* name = std::get_if<std::string>(&value)) {
      writer_.String(name->c_str());
    } else if (const auto* tuple = std::get_if<std::vector<double>>(&value)) {
      writer_.StartArray();
      for (const double element : *tuple) {
        // None within a tuple, as in Adafactor's eps.
        if (std::isnan(element)) {
          writer_.Null();
        } else {
          write_number(element, number_text(element));
        }
      }
      writer_.EndArray();
    } else {
      writer_.Null();
    }
  }

  // JSON has no such numbers; Python's json module writes and reads them so.
  void write_number(double number, const std::string& text) {
    std::string written = text;
    if (std::isnan(number)) written = "NaN";
    if (std::isinf(number)) written = number > 0 ? "Infinity" : "-Infinity";
    writer_.RawValue(written.data(), written.size(), rapidjson::kNumberType);
  }

  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> writer_{buffer_};
};

std::vector<NamedTensor> tensors_of(const Checkpoint& checkpoint) {
  std::vector<NamedTensor> tensors;
  for (const NamedTensor& parameter : checkpoint.parameters) {
    tensors.push_back({"parameters." + parameter.name, parameter.value});
  }
  for (const StateDict::ParameterState& state : checkpoint.optimizer.state) {
    for (const StateDict::Entry& entry : state.entries) {
      const std::string name = "state." + std::to_string(state.id) + "." + entry.name;
      if (const auto* tensor = std::get_if<Tensor>(&entry.value)) {
        tensors.push_back({name, *tensor});
      } else if (const auto* list = std::get_if<std::vector<Tensor>>(&entry.value)) {
        for (std::size_t i = 0; i < list->size(); ++i) {
          tensors.push_back({name + "." + std::to_string(i), (*list)[i]});
        }
      }
    }
  }
  return tensors;
}

}  // namespace

CheckpointFiles write_checkpoint(const Checkpoint& checkpoint) {
  StateWriter writer;
  writer.write(checkpoint.optimizer);
  return {write_safetensors(tensors_of(checkpoint)), writer.text()};
}

}  // namespace steplab
