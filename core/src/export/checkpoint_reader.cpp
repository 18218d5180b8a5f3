// SPDX-License-Identifier: MIT
#include <rapidjson/document.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "steplab/export/checkpoint_files.hpp"

namespace steplab {
namespace {

using rapidjson::Value;

constexpr std::string_view kParameters = "parameters.";
constexpr std::string_view kState = "state.";
// None within a tuple of numbers, as in Adafactor's eps.
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

Error invalid(std::string path, std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(path), std::move(message)};
}

// What Python raises where load_state_dict looks for a key.
Error key_error(std::string path, const std::string& key) {
  return invalid(std::move(path), "KeyError: '" + key + "'");
}

std::string text_of(const Value& text) { return {text.GetString(), text.GetStringLength()}; }

bool starts_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

// A number in decimal, without sign or leading zeros.
std::optional<std::size_t> index_from(std::string_view text) {
  const bool is_index = !text.empty() && text.size() <= 9 && (text.size() == 1 || text[0] != '0') &&
                        text.find_first_not_of("0123456789") == text.npos;
  if (!is_index) return std::nullopt;
  std::size_t index = 0;
  for (const char digit : text) index = 10 * index + static_cast<std::size_t>(digit - '0');
  return index;
}

/// Collects a checkpoint from both files.
class CheckpointReader {
 public:
  Result<Checkpoint> read(std::vector<NamedTensor> tensors, const Value& json) {
    if (Status status = read_groups(json); !status) return status.error();
    if (Status status = read_numbers(json); !status) return status.error();
    for (NamedTensor& tensor : tensors) {
      if (Status status = take(std::move(tensor)); !status) return status.error();
    }
    if (Status status = take_lists(); !status) return status.error();
    for (auto& [id, entries] : state_) {
      checkpoint_.optimizer.state.push_back({id, std::move(entries)});
    }
    return std::move(checkpoint_);
  }

 private:
  Status read_groups(const Value& json) {
    const auto groups = json.FindMember("param_groups");
    if (groups == json.MemberEnd()) return key_error("/param_groups", "param_groups");
    if (!groups->value.IsArray()) {
      return invalid("/param_groups", "param_groups must be an array");
    }
    for (const Value& group : groups->value.GetArray()) {
      const std::string path =
          "/param_groups/" + std::to_string(checkpoint_.optimizer.param_groups.size());
      if (!group.IsObject()) return invalid(path, "a group must be an object");
      Result<StateDict::Group> read = read_group(group, path);
      if (!read) return read.error();
      checkpoint_.optimizer.param_groups.push_back(std::move(*read));
    }
    return {};
  }

  Result<StateDict::Group> read_group(const Value& group, const std::string& path) {
    StateDict::Group read;
    if (!group.HasMember("params")) return key_error(path + "/params", "params");
    bool has_params = false;
    for (const auto& member : group.GetObject()) {
      std::string name = text_of(member.name);
      if (name == "params") {
        has_params = member.value.IsArray();
        for (std::size_t i = 0; has_params && i < member.value.Size(); ++i) {
          const Value& id = member.value[static_cast<rapidjson::SizeType>(i)];
          if (!id.IsUint()) {
            return invalid(path + "/params/" + std::to_string(i),
                           "an id must be an integer from 0");
          }
          read.params.push_back(id.GetUint());
          ids_.insert(id.GetUint());
        }
        continue;
      }
      const auto value = option_from(member.value);
      if (!value) {
        return invalid(path + "/" + name,
                       name + " must be null, a flag, a number, a text or an array of numbers");
      }
      read.options.emplace_back(std::move(name), *value);
    }
    if (!has_params) return invalid(path + "/params", "a group must have an array params");
    return read;
  }

  static std::optional<HyperValue> option_from(const Value& value) {
    if (value.IsNull()) return HyperValue();
    if (value.IsBool()) return value.GetBool();
    if (value.IsNumber()) return value.GetDouble();
    if (value.IsString()) return text_of(value);
    if (!value.IsArray()) return std::nullopt;
    std::vector<double> tuple;
    for (const Value& element : value.GetArray()) {
      if (!element.IsNumber() && !element.IsNull()) return std::nullopt;
      tuple.push_back(element.IsNull() ? kNone : element.GetDouble());
    }
    return tuple;
  }

  // What JSON holds of the state: numbers and empty lists. null is PyTorch's None, which is as good
  // as no entry.
  Status read_numbers(const Value& json) {
    const auto state = json.FindMember("state");
    if (state == json.MemberEnd()) return key_error("/state", "state");
    if (!state->value.IsObject()) {
      return invalid("/state", "state must be an object");
    }
    for (const auto& parameter : state->value.GetObject()) {
      const std::string path = "/state/" + text_of(parameter.name);
      const auto id = index_from(text_of(parameter.name));
      if (!id || ids_.count(*id) == 0) return invalid(path, "no group has a parameter of that id");
      if (!parameter.value.IsObject()) return invalid(path, "a state must be an object");
      std::vector<StateDict::Entry>& entries = state_[*id];
      for (const auto& member : parameter.value.GetObject()) {
        const Value& value = member.value;
        const std::string name = text_of(member.name);
        if (value.IsNull()) continue;
        if (value.IsInt64()) {
          entries.push_back({name, value.GetInt64()});
        } else if (value.IsNumber()) {
          entries.push_back({name, value.GetDouble()});
        } else if (value.IsArray() && value.Empty()) {
          entries.push_back({name, std::vector<Tensor>()});
        } else {
          return invalid(path + "/" + name, name + " must be a number, null or an empty array");
        }
      }
    }
    return {};
  }

  Status take(NamedTensor tensor) {
    if (starts_with(tensor.name, kParameters)) {
      tensor.name.erase(0, kParameters.size());
      checkpoint_.parameters.push_back(std::move(tensor));
      return {};
    }
    const std::string_view name = tensor.name;
    if (!starts_with(name, kState)) {
      return invalid(
          "", "tensor \"" + tensor.name + "\" is neither parameters.<name> nor state.<id>.<key>");
    }
    const std::string_view rest = name.substr(kState.size());
    const std::size_t dot = std::min(rest.find('.'), rest.size());
    const auto id = index_from(rest.substr(0, dot));
    if (!id || ids_.count(*id) == 0 || dot + 1 >= rest.size()) {
      return invalid("", "tensor \"" + tensor.name + "\" is of no parameter in param_groups");
    }
    const std::string_view key = rest.substr(dot + 1);
    const std::size_t last = key.rfind('.');
    const auto index = last == key.npos ? std::nullopt : index_from(key.substr(last + 1));
    if (index) {
      lists_[{*id, std::string(key.substr(0, last))}][*index] = std::move(tensor.value);
      return {};
    }
    return add(*id, std::string(key), std::move(tensor.value));
  }

  // A list's elements come in any order.
  Status take_lists() {
    for (auto& [place, elements] : lists_) {
      const auto& [id, key] = place;
      if (elements.rbegin()->first + 1 != elements.size()) {
        return invalid("", "tensors \"state." + std::to_string(id) + "." + key +
                               ".<index>\" do not count from 0 on");
      }
      std::vector<Tensor> list;
      for (auto& [index, element] : elements) list.push_back(std::move(element));
      if (Status added = add(id, key, std::move(list)); !added) return added;
    }
    return {};
  }

  Status add(std::size_t id, std::string key, StateValue value) {
    std::vector<StateDict::Entry>& entries = state_[id];
    const bool is_taken = std::any_of(entries.begin(), entries.end(),
                                      [&](const auto& entry) { return entry.name == key; });
    if (is_taken) {
      return invalid("/state/" + std::to_string(id) + "/" + key,
                     key + " is there twice: as a tensor and otherwise");
    }
    entries.push_back({std::move(key), std::move(value)});
    return {};
  }

  Checkpoint checkpoint_;
  std::set<std::size_t> ids_;  // of the parameters in param_groups
  std::map<std::size_t, std::vector<StateDict::Entry>> state_;
  std::map<std::pair<std::size_t, std::string>, std::map<std::size_t, Tensor>> lists_;
};

}  // namespace

Result<Checkpoint> read_checkpoint(std::vector<NamedTensor> tensors, std::string_view json) {
  rapidjson::Document document;
  constexpr unsigned kFlags = rapidjson::kParseFullPrecisionFlag | rapidjson::kParseNanAndInfFlag |
                              rapidjson::kParseIterativeFlag |
                              rapidjson::kParseValidateEncodingFlag;
  document.Parse<kFlags>(json.data(), json.size());
  if (document.HasParseError()) {
    return Error{ErrorCode::kInvalidJson, "",
                 "not JSON from byte " + std::to_string(document.GetErrorOffset()) + " on",
                 static_cast<int>(document.GetErrorOffset())};
  }
  if (!document.IsObject()) return invalid("", "a state_dict must be an object");
  return CheckpointReader().read(std::move(tensors), document);
}

}  // namespace steplab
