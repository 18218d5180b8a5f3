// SPDX-License-Identifier: MIT
#pragma once

#include <span>

namespace steplab::kernels {

// The updates of the optimizers that most training uses, one pass over a parameter each: every
// array is read once and written where it was read. All spans of a call have one length and do not
// overlap. An element's bits depend on that element alone, and every operation rounds once, in the
// order of the formulas, as PyTorch's kernels without fused multiply-add do: only which NaN a NaN
// is differs.

/// What a pass makes of a gradient first: g = sign · grad, and where it decays,
/// g = sign · grad + weight_decay · value.
struct GradientTerms {
  float sign = 1.0F;  ///< -1 climbs
  bool decays = false;
  float weight_decay = 0.0F;
};

/// value += rate · g
struct SgdCoefficients {
  GradientTerms gradient;
  float rate;  ///< -lr
};
void sgd_update(const SgdCoefficients& with, std::span<const float> grad, std::span<float> value);

/// buffer = buffer · momentum + undamped · g, or g when it starts; value += rate · buffer, or
/// rate · (g + momentum · buffer) for nesterov.
struct MomentumCoefficients {
  GradientTerms gradient;
  float rate;  ///< -lr
  float momentum;
  float undamped;  ///< 1 - dampening
  bool starts;     ///< what the buffer held before does not count
  bool nesterov;
};
void momentum_update(const MomentumCoefficients& with, std::span<const float> grad,
                     std::span<float> value, std::span<float> buffer);

/// exp_avg.lerp_(g, first_weight); exp_avg_sq = exp_avg_sq · second_decay + second_weight · g · g;
/// value = value · keep + step_size · exp_avg / (√exp_avg_sq / root_correction + eps), where the
/// root is that of max_exp_avg_sq, the running maximum, if that is not empty.
struct AdamCoefficients {
  GradientTerms gradient;
  bool shrinks;  ///< whether `keep` counts: AdamW's decay
  float keep;    ///< 1 - lr · weight_decay
  float first_weight;
  float second_decay;
  float second_weight;
  float root_correction;
  float eps;
  float step_size;
};
void adam_update(const AdamCoefficients& with, std::span<const float> grad, std::span<float> value,
                 std::span<float> exp_avg, std::span<float> exp_avg_sq,
                 std::span<float> max_exp_avg_sq);

}  // namespace steplab::kernels
