// SPDX-License-Identifier: MIT
// SignSGD, as sign_sgd of optax 0.2.8, written in PyTorch.
#include <cmath>
#include <cstdint>

#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"

namespace steplab {
namespace {

struct SignSgd {
  static constexpr std::string_view kName = "SignSGD";
  static constexpr std::string_view kPytorchClass = {};
  static constexpr std::string_view kFamily = families::kSign;
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("sign_sgd of optax 0.2.8, written in PyTorch");
  static constexpr std::string_view kAgreement = agreement::kBitForBit;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Moves every parameter by the learning rate against its gradient, however large the gradient "
      "is.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "J. Bernstein, Y. Wang, K. Azizzadenesheli, A. Anandkumar: signSGD: Compressed Optimisation "
      "for Non-Convex Problems, ICML 2018; https://arxiv.org/abs/1802.04434");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
\theta_t &= \theta_{t-1} - \gamma\,\operatorname{sign}(\nabla f(\theta_{t-1}))
\end{aligned})");
  static constexpr std::string_view kPython =
      STEPLAB_PYTHON(R"(class SignSGD(torch.optim.Optimizer):
    """signSGD (Bernstein et al., 2018)."""

    def __init__(self, params, lr=1e-3):
        super().__init__(params, dict(lr=lr))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    p.add_(p.grad.sign(), alpha=-group["lr"])
)");

  struct Options {
    double lr = 1e-3;
  };

  struct State {};

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-5, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("Learning rate γ: exactly how far every parameter moves in a step.")},
    };
    return kFields;
  }

  static std::span<const StateField> state_fields() { return {}; }

  enum Symbol : unsigned { kStep };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("-\\gamma\\,\\operatorname{sign}(\\nabla f(\\theta_{t-1}))"),
         STEPLAB_TEXT("The step: γ in size, or 0.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    return rules::all(rules::not_negative("lr", "learning rate", options.lr));
  }

  // torch.sign: 0 for NaN.
  static float sign(float value) { return value > 0.0F ? 1.0F : value < 0.0F ? -1.0F : 0.0F; }

  static void update(const StepContext& context, Parameter& parameter, State&,
                     const Options& options) {
    const auto rate = static_cast<float>(-options.lr);
    const auto element = [=](const auto& probe, float& value, float grad) {
      value = probe.add(kStep, value, sign(grad) * rate);
    };
    elementwise::for_each(context, parameter, element);
    parameter.bump_version();
  }
};

}  // namespace

OptimizerInfo sign_sgd_info() { return describe_optimizer<SignSgd>(); }

}  // namespace steplab
