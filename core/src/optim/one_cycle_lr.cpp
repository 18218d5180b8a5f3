// SPDX-License-Identifier: MIT
// torch.optim.lr_scheduler.OneCycleLR.
#include "optim/cycled_momentum.hpp"
#include "optim/lr_scheduler.hpp"
#include "optim/rules.hpp"
#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

class OneCycleLr final : public LrScheduler {
 public:
  static constexpr std::string_view kName = "OneCycleLR";
  static constexpr std::string_view kPytorchClass = "torch.optim.lr_scheduler.OneCycleLR";
  static constexpr SchedulerKind kKind = SchedulerKind::kClosedForm;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Raises the learning rate once and lowers it to almost nothing, for training as a whole of "
      "known length.");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
\gamma_0 &= \gamma_{\max}/k, \qquad \gamma_{\mathrm{end}} = \gamma_0/k_{\mathrm{end}} \\
\gamma_e &= b + \tfrac12 (a - b) \bigl(1 + \cos(\pi\,q_e)\bigr) && \text{from } a \text{ to } b \text{ in each phase}
\end{aligned})");

  struct Options {
    GroupNumbers max_lr;
    std::optional<double> total_steps;
    std::optional<double> epochs;
    std::optional<double> steps_per_epoch;
    double pct_start = 0.3;
    HyperName anneal_strategy{"cos"};
    bool cycle_momentum = true;
    GroupNumbers base_momentum = 0.85;
    GroupNumbers max_momentum = 0.95;
    double div_factor = 25.0;
    double final_div_factor = 1e4;
    bool three_phase = false;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(max_lr),
         STEPLAB_TEXT("\\gamma_{\\max}"),
         1e-5,
         1.0,
         HyperScale::kLogarithmic,
         STEPLAB_TEXT("The highest learning rate."),
         {},
         false,
         true},
        {STEPLAB_HYPER(total_steps),
         {},
         1.0,
         10000.0,
         HyperScale::kLogarithmic,
         STEPLAB_TEXT("The number of steps in the cycle; one more is still allowed.")},
        {STEPLAB_HYPER(epochs),
         {},
         1.0,
         1000.0,
         HyperScale::kLogarithmic,
         STEPLAB_TEXT("Instead of total_steps: epochs times steps_per_epoch.")},
        {STEPLAB_HYPER(steps_per_epoch),
         {},
         1.0,
         1000.0,
         HyperScale::kLogarithmic,
         STEPLAB_TEXT("Instead of total_steps: epochs times steps_per_epoch.")},
        {STEPLAB_HYPER(pct_start),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("The share of the cycle in which the learning rate rises.")},
        {STEPLAB_HYPER(anneal_strategy),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Along half a cosine, or in straight lines."),
         "cos linear"},
        {STEPLAB_HYPER(cycle_momentum),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Moves momentum, or the first of betas, the other way round.")},
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
         STEPLAB_TEXT("The highest momentum, at the start and at the end.")},
        {STEPLAB_HYPER(div_factor), STEPLAB_TEXT("k"), 1.0, 1000.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("k: how many times less than the highest the first learning rate is.")},
        {STEPLAB_HYPER(final_div_factor), STEPLAB_TEXT("k_{\\mathrm{end}}"), 1.0, 1e6,
         HyperScale::kLogarithmic,
         STEPLAB_TEXT("How many times less than the first the last learning rate is.")},
        {STEPLAB_HYPER(three_phase),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT(
             "Goes back to the first learning rate, as slowly as up, before it goes to the last.")},
    };
    return kFields;
  }

  static Status check(const Options& options, const Optimizer& optimizer) {
    if (Status status = check_length(options); !status) return status;
    if (options.pct_start < 0.0 || options.pct_start > 1.0) {
      return invalid_hyper("pct_start", "Expected float between 0 and 1 pct_start, but got " +
                                            to_python(options.pct_start));
    }
    if (Status status = rules::anneal_strategy(options.anneal_strategy.text()); !status) {
      return status;
    }
    const std::size_t groups = optimizer.group_count();
    if (Status status = rules::one_per_group("max_lr", options.max_lr, groups); !status) {
      return status;
    }
    if (!options.cycle_momentum) return {};
    if (Status status = CycledMomentum::check(optimizer); !status) return status;
    return rules::all(rules::one_per_group("max_momentum", options.max_momentum, groups),
                      rules::one_per_group("base_momentum", options.base_momentum, groups));
  }

  OneCycleLr(Optimizer& optimizer, const Options& options)
      : LrScheduler(optimizer),
        options_(options),
        total_(options.total_steps ? *options.total_steps
                                   : *options.epochs * *options.steps_per_epoch),
        momentum_(optimizer) {
    const double top = options.pct_start * total_ - 1.0;
    const double end = total_ - 1.0;
    if (options.three_phase) {
      const double back = 2.0 * options.pct_start * total_ - 2.0;
      phases_ = {{top, "initial_lr", "max_lr", "max_momentum", "base_momentum"},
                 {back, "max_lr", "initial_lr", "base_momentum", "max_momentum"},
                 {end, "initial_lr", "min_lr", "max_momentum", "max_momentum"}};
    } else {
      phases_ = {{top, "initial_lr", "max_lr", "max_momentum", "base_momentum"},
                 {end, "max_lr", "min_lr", "base_momentum", "max_momentum"}};
    }
  }

  Status begin() override {
    for (std::size_t group = 0; group < optimizer().group_count(); ++group) {
      const double max_lr = options_.max_lr.of(group);
      if (options_.div_factor == 0.0) return zero_division("div_factor", "float division by zero");
      if (options_.final_div_factor == 0.0) {
        return zero_division("final_div_factor", "float division by zero");
      }
      const double initial_lr = max_lr / options_.div_factor;
      optimizer().set_group_entry(group, "initial_lr", initial_lr);
      optimizer().set_group_entry(group, "max_lr", max_lr);
      optimizer().set_group_entry(group, "min_lr", initial_lr / options_.final_div_factor);
      if (!options_.cycle_momentum) continue;
      momentum_.set(group, options_.max_momentum.of(group));
      optimizer().set_group_entry(group, "max_momentum", options_.max_momentum.of(group));
      optimizer().set_group_entry(group, "base_momentum", options_.base_momentum.of(group));
    }
    return LrScheduler::begin();
  }

 private:
  // Up to which step it goes, and between which entries of the group.
  struct Phase {
    double end = 0.0;
    std::string_view start_lr;
    std::string_view end_lr;
    std::string_view start_momentum;
    std::string_view end_momentum;
  };

  static Status check_length(const Options& options) {
    const auto positive = [](std::string_view name, double value) -> Status {
      if (value > 0.0 && rules::is_whole(value)) return {};
      return invalid_hyper(name, "Expected positive integer " + std::string(name) + ", but got " +
                                     rules::as_integer(value));
    };
    if (options.total_steps) return positive("total_steps", *options.total_steps);
    if (options.epochs && options.steps_per_epoch) {
      return rules::all(positive("epochs", *options.epochs),
                        positive("steps_per_epoch", *options.steps_per_epoch));
    }
    return invalid_hyper("total_steps",
                         "You must define either total_steps OR (epochs AND steps_per_epoch)");
  }

  Status next_lrs(std::vector<double>& lrs) override {
    if (epoch() > total_) {
      return invalid_hyper("total_steps", "Tried to step " + rules::as_integer(epoch()) +
                                              " times. The specified number of total steps is " +
                                              rules::as_integer(total_));
    }
    double start = 0.0;
    const Phase* phase = phases_.data();
    for (; epoch() > phase->end && phase != &phases_.back(); ++phase) start = phase->end;
    if (phase->end == start) return zero_division("pct_start", "float division by zero");
    const double progress = (epoch() - start) / (phase->end - start);

    for (std::size_t group = 0; group < optimizer().group_count(); ++group) {
      const std::optional<double> from = optimizer().group_entry(group, phase->start_lr);
      const std::optional<double> to = optimizer().group_entry(group, phase->end_lr);
      if (!from) return key_error(phase->start_lr);
      if (!to) return key_error(phase->end_lr);
      lrs.push_back(annealed(*from, *to, progress));
      if (!options_.cycle_momentum) continue;
      momentum_.set(group,
                    annealed(*optimizer().group_entry(group, phase->start_momentum),
                             *optimizer().group_entry(group, phase->end_momentum), progress));
    }
    return {};
  }

  double annealed(double from, double to, double progress) const {
    if (options_.anneal_strategy.text() == "linear") return (to - from) * progress + from;
    return to + (from - to) / 2.0 * (exact_cos(kPi * progress) + 1.0);
  }

  Options options_;
  double total_;
  CycledMomentum momentum_;
  std::vector<Phase> phases_;
};

}  // namespace

SchedulerInfo one_cycle_lr_info() { return describe_scheduler<OneCycleLr>(); }

}  // namespace steplab
