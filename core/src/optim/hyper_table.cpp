// SPDX-License-Identifier: MIT
#include "optim/hyper_table.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace steplab {
namespace {

template <class T>
const T& member(const void* options, std::size_t offset) {
  return *reinterpret_cast<const T*>(static_cast<const std::byte*>(options) + offset);
}
template <class T>
T& member(void* options, std::size_t offset) {
  return *reinterpret_cast<T*>(static_cast<std::byte*>(options) + offset);
}

using OptionalPair = std::array<std::optional<double>, 2>;

std::size_t tuple_size(HyperType type) { return type == HyperType::kPair ? 2 : 3; }

// None in a tuple of numbers is NaN.
bool has_none(const std::vector<double>& tuple) {
  return std::any_of(tuple.begin(), tuple.end(), [](double number) { return std::isnan(number); });
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

}  // namespace

HyperName::HyperName(std::string_view name) : size_(static_cast<std::uint8_t>(name.size())) {
  std::copy(name.begin(), name.end(), letters_.begin());
}

HyperValue HyperField::read(const void* options) const {
  switch (type) {
    case HyperType::kNumber:
      return member<double>(options, offset);
    case HyperType::kFlag:
      return member<bool>(options, offset);
    case HyperType::kPair:
    case HyperType::kTriple: {
      const double* numbers = &member<double>(options, offset);
      return std::vector<double>(numbers, numbers + tuple_size(type));
    }
    case HyperType::kOptionalPair: {
      std::vector<double> tuple;
      for (const std::optional<double>& number : member<OptionalPair>(options, offset)) {
        tuple.push_back(number.value_or(std::numeric_limits<double>::quiet_NaN()));
      }
      return tuple;
    }
    case HyperType::kOptionalNumber: {
      const auto& number = member<std::optional<double>>(options, offset);
      return number ? HyperValue(*number) : HyperValue();
    }
    case HyperType::kList:
      return member<std::vector<double>>(options, offset);
    case HyperType::kGroupNumbers: {
      const auto& numbers = member<GroupNumbers>(options, offset);
      return numbers.is_list() ? HyperValue(numbers.list()) : HyperValue(numbers.of(0));
    }
    case HyperType::kText:
      return member<std::string>(options, offset);
    case HyperType::kName:
      break;
  }
  const auto& text = member<HyperName>(options, offset);
  return text.is_none() ? HyperValue() : HyperValue(std::string(text.text()));
}

bool HyperField::write(void* options, const HyperValue& value) const {
  const double* number = std::get_if<double>(&value);
  const bool is_none = std::holds_alternative<std::monostate>(value);
  switch (type) {
    case HyperType::kNumber:
      if (number != nullptr) member<double>(options, offset) = *number;
      return number != nullptr;
    case HyperType::kFlag: {
      const bool* flag = std::get_if<bool>(&value);
      if (flag != nullptr) member<bool>(options, offset) = *flag;
      return flag != nullptr;
    }
    case HyperType::kPair:
    case HyperType::kTriple: {
      const auto* tuple = std::get_if<std::vector<double>>(&value);
      const bool fits = tuple != nullptr && tuple->size() == tuple_size(type) && !has_none(*tuple);
      if (fits) std::copy(tuple->begin(), tuple->end(), &member<double>(options, offset));
      return fits;
    }
    case HyperType::kOptionalPair: {
      const auto* tuple = std::get_if<std::vector<double>>(&value);
      if (tuple == nullptr || tuple->size() != 2) return false;
      for (std::size_t i = 0; i < 2; ++i) {
        const double element = (*tuple)[i];
        member<OptionalPair>(options, offset)[i] =
            std::isnan(element) ? std::nullopt : std::optional<double>(element);
      }
      return true;
    }
    case HyperType::kOptionalNumber:
      if (number == nullptr && !is_none) return false;
      member<std::optional<double>>(options, offset) =
          is_none ? std::nullopt : std::optional<double>(*number);
      return true;
    case HyperType::kList: {
      const auto* list = std::get_if<std::vector<double>>(&value);
      if (list == nullptr || has_none(*list)) return false;
      member<std::vector<double>>(options, offset) = *list;
      return true;
    }
    case HyperType::kGroupNumbers: {
      const auto* list = std::get_if<std::vector<double>>(&value);
      if (list != nullptr && has_none(*list)) return false;
      if (number != nullptr) member<GroupNumbers>(options, offset) = *number;
      if (list != nullptr) member<GroupNumbers>(options, offset) = GroupNumbers(*list);
      return number != nullptr || list != nullptr;
    }
    case HyperType::kText: {
      const auto* words = std::get_if<std::string>(&value);
      if (words != nullptr) member<std::string>(options, offset) = *words;
      return words != nullptr;
    }
    case HyperType::kName:
      break;
  }
  const auto* text = std::get_if<std::string>(&value);
  const bool fits = is_none || (text != nullptr && HyperName::fits(*text));
  if (fits) member<HyperName>(options, offset) = is_none ? HyperName() : HyperName(*text);
  return fits;
}

std::string_view HyperField::accepted_kind() const {
  switch (type) {
    case HyperType::kNumber:
      return "a number";
    case HyperType::kFlag:
      return "True or False";
    case HyperType::kPair:
      return "a tuple of 2 numbers";
    case HyperType::kTriple:
      return "a tuple of 3 numbers";
    case HyperType::kOptionalPair:
      return "a tuple of 2 numbers or None";
    case HyperType::kOptionalNumber:
      return "a number or None";
    case HyperType::kList:
      return "a list of numbers";
    case HyperType::kGroupNumbers:
      return "a number or a list of numbers";
    case HyperType::kText:
      return "a text";
    case HyperType::kName:
      break;
  }
  return "a name or None";
}

std::string hyper_path(std::string_view name) {
  std::string path = "/";
  for (const char character : name) {
    if (character == '~') {
      path += "~0";
    } else if (character == '/') {
      path += "~1";
    } else {
      path += character;
    }
  }
  return path;
}

Error invalid_hyper(std::string_view name, std::string message) {
  return {ErrorCode::kInvalidHyperParameter, hyper_path(name), std::move(message)};
}

const HyperField* HyperTable::find(std::string_view name) const {
  const auto found = std::find_if(fields_.begin(), fields_.end(),
                                  [&](const HyperField& field) { return field.name == name; });
  return found == fields_.end() ? nullptr : &*found;
}

std::vector<HyperParameterInfo> HyperTable::infos(const void* defaults) const {
  std::vector<HyperParameterInfo> infos;
  for (const HyperField& field : fields_) {
    infos.push_back({field.name, field.symbol, field.required ? HyperValue() : field.read(defaults),
                     field.min, field.max, field.scale, words_of(field.choices), field.internal,
                     field.required, field.doc});
  }
  return infos;
}

Result<HyperValue> HyperTable::get(const void* options, std::string_view name) const {
  const HyperField* field = find(name);
  if (field == nullptr) return unknown(name);
  return field->read(options);
}

Status HyperTable::set(void* options, std::string_view name, const HyperValue& value) const {
  const HyperField* field = find(name);
  if (field == nullptr || field->internal) return unknown(name);
  if (field->write(options, value)) return {};
  return invalid_hyper(name, std::string(name) + " must be " + std::string(field->accepted_kind()) +
                                 ", got " + to_python(value));
}

Status HyperTable::set_all(void* options, const HyperValues& values) const {
  for (const auto& [name, value] : values) {
    if (Status status = set(options, name, value); !status) return status;
  }
  return {};
}

Status HyperTable::check_required(const HyperValues& values) const {
  std::vector<std::string_view> missing;
  for (const HyperField& field : fields_) {
    const bool is_given = std::any_of(values.begin(), values.end(),
                                      [&](const auto& value) { return value.first == field.name; });
    if (field.required && !is_given) missing.push_back(field.name);
  }
  if (missing.empty()) return {};
  std::string message = std::string(owner_) + ".__init__() missing " +
                        std::to_string(missing.size()) + " required positional argument" +
                        (missing.size() > 1 ? "s: " : ": ");
  std::string_view separator;
  for (const std::string_view name : missing) {
    message += std::string(separator) + "'" + std::string(name) + "'";
    separator = " and ";
  }
  return invalid_hyper(missing.front(), std::move(message));
}

Error HyperTable::unknown(std::string_view name) const {
  std::string message =
      std::string(owner_) + " has no hyper-parameter '" + std::string(name) + "'; it has ";
  std::string_view separator;
  for (const HyperField& field : fields_) {
    if (field.internal) continue;
    message += std::string(separator) + std::string(field.name);
    separator = ", ";
  }
  return invalid_hyper(name, std::move(message));
}

}  // namespace steplab
