// SPDX-License-Identifier: MIT
#include "analysis/findings/questions.hpp"

namespace steplab {

#define STEPLAB_FINDINGS(name) std::vector<Finding> find_##name(const Case& run);
#include "analysis/findings/findings.inc"
#undef STEPLAB_FINDINGS

std::span<const Question> questions() {
  static constexpr Question kQuestions[] = {
#define STEPLAB_FINDINGS(name) &find_##name,
#include "analysis/findings/findings.inc"
#undef STEPLAB_FINDINGS
  };
  return kQuestions;
}

}  // namespace steplab
