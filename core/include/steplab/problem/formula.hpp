// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "steplab/autograd/graph.hpp"
#include "steplab/base/error.hpp"
#include "steplab/base/formula.hpp"

namespace steplab {

/// Records a formula of `x` and `y`, in the grammar of parse_formula(), into a graph and returns
/// its node. Arithmetic between constants is done in double beforehand, as Python
/// does it, so that x^(1/2) has a constant exponent. Errors (kInvalidFormula) carry the position
/// and what was expected there.
Result<Node> record_formula(Graph& graph, std::string_view formula, Node x, Node y);

/// Parses without recording: what an editor calls at every key.
Status check_formula(std::string_view formula);

}  // namespace steplab
