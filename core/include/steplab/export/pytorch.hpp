// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "steplab/base/error.hpp"
#include "steplab/experiment/experiment.hpp"

namespace steplab {

/// A Python script that does under PyTorch what the experiment does here: the same start, the same
/// mini-batches, the document's loop line by line. It prints a line for every iteration of every
/// run, "label iteration loss", where the loss is that of the parameters with which the iteration
/// begins; recorded gradients have no loss, so that the parameters' values after the iteration
/// stand in its place.
///
/// The experiment must be one that Session::create accepts. A run that raises ends the script, as
/// Python would. The digits come from scikit-learn, which ships the same ones; whatever else a
/// script needs it holds itself. Errors carry the path in the document of what cannot be exported.
Result<std::string> export_pytorch(const Experiment& experiment);

}  // namespace steplab
