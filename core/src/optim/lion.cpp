// SPDX-License-Identifier: MIT
// Lion, as Lion of lion-pytorch 0.2.3.
#include <cmath>
#include <cstdint>

#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"

namespace steplab {
namespace {

struct Lion {
  static constexpr std::string_view kName = "Lion";
  static constexpr std::string_view kPytorchClass = {};
  static constexpr std::string_view kFamily = families::kSign;
  static constexpr std::string_view kCheckedAgainst = STEPLAB_TEXT("Lion of lion-pytorch 0.2.3");
  static constexpr std::string_view kAgreement = agreement::kBitForBit;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Found by a search over programs: the sign of a mix of gradient and mean, and one buffer "
      "only.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "X. Chen, C. Liang, D. Huang, E. Real, K. Wang, Y. Liu, H. Pham, X. Dong, T. Luong, C.-J. "
      "Hsieh, Y. Lu, Q. Le: Symbolic Discovery of Optimization Algorithms, NeurIPS 2023; "
      "https://arxiv.org/abs/2302.06675");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
c_t &= \beta_1 m_{t-1} + (1-\beta_1)\,\nabla f(\theta_{t-1}) \\
\theta_t &= (1 - \gamma\lambda)\,\theta_{t-1} - \gamma\,\operatorname{sign}(c_t) \\
m_t &= \beta_2 m_{t-1} + (1-\beta_2)\,\nabla f(\theta_{t-1})
\end{aligned})");
  static constexpr std::string_view kPython = STEPLAB_PYTHON(R"(class Lion(torch.optim.Optimizer):
    """Lion (Chen et al., 2023)."""

    def __init__(self, params, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(params, dict(lr=lr, betas=betas, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                mean = self.state[p].setdefault("exp_avg", torch.zeros_like(p))
                p.mul_(1 - group["lr"] * group["weight_decay"])
                p.add_(mean.mul(beta1).add_(p.grad, alpha=1 - beta1).sign_(), alpha=-group["lr"])
                mean.mul_(beta2).add_(p.grad, alpha=1 - beta2)
)");

  struct Options {
    double lr = 1e-4;
    std::array<double, 2> betas = {0.9, 0.99};
    double weight_decay = 0.0;
  };

  struct State {
    StateTensor exp_avg;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-5, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("Learning rate γ: exactly how far every parameter moves in a step; a third "
                      "to a tenth of Adam's.")},
        {STEPLAB_HYPER(betas), STEPLAB_TEXT("\\beta_1,\\beta_2"), 0.0, 0.9999, HyperScale::kLinear,
         STEPLAB_TEXT("β₁: the share of the mean in the direction; β₂: how much of the mean "
                      "survives a step.")},
        {STEPLAB_HYPER(weight_decay), STEPLAB_TEXT("\\lambda"), 0.0, 1.0, HyperScale::kLinear,
         STEPLAB_TEXT("λ: every step multiplies the parameters by 1 − γλ first.")},
    };
    return kFields;
  }

  static std::span<const StateField> state_fields() {
    static constexpr StateField kFields[] = {
        {STEPLAB_STATE(exp_avg), STEPLAB_TEXT("m_t"),
         STEPLAB_TEXT("m: the running mean of gradients.")},
    };
    return kFields;
  }

  enum Symbol : unsigned { kMix, kDecay, kStep };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("c_t"), STEPLAB_TEXT("The mix whose sign is the direction.")},
        {STEPLAB_TEXT("-\\gamma\\lambda\\,\\theta_{t-1}"),
         STEPLAB_TEXT("The decay: the parameter shrinks by the factor 1 − γλ.")},
        {STEPLAB_TEXT("-\\gamma\\,\\operatorname{sign}(c_t)"),
         STEPLAB_TEXT("The step: γ in size, or 0.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    return rules::all(
        rules::positive("lr", "learning rate", options.lr), rules::betas_below_one(options.betas),
        rules::not_negative("weight_decay", "weight_decay value", options.weight_decay));
  }

  // torch.sign: 0 for NaN.
  static float sign(float value) { return value > 0.0F ? 1.0F : value < 0.0F ? -1.0F : 0.0F; }

  static void update(const StepContext& context, Parameter& parameter, State& state,
                     const Options& options) {
    const auto keep = static_cast<float>(1.0 - options.lr * options.weight_decay);
    const auto first_decay = static_cast<float>(options.betas[0]);
    const auto first_weight = static_cast<float>(1.0 - options.betas[0]);
    const auto second_decay = static_cast<float>(options.betas[1]);
    const auto second_weight = static_cast<float>(1.0 - options.betas[1]);
    const auto rate = static_cast<float>(-options.lr);
    const auto element = [=](const auto& probe, float& value, float grad, float& exp_avg) {
      const float mix = elementwise::axpy(exp_avg * first_decay, grad, first_weight);
      probe.symbol(kMix, mix);
      value = probe.add(kStep, probe.scale(kDecay, value, keep), sign(mix) * rate);
      exp_avg = elementwise::axpy(exp_avg * second_decay, grad, second_weight);
    };
    elementwise::for_each(context, parameter, element, state.exp_avg);
    // mul_ and add_
    parameter.bump_version();
    parameter.bump_version();
  }
};

}  // namespace

OptimizerInfo lion_info() { return describe_optimizer<Lion>(); }

}  // namespace steplab
