// SPDX-License-Identifier: MIT
// Signum, as signum of optax 0.2.8, written in PyTorch.
#include <cmath>
#include <cstdint>

#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"

namespace steplab {
namespace {

struct Signum {
  static constexpr std::string_view kName = "Signum";
  static constexpr std::string_view kPytorchClass = {};
  static constexpr std::string_view kFamily = families::kSign;
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("signum of optax 0.2.8, written in PyTorch");
  static constexpr std::string_view kAgreement = agreement::kBitForBit;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Moves every parameter by the learning rate against the sign of its mean gradient.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "J. Bernstein, Y. Wang, K. Azizzadenesheli, A. Anandkumar: signSGD: Compressed Optimisation "
      "for Non-Convex Problems, ICML 2018; https://arxiv.org/abs/1802.04434");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
m_t &= \mu\,m_{t-1} + (1-\mu)\,\nabla f(\theta_{t-1}) \\
\theta_t &= \theta_{t-1} - \gamma\,\operatorname{sign}(m_t)
\end{aligned})");
  static constexpr std::string_view kPython = STEPLAB_PYTHON(R"(class Signum(torch.optim.Optimizer):
    """Signum (Bernstein et al., 2018): the sign of a running mean of gradients."""

    def __init__(self, params, lr=1e-3, momentum=0.9):
        super().__init__(params, dict(lr=lr, momentum=momentum))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    mean = self.state[p].setdefault("momentum_buffer", torch.zeros_like(p))
                    mean.mul_(group["momentum"]).add_(p.grad, alpha=1 - group["momentum"])
                    p.add_(mean.sign(), alpha=-group["lr"])
)");

  struct Options {
    double lr = 1e-3;
    double momentum = 0.9;
  };

  struct State {
    StateTensor momentum_buffer;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-5, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("Learning rate γ: exactly how far every parameter moves in a step.")},
        {STEPLAB_HYPER(momentum), STEPLAB_TEXT("\\mu"), 0.0, 0.999, HyperScale::kLinear,
         STEPLAB_TEXT("μ: how much of the mean survives a step; 0 is signSGD.")},
    };
    return kFields;
  }

  static std::span<const StateField> state_fields() {
    static constexpr StateField kFields[] = {
        {STEPLAB_STATE(momentum_buffer), STEPLAB_TEXT("m_t"),
         STEPLAB_TEXT("m: the running mean of gradients.")},
    };
    return kFields;
  }

  enum Symbol : unsigned { kStep };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("-\\gamma\\,\\operatorname{sign}(m_t)"),
         STEPLAB_TEXT("The step: γ in size, or 0.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    return rules::all(rules::not_negative("lr", "learning rate", options.lr),
                      rules::not_negative("momentum", "momentum value", options.momentum));
  }

  // torch.sign: 0 for NaN.
  static float sign(float value) { return value > 0.0F ? 1.0F : value < 0.0F ? -1.0F : 0.0F; }

  static void update(const StepContext& context, Parameter& parameter, State& state,
                     const Options& options) {
    const auto kept = static_cast<float>(options.momentum);
    const auto weight = static_cast<float>(1.0 - options.momentum);
    const auto rate = static_cast<float>(-options.lr);
    const auto element = [=](const auto& probe, float& value, float grad, float& mean) {
      mean = elementwise::axpy(mean * kept, grad, weight);
      value = probe.add(kStep, value, sign(mean) * rate);
    };
    elementwise::for_each(context, parameter, element, state.momentum_buffer);
    parameter.bump_version();
  }
};

}  // namespace

OptimizerInfo signum_info() { return describe_optimizer<Signum>(); }

}  // namespace steplab
