// SPDX-License-Identifier: MIT
#pragma once

#include "steplab/base/parameter.hpp"

namespace steplab {

/// What a rule has that not every rule needs; see RuleOf.
template <class Rule>
concept NeedsClosure = requires {
  Rule::kNeedsClosure;
};
template <class Rule>
concept MatricesOnly = requires {
  Rule::kMatricesOnly;
};
template <class Rule>
concept SamplesLabels = requires {
  Rule::kSamplesLabels;
};
template <class Rule>
concept CreatesStateInConstructor = requires {
  Rule::kCreatesStateInConstructor;
};
template <class Rule>
concept HasPython = requires {
  Rule::kPython;
};
template <class Rule>
concept SpansParameters = requires {
  &Rule::allocate_span;
};
template <class Rule>
concept LimitsElements = requires {
  Rule::kMostElements;
};
template <class Rule>
concept Completes = requires {
  &Rule::complete;
};
template <class Rule>
concept AllocatesState = requires {
  &Rule::allocate_state;
};
template <class Rule>
concept CreatesStateFromParameter = requires(typename Rule::State& state,
                                             const Parameter& parameter) {
  Rule::create_state(state, parameter);
};
template <class Rule>
concept CreatesState = requires {
  &Rule::create_state;
};
template <class Rule>
concept ChecksParameter = requires {
  &Rule::check_parameter;
};
template <class Rule>
concept HasOneGroup = requires {
  Rule::kOneGroup;
};
template <class Rule>
concept AllocatesGroup = requires {
  &Rule::allocate_group;
};
template <class Rule>
concept Prepares = requires {
  &Rule::prepare;
};
template <class Rule>
concept Updates = requires {
  &Rule::update;
};
template <class Rule>
concept UpdatesSparse = requires {
  &Rule::update_sparse;
};
template <class Rule>
concept RefusesLayout = requires {
  Rule::kLayoutRefusal;
};

}  // namespace steplab
