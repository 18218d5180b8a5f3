// SPDX-License-Identifier: MIT
// Warmup-stable-decay, the trapezoid of S. Hu et al.: MiniCPM, 2024;
// https://arxiv.org/abs/2404.06395.
#include <cmath>

#include "optim/lr_scheduler.hpp"
#include "optim/rules.hpp"
#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

class WarmupStableDecay final : public LrScheduler {
 public:
  static constexpr std::string_view kName = "WarmupStableDecay";
  static constexpr std::string_view kPytorchClass = "";
  static constexpr SchedulerKind kKind = SchedulerKind::kClosedForm;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Raises the learning rate in a straight line, holds it, and lowers it at the end.");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
\gamma_e &= \gamma_0 \begin{cases} e/w & e < w \\ 1 & e < w + s \\ m + (1 - m)\,d(x) & x = (e - w - s)/n < 1 \\ m & \text{otherwise} \end{cases}
\end{aligned})");

  struct Options {
    double num_warmup_steps = 0.0;
    double num_stable_steps = 0.0;
    double num_decay_steps = 0.0;
    double min_lr_ratio = 0.0;
    HyperName decay_type{"1-sqrt"};
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(num_warmup_steps),
         STEPLAB_TEXT("w"),
         0.0,
         1000.0,
         HyperScale::kLinear,
         STEPLAB_TEXT(
             "w: the number of steps on the way up; the first has a learning rate of zero."),
         {},
         false,
         true},
        {STEPLAB_HYPER(num_stable_steps),
         STEPLAB_TEXT("s"),
         0.0,
         5000.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("s: the number of steps at the full learning rate."),
         {},
         false,
         true},
        {STEPLAB_HYPER(num_decay_steps),
         STEPLAB_TEXT("n"),
         0.0,
         1000.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("n: the number of steps on the way down."),
         {},
         false,
         true},
        {STEPLAB_HYPER(min_lr_ratio), STEPLAB_TEXT("m"), 0.0, 1.0, HyperScale::kLinear,
         STEPLAB_TEXT("m: the share of the learning rate that is left at the end.")},
        {STEPLAB_HYPER(decay_type), STEPLAB_TEXT("d(x)"), 0.0, 1.0, HyperScale::kLinear,
         STEPLAB_TEXT("The way down: 1 − x, half a cosine, or 1 − √x."), "linear cosine 1-sqrt"},
    };
    return kFields;
  }

  static Status check(const Options& options, const Optimizer&) {
    for (const auto& [name, steps] : {std::pair{"num_warmup_steps", options.num_warmup_steps},
                                      std::pair{"num_stable_steps", options.num_stable_steps},
                                      std::pair{"num_decay_steps", options.num_decay_steps}}) {
      if (steps >= 0.0 && rules::is_whole(steps)) continue;
      return invalid_hyper(name, std::string(name) + " is " + rules::as_integer(steps) +
                                     "; it must be an integer of at least 0");
    }
    if (!(options.min_lr_ratio >= 0.0 && options.min_lr_ratio <= 1.0)) {
      return invalid_hyper("min_lr_ratio", "min_lr_ratio is " + to_python(options.min_lr_ratio) +
                                               "; it must be between 0 and 1");
    }
    const std::string_view decay = options.decay_type.text();
    if (decay == "linear" || decay == "cosine" || decay == "1-sqrt") return {};
    return invalid_hyper("decay_type", "decay_type is '" + std::string(decay) +
                                           "'; it must be 'linear', 'cosine' or '1-sqrt'");
  }

  WarmupStableDecay(Optimizer& optimizer, const Options& options)
      : LrScheduler(optimizer), options_(options) {}

 private:
  Status next_lrs(std::vector<double>& lrs) override {
    append_base(lrs, factor());
    return {};
  }

  double factor() const {
    if (epoch() < options_.num_warmup_steps) return epoch() / options_.num_warmup_steps;
    const double decaying = epoch() - options_.num_warmup_steps - options_.num_stable_steps;
    if (decaying < 0.0) return 1.0;
    if (decaying >= options_.num_decay_steps) return options_.min_lr_ratio;
    const double left = remaining(decaying / options_.num_decay_steps);
    return options_.min_lr_ratio + (1.0 - options_.min_lr_ratio) * left;
  }

  // From 1 to 0 while `x` goes from 0 to 1.
  double remaining(double x) const {
    if (options_.decay_type.text() == "linear") return 1.0 - x;
    if (options_.decay_type.text() == "cosine") return (1.0 + exact_cos(kPi * x)) / 2.0;
    return 1.0 - std::sqrt(x);
  }

  Options options_;
};

}  // namespace

SchedulerInfo warmup_stable_decay_info() { return describe_scheduler<WarmupStableDecay>(); }

}  // namespace steplab
