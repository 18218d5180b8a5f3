// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "steplab/base/hyper_value.hpp"
#include "steplab/base/tensor.hpp"

namespace steplab {

/// A value of a parameter's state as PyTorch keeps it: a tensor (also a 0-dim one: `step`), a
/// Python integer, a Python float, or a list of tensors (LBFGS).
using StateValue = std::variant<Tensor, std::int64_t, double, std::vector<Tensor>>;

/// torch.optim.Optimizer.state_dict(), as plain values. Ids count parameters in group order, then
/// in the group's order.
struct StateDict {
  struct Entry {
    std::string name;  ///< PyTorch's key ("exp_avg")
    StateValue value;
  };
  struct ParameterState {
    std::size_t id = 0;
    std::vector<Entry> entries;
  };
  struct Group {
    HyperValues options;  ///< every key but `params`, in order; `initial_lr` too when there is one
    std::vector<std::size_t> params;
  };

  std::vector<ParameterState> state;  ///< only of parameters that have some, by id
  std::vector<Group> param_groups;
};

}  // namespace steplab
