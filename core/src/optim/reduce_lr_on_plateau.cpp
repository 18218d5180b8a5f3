// SPDX-License-Identifier: MIT
// torch.optim.lr_scheduler.ReduceLROnPlateau.
#include <limits>

#include "optim/lr_scheduler.hpp"

namespace steplab {
namespace {

class ReduceLrOnPlateau final : public LrScheduler {
 public:
  static constexpr std::string_view kName = "ReduceLROnPlateau";
  static constexpr std::string_view kPytorchClass = "torch.optim.lr_scheduler.ReduceLROnPlateau";
  static constexpr SchedulerKind kKind = SchedulerKind::kMetric;
  static constexpr std::string_view kSummary =
      STEPLAB_TEXT("Lowers the learning rate when the loss has not improved for a while.");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
\gamma_e &= \begin{cases} \max(f\,\gamma_{e-1},\,\gamma_{\min}) & \text{after more than } p \text{ bad epochs in a row} \\ \gamma_{e-1} & \text{otherwise} \end{cases}
\end{aligned})");

  struct Options {
    HyperName mode{"min"};
    double factor = 0.1;
    double patience = 10.0;
    double threshold = 1e-4;
    HyperName threshold_mode{"rel"};
    double cooldown = 0.0;
    GroupNumbers min_lr = 0.0;
    double eps = 1e-8;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(mode),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Whether less or more of the metric is better; the metric is the loss of the "
                      "last forward."),
         "min max"},
        {STEPLAB_HYPER(factor), STEPLAB_TEXT("f"), 0.01, 0.99, HyperScale::kLinear,
         STEPLAB_TEXT("f: what the learning rate is multiplied by.")},
        {STEPLAB_HYPER(patience), STEPLAB_TEXT("p"), 0.0, 100.0, HyperScale::kLinear,
         STEPLAB_TEXT("p: how many bad epochs in a row are let pass.")},
        {STEPLAB_HYPER(threshold),
         {},
         1e-6,
         0.1,
         HyperScale::kLogarithmic,
         STEPLAB_TEXT("By how much the metric must beat the best to count as better.")},
        {STEPLAB_HYPER(threshold_mode),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Whether the threshold is a share of the best or an amount."),
         "rel abs"},
        {STEPLAB_HYPER(cooldown),
         {},
         0.0,
         100.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("For how many epochs after a drop bad ones do not count.")},
        {STEPLAB_HYPER(min_lr), STEPLAB_TEXT("\\gamma_{\\min}"), 0.0, 0.1, HyperScale::kLinear,
         STEPLAB_TEXT("The learning rate below which it never goes.")},
        {STEPLAB_HYPER(eps),
         {},
         1e-10,
         1e-4,
         HyperScale::kLogarithmic,
         STEPLAB_TEXT("A drop smaller than this is left out.")},
    };
    return kFields;
  }

  static Status check(const Options& options, const Optimizer& optimizer) {
    if (options.factor >= 1.0) return invalid_hyper("factor", "Factor should be < 1.0.");
    const GroupNumbers& min_lr = options.min_lr;
    if (min_lr.is_list() && min_lr.list().size() != optimizer.group_count()) {
      return invalid_hyper("min_lr", "expected " + std::to_string(optimizer.group_count()) +
                                         " min_lrs, got " + std::to_string(min_lr.list().size()));
    }
    const std::string_view mode = options.mode.text();
    if (mode != "min" && mode != "max") {
      return invalid_hyper("mode", "mode " + std::string(mode) + " is unknown!");
    }
    const std::string_view threshold_mode = options.threshold_mode.text();
    if (threshold_mode != "rel" && threshold_mode != "abs") {
      return invalid_hyper("threshold_mode",
                           "threshold mode " + std::string(threshold_mode) + " is unknown!");
    }
    return {};
  }

  ReduceLrOnPlateau(Optimizer& optimizer, const Options& options)
      : LrScheduler(optimizer),
        options_(options),
        is_min_(options.mode.text() == "min"),
        is_relative_(options.threshold_mode.text() == "rel"),
        best_(is_min_ ? kInfinity : -kInfinity) {}

  // It has no initial step, and notes no initial_lr.
  Status begin() override {
    set_last_epoch(0);
    return {};
  }

  bool needs_metric() const override { return true; }

  Status step(std::optional<double> metric) override {
    if (!metric) {
      return Error{ErrorCode::kLoop, "",
                   "ReduceLROnPlateau.step() missing 1 required positional argument: 'metrics'"};
    }
    set_last_epoch(last_epoch() + 1);
    if (is_better(*metric)) {
      best_ = *metric;
      bad_epochs_ = 0.0;
    } else {
      bad_epochs_ += 1.0;
    }
    if (cooldown_left_ > 0.0) {
      cooldown_left_ -= 1.0;
      bad_epochs_ = 0.0;
    }
    if (bad_epochs_ <= options_.patience) return {};
    cooldown_left_ = options_.cooldown;
    bad_epochs_ = 0.0;
    return write(next_lrs(room_for_lrs()));
  }

  void archive(Archive& archive) override {
    LrScheduler::archive(archive);
    archive.value(best_);
    archive.value(bad_epochs_);
    archive.value(cooldown_left_);
  }

 private:
  static constexpr double kInfinity = std::numeric_limits<double>::infinity();

  // NaN is no improvement. With "rel" and a negative best, a worse metric counts as better.
  bool is_better(double metric) const {
    const double threshold = options_.threshold;
    if (is_min_) return metric < (is_relative_ ? best_ * (1.0 - threshold) : best_ - threshold);
    return metric > (is_relative_ ? best_ * (threshold + 1.0) : best_ + threshold);
  }

  Status next_lrs(std::vector<double>& lrs) override {
    const std::size_t groups = optimizer().group_count();
    const GroupNumbers& min_lr = options_.min_lr;
    if (min_lr.is_list() && min_lr.list().size() != groups) {
      return invalid_hyper(
          "min_lr",
          "The number of param groups in the `optimizer` (" + std::to_string(groups) +
              ") differs from when `ReduceLROnPlateau` was initialized (" +
              std::to_string(min_lr.list().size()) +
              "), usually due to a new param group being added to the optimizer. Please modify the "
              "`min_lrs` field to match the length of the `optimizer` param groups.");
    }
    for (std::size_t group = 0; group < groups; ++group) {
      const double present = optimizer().lr(group);
      const double lowest = min_lr.of(group);
      const double reduced = present * options_.factor;
      const double next = lowest > reduced ? lowest : reduced;
      lrs.push_back(present - next > options_.eps ? next : present);
    }
    return {};
  }

  Options options_;
  bool is_min_;
  bool is_relative_;
  double best_;
  double bad_epochs_ = 0.0;
  double cooldown_left_ = 0.0;
};

}  // namespace

SchedulerInfo reduce_lr_on_plateau_info() { return describe_scheduler<ReduceLrOnPlateau>(); }

}  // namespace steplab
