// SPDX-License-Identifier: MIT
// Lookahead around any optimizer, as pytorch_optimizer.Lookahead with pullback_momentum='none'.
#include <string>

#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/wrapped_optimizer.hpp"

namespace steplab {
namespace {

class Lookahead final : public WrappedOptimizer {
 public:
  static constexpr std::string_view kName = "Lookahead";
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Lets the optimizer go k steps ahead, then takes slow weights part of the way after it and "
      "starts again from there.");
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("Lookahead of pytorch_optimizer 3.9.0");
  static constexpr std::string_view kAgreement = agreement::kBitForBit;
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "M. Zhang, J. Lucas, G. Hinton, J. Ba: Lookahead Optimizer: k steps forward, 1 step back, "
      "NeurIPS 2019; https://arxiv.org/abs/1907.08610");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
\theta_t' &= \text{the optimizer's step from } \theta_{t-1} \\
\phi_t &= \begin{cases} \alpha\,\theta_t' + (1-\alpha)\,\phi_{t-1} & t \bmod k = 0 \\ \phi_{t-1} & \text{otherwise} \end{cases} \\
\theta_t &= \begin{cases} \phi_t & t \bmod k = 0 \\ \theta_t' & \text{otherwise} \end{cases}
\end{aligned})");
  static constexpr std::string_view kPython = STEPLAB_PYTHON(R"(class Lookahead:
    """Lookahead (Zhang et al., 2019) around an optimizer."""

    def __init__(self, optimizer, k=5, alpha=0.5):
        self.optimizer, self.k, self.alpha, self.counter = optimizer, k, alpha, 0
        self.param_groups, self.zero_grad = optimizer.param_groups, optimizer.zero_grad
        self.slow = {p: p.detach().clone() for group in self.param_groups for p in group["params"]}

    @torch.no_grad()
    def step(self, closure=None):
        loss = self.optimizer.step(closure)
        self.counter += 1
        if self.counter >= self.k:
            self.counter = 0
            for p, slow in self.slow.items():
                if p.grad is not None:
                    p.mul_(self.alpha).add_(slow, alpha=1 - self.alpha)
                    slow.copy_(p)
        return loss

    def state_dict(self):
        return self.optimizer.state_dict(), list(self.slow.values())

    @torch.no_grad()
    def load_state_dict(self, saved):
        self.optimizer.load_state_dict(saved[0])
        self.param_groups = self.optimizer.param_groups
        for slow, value in zip(self.slow.values(), saved[1]):
            slow.copy_(value)
)");
  static constexpr bool kNeedsClosure = false;

  struct Options {
    double k = 5.0;
    double alpha = 0.5;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(k), STEPLAB_TEXT("k"), 1.0, 100.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT(
             "k: how many steps the optimizer goes ahead before the slow weights follow.")},
        {STEPLAB_HYPER(alpha), STEPLAB_TEXT("\\alpha"), 0.0, 1.0, HyperScale::kLinear,
         STEPLAB_TEXT("α: how far of the way the slow weights follow.")},
    };
    return kFields;
  }

  static std::vector<StateInfo> state_infos() {
    return {{"slow_params", STEPLAB_TEXT("\\phi_t"),
             STEPLAB_TEXT("φ: the slow weights, from which the next k steps start.")}};
  }
  static std::vector<SymbolInfo> symbols() {
    return {{STEPLAB_TEXT("\\phi_t - \\theta_t'"),
             STEPLAB_TEXT("The way back to the slow weights, every k steps.")}};
  }

  static Status validate(const Options& options) {
    if (!(options.k >= 1.0)) {
      return invalid_hyper("k", "k must be positive, got " + to_python(options.k));
    }
    if (!(options.alpha >= 0.0 && options.alpha <= 1.0)) {
      return invalid_hyper("alpha", "alpha must be in [0.0, 1.0], got " + to_python(options.alpha));
    }
    return {};
  }

  Lookahead(std::unique_ptr<Optimizer> inner, const Options& options)
      : WrappedOptimizer(std::move(inner)), options_(options) {}

  Status step(Closure* closure) override {
    ++step_count_;
    if (Status status = inner().step(closure); !status) return status;
    counter_ += 1.0;
    if (counter_ >= options_.k) {
      counter_ = 0.0;
      for (Copy& slow : copies()) follow(slow);
    }
    return {};
  }

  void archive(Archive& archive) override {
    WrappedOptimizer::archive(archive);
    archive.value(counter_);
  }

 protected:
  std::string_view copies_name() const override { return "slow_params"; }

 private:
  // Parameters without a gradient are left alone, as in the reference.
  void follow(Copy& slow) {
    Parameter& parameter = *slow.parameter;
    if (!parameter.has_grad()) return;
    const auto fast_share = static_cast<float>(options_.alpha);
    const auto slow_share = static_cast<float>(1.0 - options_.alpha);
    const std::span<float> fast = parameter.mutable_value().span();
    for (std::size_t i = 0; i < fast.size(); ++i) {
      slow.values[i] = elementwise::axpy(fast[i] * fast_share, slow.values[i], slow_share);
    }
    tell(parameter, slow.values);
    std::copy(slow.values.begin(), slow.values.end(), fast.begin());
    // mul_ and add_
    parameter.bump_version();
    parameter.bump_version();
  }

  // The way back to the slow weights is one more term of the update.
  void tell(const Parameter& parameter, const std::vector<float>& values) {
    Inspector* watcher = inspector();
    if (watcher == nullptr || !watcher->watches(parameter)) return;
    if (!watcher->inspection().exists) return;
    const auto own_symbol = static_cast<unsigned>(info().symbols.size());
    const float after = values[watcher->element()];
    watcher->replace(own_symbol, watcher->inspection().after, after);
    watcher->end(after);
  }

  Options options_;
  double counter_ = 0.0;
};

}  // namespace

WrapperInfo lookahead_info() { return describe_wrapper<Lookahead>(); }

}  // namespace steplab
