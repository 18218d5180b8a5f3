// SPDX-License-Identifier: MIT
// torch.optim.lr_scheduler.PolynomialLR.
#include <algorithm>

#include "optim/lr_scheduler.hpp"
#include "optim/rules.hpp"
#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

class PolynomialLr final : public LrScheduler {
 public:
  static constexpr std::string_view kName = "PolynomialLR";
  static constexpr std::string_view kPytorchClass = "torch.optim.lr_scheduler.PolynomialLR";
  static constexpr SchedulerKind kKind = SchedulerKind::kChainable;
  static constexpr std::string_view kSummary =
      STEPLAB_TEXT("Lowers the learning rate to zero along a power of the epochs that are left.");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
\gamma_e &= \gamma_{e-1} \Bigl(\frac{1 - e/n}{1 - (e-1)/n}\Bigr)^p && 1 \le e \le n
\end{aligned})");

  struct Options {
    double total_iters = 5.0;
    double power = 1.0;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(total_iters), STEPLAB_TEXT("n"), 1.0, 1000.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("n: the epoch at which the learning rate is zero, and stays it.")},
        {STEPLAB_HYPER(power), STEPLAB_TEXT("p"), 0.1, 5.0, HyperScale::kLinear,
         STEPLAB_TEXT("p: 1 is a straight line; more falls faster at first.")},
    };
    return kFields;
  }

  static Status check(const Options& options, const Optimizer&) {
    return rules::whole_number("total_iters", options.total_iters);
  }

  PolynomialLr(Optimizer& optimizer, const Options& options)
      : LrScheduler(optimizer), options_(options) {}

 private:
  Status next_lrs(std::vector<double>& lrs) override {
    const auto& [total, power] = options_;
    if (is_initial() || epoch() > total) {
      append_present(lrs);
      return {};
    }
    if (total == 0.0) return zero_division("total_iters", "division by zero");
    const double base = (1.0 - epoch() / total) / (1.0 - (epoch() - 1.0) / total);
    if (base == 0.0 && power < 0.0) {
      return zero_division("power", "0.0 cannot be raised to a negative power");
    }
    append_present(lrs, exact_pow(base, power));
    return {};
  }

  Status first_lrs(std::vector<double>& lrs) override {
    const auto& [total, power] = options_;
    if (total == 0.0) return zero_division("total_iters", "division by zero");
    append_base(lrs, exact_pow(1.0 - std::min(total, 0.0) / total, power));
    return {};
  }

  Options options_;
};

}  // namespace

SchedulerInfo polynomial_lr_info() { return describe_scheduler<PolynomialLr>(); }

}  // namespace steplab
