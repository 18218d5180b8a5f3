// SPDX-License-Identifier: MIT
// torch.optim.lr_scheduler.LinearLR.
#include <algorithm>

#include "optim/lr_scheduler.hpp"
#include "optim/rules.hpp"

namespace steplab {
namespace {

class LinearLr final : public LrScheduler {
 public:
  static constexpr std::string_view kName = "LinearLR";
  static constexpr std::string_view kPytorchClass = "torch.optim.lr_scheduler.LinearLR";
  static constexpr SchedulerKind kKind = SchedulerKind::kChainable;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Moves the learning rate in a straight line from one fraction to another: a warm-up.");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
\gamma_0 &= a\,\gamma \\
\gamma_e &= \gamma_{e-1} \Bigl(1 + \frac{b - a}{n a + (e-1)(b - a)}\Bigr) && 1 \le e \le n
\end{aligned})");

  struct Options {
    double start_factor = 1.0 / 3.0;
    double end_factor = 1.0;
    double total_iters = 5.0;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(start_factor), STEPLAB_TEXT("a"), 0.001, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("a: the fraction of the learning rate to start with.")},
        {STEPLAB_HYPER(end_factor), STEPLAB_TEXT("b"), 0.0, 1.0, HyperScale::kLinear,
         STEPLAB_TEXT("b: the fraction to end with.")},
        {STEPLAB_HYPER(total_iters), STEPLAB_TEXT("n"), 1.0, 1000.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("n: the number of epochs between the two.")},
    };
    return kFields;
  }

  static Status check(const Options& options, const Optimizer&) {
    if (options.start_factor > 1.0 || options.start_factor <= 0.0) {
      return invalid_hyper("start_factor",
                           "Starting multiplicative factor expected to be greater than 0 and less "
                           "or equal to 1.");
    }
    if (options.end_factor > 1.0 || options.end_factor < 0.0) {
      return invalid_hyper("end_factor",
                           "Ending multiplicative factor expected to be between 0 and 1.");
    }
    return rules::whole_number("total_iters", options.total_iters);
  }

  LinearLr(Optimizer& optimizer, const Options& options)
      : LrScheduler(optimizer), options_(options) {}

 private:
  Status next_lrs(std::vector<double>& lrs) override {
    const auto& [start, end, total] = options_;
    double factor = 1.0;
    if (last_epoch() == 0) {
      factor = start;
    } else if (!is_initial() && epoch() <= total) {
      factor = 1.0 + (end - start) / (total * start + (epoch() - 1.0) * (end - start));
    }
    append_present(lrs, factor);
    return {};
  }

  Status first_lrs(std::vector<double>& lrs) override {
    const auto& [start, end, total] = options_;
    if (total == 0.0) return zero_division("total_iters", "float division by zero");
    append_base(lrs, start + (end - start) * std::min(total, 0.0) / total);
    return {};
  }

  Options options_;
};

}  // namespace

SchedulerInfo linear_lr_info() { return describe_scheduler<LinearLr>(); }

}  // namespace steplab
