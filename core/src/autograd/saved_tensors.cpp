// SPDX-License-Identifier: MIT
#include "autograd/saved_tensors.hpp"

#include <string>

namespace steplab {
namespace {

constexpr const char* kSecondBackward =
    "Trying to backward through the graph a second time (or directly access saved tensors after "
    "they have already been freed). Saved intermediate values of the graph are freed when you call "
    ".backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the "
    "graph a second time or if you need to access saved tensors after calling backward.";

}  // namespace

Error SavedTensors::error() const {
  if (is_released_) return {ErrorCode::kAutograd, "", kSecondBackward};
  for (const Slot& slot : slots_) {
    if (!slot.is_used || !is_stale(slot)) continue;
    const Variable& variable = *slot.variable;
    Shape shape = variable.shape;
    if (slot.is_transposed) shape = Shape(shape.rbegin(), shape.rend());
    // A view of a leaf that requires a gradient has a grad_fn, which PyTorch names.
    const bool has_function = slot.is_transposed && variable.requires_grad;
    return {
        ErrorCode::kAutograd, "",
        "one of the variables needed for gradient computation has been modified by an inplace "
        "operation: [torch.FloatTensor " +
            to_string(shape) + "]" +
            (has_function ? ", which is output 0 of AsStrided, is" : " is") + " at version " +
            std::to_string(variable.parameter->version()) + "; expected version " +
            std::to_string(slot.version) +
            " instead. Hint: enable anomaly detection to find the operation that failed to "
            "compute its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False)."};
  }
  return {};
}

}  // namespace steplab
