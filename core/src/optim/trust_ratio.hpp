// SPDX-License-Identifier: MIT
#pragma once

/// What LARS and LAMB share: each tensor's step is measured by how large the tensor is.
namespace steplab::trust_ratio {

/// `ratio`, or 1 where one of the norms that it compares is zero (or NaN).
inline float guarded(float value_norm, float update_norm, float ratio) {
  return value_norm > 0.0F && update_norm > 0.0F ? ratio : 1.0F;
}

/// torch.clamp(ratio, max=1): NaN stays NaN.
inline float clipped(float ratio) { return ratio > 1.0F ? 1.0F : ratio; }

}  // namespace steplab::trust_ratio
