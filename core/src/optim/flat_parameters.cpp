// SPDX-License-Identifier: MIT
#include "optim/flat_parameters.hpp"

#include <algorithm>
#include <limits>

namespace steplab {

/// visit(parameter, place of its first element, its index in the group); a parameter that the group
/// lists twice is visited once.
template <class Visit>
void FlatParameters::for_each(Visit visit) const {
  std::size_t offset = 0;
  // As LBFGS, whose parameters are the first group's, whatever is added later.
  const std::vector<Parameter*>& parameters = optimizer_.groups().front().parameters;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    Parameter& parameter = *parameters[i];
    const bool is_member =
        members_ == Members::kWithGradient ? parameter.has_grad() : parameter.requires_grad();
    const auto here = parameters.begin() + static_cast<std::ptrdiff_t>(i);
    if (!is_member || std::find(parameters.begin(), here, &parameter) != here) continue;
    visit(parameter, offset, i);
    offset += parameter.value().size();
  }
}

double FlatParameters::evaluate() {
  count_gradient();
  return comparable(outcome(closure_.evaluate()));
}

std::size_t FlatParameters::size() const {
  std::size_t elements = 0;
  for_each([&](const Parameter& parameter, std::size_t, std::size_t) {
    elements += parameter.value().size();
  });
  return elements;
}

// FNV-1a, in 32 bits so that it is written without loss.
std::int64_t FlatParameters::layout() const {
  std::uint32_t hash = 2166136261U;
  for_each([&](const Parameter&, std::size_t, std::size_t index) {
    hash = (hash ^ static_cast<std::uint32_t>(index)) * 16777619U;
  });
  return hash;
}

void FlatParameters::read_point(std::span<float> point) const {
  for_each([&](const Parameter& parameter, std::size_t offset, std::size_t) {
    const std::span<const float> value = parameter.value().span();
    std::copy(value.begin(), value.end(), point.begin() + static_cast<std::ptrdiff_t>(offset));
  });
}

void FlatParameters::read_gradient(std::span<float> gradient) const {
  for_each([&](const Parameter& parameter, std::size_t offset, std::size_t) {
    const std::span<const float> grad = parameter.grad().span();
    std::copy(grad.begin(), grad.end(), gradient.begin() + static_cast<std::ptrdiff_t>(offset));
  });
}

void FlatParameters::write(std::span<const float> point) {
  for_each([&](Parameter& parameter, std::size_t offset, std::size_t) {
    const std::span<float> value = parameter.mutable_value().span();
    std::copy_n(point.begin() + static_cast<std::ptrdiff_t>(offset), value.size(), value.begin());
    parameter.bump_version();
  });
}

std::optional<std::size_t> FlatParameters::watched(const Inspector* inspector) const {
  std::optional<std::size_t> place;
  if (inspector == nullptr) return place;
  for_each([&](const Parameter& parameter, std::size_t offset, std::size_t) {
    if (inspector->watches(parameter) && inspector->element() < parameter.value().size()) {
      place = offset + inspector->element();
    }
  });
  return place;
}

double FlatParameters::value_at(std::span<const float> point) {
  write(point);
  return outcome(closure_.loss());
}

double FlatParameters::gradient_at(std::span<const float> point, std::span<float> gradient) {
  write(point);
  const double loss = outcome(closure_.evaluate());
  read_gradient(gradient);
  return loss;
}

double FlatParameters::outcome(Result<float> loss) {
  if (status_ && !loss) status_ = loss.error();
  return status_ ? static_cast<double>(*loss) : std::numeric_limits<double>::infinity();
}

}  // namespace steplab
