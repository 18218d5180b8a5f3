// SPDX-License-Identifier: MIT
#pragma once

#include "steplab/base/text.hpp"

/// The headings under which lists of optimizers stand, in the order in which a beginner meets them.
namespace steplab::families {

inline constexpr std::string_view kFirstSteps = STEPLAB_TEXT("First steps");
inline constexpr std::string_view kTorchOptim = STEPLAB_TEXT("The rest of torch.optim");
inline constexpr std::string_view kSign = STEPLAB_TEXT("Sign and momentum");
inline constexpr std::string_view kAdamRelatives = STEPLAB_TEXT("Adam's relatives");
inline constexpr std::string_view kNoSchedule = STEPLAB_TEXT("Learning rate found by itself");
inline constexpr std::string_view kMatrix = STEPLAB_TEXT("Matrix preconditioners");
inline constexpr std::string_view kContrast =
    STEPLAB_TEXT("For contrast: line searches, curvature, no gradient");

}  // namespace steplab::families

/// How closely an optimizer's numbers agree with its reference's.
namespace steplab::agreement {

inline constexpr std::string_view kBitForBit = STEPLAB_TEXT("bit for bit");
inline constexpr std::string_view kWithin1e3 = STEPLAB_TEXT("within 1e-3 relative");
inline constexpr std::string_view kWithin1e6 = STEPLAB_TEXT("within 1e-6 relative");
inline constexpr std::string_view kWithin1e5 = STEPLAB_TEXT("within 1e-5 relative");

}  // namespace steplab::agreement
