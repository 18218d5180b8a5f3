// SPDX-License-Identifier: MIT
// torch.optim.lr_scheduler.ExponentialLR.
#include "optim/lr_scheduler.hpp"
#include "optim/rules.hpp"

namespace steplab {
namespace {

class ExponentialLr final : public LrScheduler {
 public:
  static constexpr std::string_view kName = "ExponentialLR";
  static constexpr std::string_view kPytorchClass = "torch.optim.lr_scheduler.ExponentialLR";
  static constexpr SchedulerKind kKind = SchedulerKind::kChainable;
  static constexpr std::string_view kSummary =
      STEPLAB_TEXT("Multiplies the learning rate by gamma every epoch.");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
\gamma_e &= g\,\gamma_{e-1}
\end{aligned})");

  struct Options {
    double gamma = 0.0;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(gamma),
         STEPLAB_TEXT("g"),
         0.5,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("g: what the learning rate is multiplied by every epoch."),
         {},
         false,
         true},
    };
    return kFields;
  }

  static Status check(const Options&, const Optimizer&) { return {}; }

  ExponentialLr(Optimizer& optimizer, const Options& options)
      : LrScheduler(optimizer), options_(options) {}

 private:
  Status next_lrs(std::vector<double>& lrs) override {
    append_present(lrs, is_initial() ? 1.0 : options_.gamma);
    return {};
  }

  Status first_lrs(std::vector<double>& lrs) override {
    append_base(lrs);
    return {};
  }

  Options options_;
};

}  // namespace

SchedulerInfo exponential_lr_info() { return describe_scheduler<ExponentialLr>(); }

}  // namespace steplab
