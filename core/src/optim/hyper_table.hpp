// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "steplab/base/error.hpp"
#include "steplab/base/hyper_value.hpp"
#include "steplab/base/text.hpp"
#include "steplab/optim/registry.hpp"

namespace steplab {

/// A hyper-parameter that is a name or None ("strong_wolfe"). It owns its few letters, so that
/// options stay trivially copyable.
class HyperName {
 public:
  constexpr HyperName() = default;  ///< None
  explicit HyperName(std::string_view name);

  /// Whether `name` is short enough to be held.
  static bool fits(std::string_view name) { return name.size() <= kCapacity; }
  bool is_none() const { return size_ == 0; }
  std::string_view text() const { return {letters_.data(), size_}; }

 private:
  static constexpr std::size_t kCapacity = 30;
  std::array<char, kCapacity> letters_{};
  std::uint8_t size_ = 0;
};

/// A scheduler's hyper-parameter that is one number for all groups or a list of one for each
/// (max_lr).
class GroupNumbers {
 public:
  GroupNumbers() = default;
  GroupNumbers(double number) : numbers_{number} {}
  explicit GroupNumbers(std::vector<double> list) : numbers_(std::move(list)), is_list_(true) {}

  bool is_list() const { return is_list_; }
  const std::vector<double>& list() const { return numbers_; }
  double of(std::size_t group) const { return is_list_ ? numbers_[group] : numbers_.front(); }

 private:
  std::vector<double> numbers_ = {0.0};
  bool is_list_ = false;
};

/// What an option's member is. The last three are schedulers': their options are no plain memory.
enum class HyperType : std::uint8_t {
  kNumber,
  kFlag,
  kPair,
  kTriple,
  kOptionalPair,
  kOptionalNumber,
  kName,
  kList,
  kGroupNumbers,
  kText,
};

template <class Member>
inline constexpr HyperType kHyperType = HyperType::kNumber;
template <>
inline constexpr HyperType kHyperType<bool> = HyperType::kFlag;
template <>
inline constexpr HyperType kHyperType<std::array<double, 2>> = HyperType::kPair;
template <>
inline constexpr HyperType kHyperType<std::array<double, 3>> = HyperType::kTriple;
template <>
inline constexpr HyperType kHyperType<std::array<std::optional<double>, 2>> =
    HyperType::kOptionalPair;
template <>
inline constexpr HyperType kHyperType<std::optional<double>> = HyperType::kOptionalNumber;
template <>
inline constexpr HyperType kHyperType<HyperName> = HyperType::kName;
template <>
inline constexpr HyperType kHyperType<std::vector<double>> = HyperType::kList;
template <>
inline constexpr HyperType kHyperType<GroupNumbers> = HyperType::kGroupNumbers;
template <>
inline constexpr HyperType kHyperType<std::string> = HyperType::kText;

/// A hyper-parameter's row: PyTorch's keyword, the member of `Options` that holds it (see
/// STEPLAB_HYPER), and what a control needs to know. The default is the member's own, so that it is
/// written once.
struct HyperField {
  std::string_view name;
  HyperType type;
  std::size_t offset;
  std::string_view symbol;  ///< LaTeX, as in the formula; empty when it does not stand there
  double min;
  double max;
  HyperScale scale;
  std::string_view doc;
  std::string_view choices = {};  ///< of a name, separated by spaces
  /// A counter that PyTorch's class keeps in the group: in state_dict, but no control and no key of
  /// a document.
  bool internal = false;
  bool required = false;  ///< has no default: a scheduler's positional argument

  HyperValue read(const void* options) const;
  /// False, and nothing written, where the value is of another kind.
  bool write(void* options, const HyperValue& value) const;
  /// What write() accepts, for messages ("a number").
  std::string_view accepted_kind() const;
};

/// The first three members of a HyperField, for a member of the struct `Options` in scope.
#define STEPLAB_HYPER(member) \
#member, kHyperType < decltype(Options::member)>, offsetof(Options, member)

/// "/lr": a hyper-parameter's path relative to the object that gives it (RFC 6901).
std::string hyper_path(std::string_view name);
/// What a torch.optim constructor raises as ValueError about one of its arguments.
Error invalid_hyper(std::string_view name, std::string message);

/// The rows of an optimizer's or a scheduler's options, read and written by name.
class HyperTable {
 public:
  /// `owner` is the class in messages ("Adam"); both must outlive the table.
  HyperTable(std::string_view owner, std::span<const HyperField> fields)
      : owner_(owner), fields_(fields) {}

  std::span<const HyperField> fields() const { return fields_; }
  const HyperField* find(std::string_view name) const;

  /// The rows for the registry; `defaults` is a default-made Options.
  std::vector<HyperParameterInfo> infos(const void* defaults) const;

  Result<HyperValue> get(const void* options, std::string_view name) const;
  Status set(void* options, std::string_view name, const HyperValue& value) const;
  /// Writes `values` over `options`; the first that cannot be written is the error.
  Status set_all(void* options, const HyperValues& values) const;
  /// Python's TypeError where a required one is not among `values`.
  Status check_required(const HyperValues& values) const;

 private:
  Error unknown(std::string_view name) const;

  std::string_view owner_;
  std::span<const HyperField> fields_;
};

}  // namespace steplab
