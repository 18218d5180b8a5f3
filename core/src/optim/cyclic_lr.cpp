// SPDX-License-Identifier: MIT
// torch.optim.lr_scheduler.CyclicLR.
#include <cmath>

#include "optim/cycled_momentum.hpp"
#include "optim/lr_scheduler.hpp"
#include "optim/rules.hpp"
#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

class CyclicLr final : public LrScheduler {
 public:
  static constexpr std::string_view kName = "CyclicLR";
  static constexpr std::string_view kPytorchClass = "torch.optim.lr_scheduler.CyclicLR";
  static constexpr SchedulerKind kKind = SchedulerKind::kClosedForm;
  static constexpr std::string_view kSummary =
      STEPLAB_TEXT("Swings the learning rate between two bounds, and the momentum against it.");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
x &= 1 + e/(u+d) - c, \qquad c = \lfloor 1 + e/(u+d) \rfloor, \qquad r = u/(u+d) \\
h &= \begin{cases} x/r & x \le r \\ (x-1)/(r-1) & \text{otherwise} \end{cases} \\
\gamma_e &= \gamma_{\min} + (\gamma_{\max} - \gamma_{\min})\,h\,s
\end{aligned})");

  struct Options {
    GroupNumbers base_lr;
    GroupNumbers max_lr;
    double step_size_up = 2000.0;
    std::optional<double> step_size_down;
    HyperName mode{"triangular"};
    double gamma = 1.0;
    bool cycle_momentum = true;
    GroupNumbers base_momentum = 0.8;
    GroupNumbers max_momentum = 0.9;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(base_lr),
         STEPLAB_TEXT("\\gamma_{\\min}"),
         1e-5,
         1.0,
         HyperScale::kLogarithmic,
         STEPLAB_TEXT("The lowest learning rate, with which each cycle begins."),
         {},
         false,
         true},
        {STEPLAB_HYPER(max_lr),
         STEPLAB_TEXT("\\gamma_{\\max}"),
         1e-5,
         1.0,
         HyperScale::kLogarithmic,
         STEPLAB_TEXT("The highest learning rate."),
         {},
         false,
         true},
        {STEPLAB_HYPER(step_size_up), STEPLAB_TEXT("u"), 1.0, 5000.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("u: the number of epochs from the lowest to the highest.")},
        {STEPLAB_HYPER(step_size_down), STEPLAB_TEXT("d"), 1.0, 5000.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("d: the number of epochs back down; None: as many as up.")},
        {STEPLAB_HYPER(mode), STEPLAB_TEXT("s"), 0.0, 1.0, HyperScale::kLinear,
         STEPLAB_TEXT("s is 1; with triangular2 it halves at every cycle, with exp_range it is "
                      "gamma to the e."),
         "triangular triangular2 exp_range"},
        {STEPLAB_HYPER(gamma),
         {},
         0.9,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("What exp_range multiplies the height by at every epoch.")},
        {STEPLAB_HYPER(cycle_momentum),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Swings momentum, or the first of betas, the other way round.")},
        {STEPLAB_HYPER(base_momentum),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("The lowest momentum, at the highest learning rate.")},
        {STEPLAB_HYPER(max_momentum),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("The highest momentum, at the lowest learning rate.")},
    };
    return kFields;
  }

  static Status check(const Options& options, const Optimizer& optimizer) {
    const std::size_t groups = optimizer.group_count();
    const std::string_view mode = options.mode.text();
    if (Status status = rules::one_per_group("base_lr", options.base_lr, groups); !status) {
      return status;
    }
    if (Status status = rules::one_per_group("max_lr", options.max_lr, groups); !status) {
      return status;
    }
    const double down = options.step_size_down.value_or(options.step_size_up);
    if (options.step_size_up + down == 0.0) {
      return zero_division("step_size_up", "float division by zero");
    }
    if (mode != "triangular" && mode != "triangular2" && mode != "exp_range") {
      return invalid_hyper("mode", "mode is invalid and scale_fn is None");
    }
    if (!options.cycle_momentum) return {};
    if (Status status = CycledMomentum::check(optimizer); !status) return status;
    return rules::all(rules::one_per_group("base_momentum", options.base_momentum, groups),
                      rules::one_per_group("max_momentum", options.max_momentum, groups));
  }

  CyclicLr(Optimizer& optimizer, const Options& options)
      : LrScheduler(optimizer),
        options_(options),
        momentum_(optimizer),
        groups_(optimizer.group_count()),
        length_(options.step_size_up + options.step_size_down.value_or(options.step_size_up)),
        ratio_(options.step_size_up / length_) {}

  Status begin() override {
    std::vector<double> base_lrs;
    for (std::size_t group = 0; group < groups_; ++group) {
      base_lrs.push_back(options_.base_lr.of(group));
      optimizer().set_lr(group, options_.base_lr.of(group));
      if (!options_.cycle_momentum) continue;
      momentum_.set(group, options_.max_momentum.of(group));
      optimizer().set_group_entry(group, "max_momentum", options_.max_momentum.of(group));
      optimizer().set_group_entry(group, "base_momentum", options_.base_momentum.of(group));
    }
    const Status begun = LrScheduler::begin();
    // As in PyTorch only now: an initial_lr that was there already is where the first cycle begins.
    set_base_lrs(std::move(base_lrs));
    return begun;
  }

 private:
  Status next_lrs(std::vector<double>& lrs) override {
    const double cycle = std::floor(1.0 + epoch() / length_);
    const double x = 1.0 + epoch() / length_ - cycle;
    if (x <= ratio_ && ratio_ == 0.0) {
      return zero_division("step_size_up", "float division by zero");
    }
    const double height = x <= ratio_ ? x / ratio_ : (x - 1.0) / (ratio_ - 1.0);
    const double scale = scale_at(cycle);
    for (std::size_t group = 0; group < groups_; ++group) {
      const double base = base_lrs()[group];
      lrs.push_back(base + (options_.max_lr.of(group) - base) * height * scale);
      if (!options_.cycle_momentum) continue;
      const double highest = options_.max_momentum.of(group);
      const double lowest = options_.base_momentum.of(group);
      momentum_.set(group, highest - (highest - lowest) * height * scale);
    }
    const bool has_too_few = options_.cycle_momentum && groups_ < optimizer().group_count();
    return has_too_few ? Status(groups_outnumber_lrs()) : Status();
  }

  double scale_at(double cycle) const {
    if (options_.mode.text() == "triangular") return 1.0;
    if (options_.mode.text() == "triangular2") return 1.0 / exact_pow(2.0, cycle - 1.0);
    return exact_pow(options_.gamma, epoch());
  }

  Options options_;
  CycledMomentum momentum_;
  std::size_t groups_;
  double length_;
  double ratio_;  // of the way up
};

}  // namespace

SchedulerInfo cyclic_lr_info() { return describe_scheduler<CyclicLr>(); }

}  // namespace steplab
