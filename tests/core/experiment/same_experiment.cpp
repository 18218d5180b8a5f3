// SPDX-License-Identifier: MIT
#include "core/experiment/same_experiment.hpp"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

bool same(double a, double b) { return a == b && std::signbit(a) == std::signbit(b); }
bool same(float a, float b) { return a == b && std::signbit(a) == std::signbit(b); }
bool same(bool a, bool b) { return a == b; }
bool same(std::monostate, std::monostate) { return true; }
bool same(const std::string& a, const std::string& b) { return a == b; }

template <class T, std::size_t size>
bool same(const std::array<T, size>& a, const std::array<T, size>& b);
template <class T>
bool same(const std::vector<T>& a, const std::vector<T>& b);
template <class T>
bool same(const std::optional<T>& a, const std::optional<T>& b);
template <class... Types>
bool same(const std::variant<Types...>& a, const std::variant<Types...>& b);
bool same(const HyperValues::value_type& a, const HyperValues::value_type& b);

bool same(const ParamGroupSpec& a, const ParamGroupSpec& b);
bool same(const Instruction& a, const Instruction& b) {
  return a.kind == b.kind && a.enabled == b.enabled && a.every == b.every &&
         same(a.limit, b.limit) && a.norm_type == b.norm_type &&
         a.error_if_nonfinite == b.error_if_nonfinite && a.set_to_none == b.set_to_none &&
         a.retain_graph == b.retain_graph && a.at == b.at && a.no_grad == b.no_grad &&
         a.divisor == b.divisor && a.layer == b.layer && same(a.group, b.group);
}
bool same(const SurfaceSpec& a, const SurfaceSpec& b) {
  return a.name == b.name && a.formula == b.formula && same(a.start, b.start) &&
         same(a.view, b.view);
}
bool same(const TaskSpec& a, const TaskSpec& b) {
  return a.data.name == b.data.name && a.data.samples == b.data.samples &&
         same(a.data.noise, b.data.noise) && a.data.seed == b.data.seed &&
         same(a.data.test_fraction, b.data.test_fraction) &&
         a.data.shuffle_labels == b.data.shuffle_labels && same(a.data.scale, b.data.scale) &&
         a.model.init == b.model.init && a.model.hidden == b.model.hidden &&
         a.model.activation == b.model.activation && a.loss == b.loss &&
         a.batch_size == b.batch_size;
}
bool same(const RecordedRows& a, const RecordedRows& b) {
  return a.rows == b.rows && same(a.values, b.values);
}
bool same(const RecordedSpec::Parameter& a, const RecordedSpec::Parameter& b) {
  return a.name == b.name && a.shape == b.shape && same(a.value, b.value);
}
bool same(const RecordedSpec& a, const RecordedSpec& b) {
  return same(a.parameters, b.parameters) && same(a.gradients, b.gradients);
}
bool same(const NamedSpec& a, const NamedSpec& b) {
  return a.name == b.name && same(a.options, b.options);
}
bool same(const SchedulerSpec& a, const SchedulerSpec& b) {
  return a.name == b.name && same(a.options, b.options) && same(a.schedulers, b.schedulers);
}
bool same(const ParamGroupSpec& a, const ParamGroupSpec& b) {
  return a.params == b.params && same(a.options, b.options);
}
bool same(const RunSpec& a, const RunSpec& b) {
  return a.label == b.label && same(a.optimizer, b.optimizer) &&
         same(a.param_groups, b.param_groups) && same(a.wrapper, b.wrapper) &&
         same(a.schedulers, b.schedulers) && same(a.average, b.average) && same(a.loop, b.loop);
}
bool same(const Edit::Freeze& a, const Edit::Freeze& b) { return a.parameter == b.parameter; }
bool same(const Edit::Unfreeze& a, const Edit::Unfreeze& b) { return a.parameter == b.parameter; }
bool same(const Edit::Set& a, const Edit::Set& b) {
  return same(a.options, b.options) && a.group == b.group;
}
bool same(const Edit::Loop& a, const Edit::Loop& b) { return same(a.lines, b.lines); }
bool same(const Edit& a, const Edit& b) {
  return a.at == b.at && a.run == b.run && same(a.action, b.action);
}

bool same(const HyperValues::value_type& a, const HyperValues::value_type& b) {
  return a.first == b.first && same(a.second, b.second);
}
template <class T, std::size_t size>
bool same(const std::array<T, size>& a, const std::array<T, size>& b) {
  return std::equal(a.begin(), a.end(), b.begin(),
                    [](const T& left, const T& right) { return same(left, right); });
}
template <class T>
bool same(const std::vector<T>& a, const std::vector<T>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const T& left, const T& right) { return same(left, right); });
}
template <class T>
bool same(const std::optional<T>& a, const std::optional<T>& b) {
  return a.has_value() == b.has_value() && (!a || same(*a, *b));
}
template <class... Types>
bool same(const std::variant<Types...>& a, const std::variant<Types...>& b) {
  return a.index() == b.index() && std::visit(
                                       [&](const auto& left) {
                                         using T = std::decay_t<decltype(left)>;
                                         return same(left, *std::get_if<T>(&b));
                                       },
                                       a);
}

}  // namespace

bool same(const Experiment& a, const Experiment& b) {
  return a.seed == b.seed && a.steps == b.steps && same(a.problem, b.problem) &&
         same(a.runs, b.runs) && same(a.loop, b.loop) && same(a.edits, b.edits);
}

}  // namespace steplab
