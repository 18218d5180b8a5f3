// SPDX-License-Identifier: MIT
// torch.optim.lr_scheduler.ConstantLR.
#include "optim/lr_scheduler.hpp"
#include "optim/rules.hpp"

namespace steplab {
namespace {

class ConstantLr final : public LrScheduler {
 public:
  static constexpr std::string_view kName = "ConstantLR";
  static constexpr std::string_view kPytorchClass = "torch.optim.lr_scheduler.ConstantLR";
  static constexpr SchedulerKind kKind = SchedulerKind::kChainable;
  static constexpr std::string_view kSummary =
      STEPLAB_TEXT("Holds the learning rate at a fraction until total_iters epochs have passed.");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
\gamma_0 &= f\,\gamma \\
\gamma_e &= \begin{cases} \gamma_{e-1}/f & e = n \\ \gamma_{e-1} & \text{otherwise} \end{cases}
\end{aligned})");

  struct Options {
    double factor = 1.0 / 3.0;
    double total_iters = 5.0;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(factor), STEPLAB_TEXT("f"), 0.01, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("f: what the learning rate is multiplied by until then.")},
        {STEPLAB_HYPER(total_iters), STEPLAB_TEXT("n"), 1.0, 1000.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("n: the epoch at which the learning rate is given back.")},
    };
    return kFields;
  }

  static Status check(const Options& options, const Optimizer&) {
    if (options.factor > 1.0 || options.factor < 0.0) {
      return invalid_hyper("factor",
                           "Constant multiplicative factor expected to be between 0 and 1.");
    }
    return rules::whole_number("total_iters", options.total_iters);
  }

  ConstantLr(Optimizer& optimizer, const Options& options)
      : LrScheduler(optimizer), options_(options) {}

 private:
  Status next_lrs(std::vector<double>& lrs) override {
    if (last_epoch() == 0) {
      append_present(lrs, options_.factor);
    } else if (epoch() != options_.total_iters) {
      append_present(lrs);
    } else if (options_.factor == 0.0) {
      return zero_division("factor", "float division by zero");
    } else {
      append_present(lrs, 1.0 / options_.factor);
    }
    return {};
  }

  Status first_lrs(std::vector<double>& lrs) override {
    const double is_over = 0.0 >= options_.total_iters ? 1.0 : 0.0;
    append_base(lrs, options_.factor + is_over * (1.0 - options_.factor));
    return {};
  }

  Options options_;
};

}  // namespace

SchedulerInfo constant_lr_info() { return describe_scheduler<ConstantLr>(); }

}  // namespace steplab
