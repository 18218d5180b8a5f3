// SPDX-License-Identifier: MIT
#include "steplab/optim/optimizer.hpp"

#include "steplab/optim/registry.hpp"

namespace steplab {

bool Optimizer::needs_closure() const { return info().needs_closure || info().samples_labels; }

void Optimizer::zero_grad(bool set_to_none) {
  for (std::size_t group = 0; group < group_count(); ++group) {
    for (Parameter* parameter : group_parameters(group)) {
      if (set_to_none) {
        parameter->drop_grad();
      } else if (parameter->has_sparse_grad()) {
        parameter->set_sparse_grad({});
      } else if (parameter->has_grad()) {
        parameter->materialize_grad().fill(0.0F);
      }
    }
  }
}

}  // namespace steplab
