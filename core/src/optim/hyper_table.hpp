// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "steplab/base/error.hpp"
#include "steplab/base/hyper_value.hpp"
#include "steplab/optim/registry.hpp"

namespace steplab {

/// A hyper-parameter's row: PyTorch's keyword, the member of `Options` that holds it, and what a
/// control needs to know. The default is the member's own, so that it is written once.
template <class Options>
struct HyperField {
  using Member = std::variant<double Options::*, bool Options::*, std::array<double, 2> Options::*,
                              std::optional<double> Options::*>;

  std::string_view name;
  Member member;
  double min;
  double max;
  HyperScale scale;
  std::string_view doc;
};

/// A member's value as JSON and Python write it.
HyperValue to_hyper_value(double number);
HyperValue to_hyper_value(bool flag);
HyperValue to_hyper_value(const std::array<double, 2>& pair);
HyperValue to_hyper_value(const std::optional<double>& number);

/// Writes `value` into a member of the matching type; false, and nothing written, otherwise.
bool assign(double& member, const HyperValue& value);
bool assign(bool& member, const HyperValue& value);
bool assign(std::array<double, 2>& member, const HyperValue& value);
bool assign(std::optional<double>& member, const HyperValue& value);

/// What `assign` accepts, for messages ("a number").
std::string_view accepted_kind(const double& member);
std::string_view accepted_kind(const bool& member);
std::string_view accepted_kind(const std::array<double, 2>& member);
std::string_view accepted_kind(const std::optional<double>& member);

/// "/lr": a hyper-parameter's path relative to the object that gives it (RFC 6901).
std::string hyper_path(std::string_view name);
/// What a torch.optim constructor raises as ValueError about one of its arguments.
Error invalid_hyper(std::string_view name, std::string message);
Error wrong_type(std::string_view name, std::string_view accepted, const HyperValue& value);
Error unknown_hyper(std::string_view owner, std::string_view name,
                    std::span<const std::string_view> known);

/// The rows of an optimizer's or a scheduler's options, read and written by name.
template <class Options>
class HyperTable {
 public:
  /// `owner` is the class in messages ("Adam"); both must outlive the table.
  HyperTable(std::string_view owner, std::span<const HyperField<Options>> fields)
      : owner_(owner), fields_(fields) {}

  std::vector<HyperParameterInfo> infos() const {
    std::vector<HyperParameterInfo> infos;
    for (const HyperField<Options>& field : fields_) {
      infos.push_back(
          {field.name, read(Options{}, field), field.min, field.max, field.scale, field.doc});
    }
    return infos;
  }

  Result<HyperValue> get(const Options& options, std::string_view name) const {
    const HyperField<Options>* field = find(name);
    if (field == nullptr) return unknown(name);
    return read(options, *field);
  }

  Status set(Options& options, std::string_view name, const HyperValue& value) const {
    const HyperField<Options>* field = find(name);
    if (field == nullptr) return unknown(name);
    return std::visit(
        [&](auto member) -> Status {
          if (assign(options.*member, value)) return {};
          return wrong_type(name, accepted_kind(options.*member), value);
        },
        field->member);
  }

  /// `options` with `values` written over it; the first value that cannot be is the error.
  Result<Options> with(Options options, const HyperValues& values) const {
    for (const auto& [name, value] : values) {
      if (Status status = set(options, name, value); !status) return status.error();
    }
    return options;
  }

 private:
  static HyperValue read(const Options& options, const HyperField<Options>& field) {
    return std::visit([&](auto member) { return to_hyper_value(options.*member); }, field.member);
  }

  const HyperField<Options>* find(std::string_view name) const {
    for (const HyperField<Options>& field : fields_) {
      if (field.name == name) return &field;
    }
    return nullptr;
  }

  Error unknown(std::string_view name) const {
    std::vector<std::string_view> known;
    for (const HyperField<Options>& field : fields_) known.push_back(field.name);
    return unknown_hyper(owner_, name, known);
  }

  std::string_view owner_;
  std::span<const HyperField<Options>> fields_;
};

}  // namespace steplab
