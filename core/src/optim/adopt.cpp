// SPDX-License-Identifier: MIT
// ADOPT, as Adopt of timm 1.0.31.
#include <cmath>
#include <cstdint>

#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"
#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

struct Adopt {
  static constexpr std::string_view kName = "ADOPT";
  static constexpr std::string_view kPytorchClass = {};
  static constexpr std::string_view kFamily = families::kAdamRelatives;
  static constexpr std::string_view kCheckedAgainst = STEPLAB_TEXT("Adopt of timm 1.0.31");
  static constexpr std::string_view kAgreement = agreement::kBitForBit;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Adam that divides each gradient by the sizes of those before it, which makes it converge "
      "with any β₂.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "S. Taniguchi, K. Harada, G. Minegishi, Y. Oshima, S. Jeong, G. Nagahara, T. Iiyama, M. "
      "Suzuki, Y. Iwasawa, Y. Matsuo: ADOPT: Modified Adam Can Converge with Any β₂ with the "
      "Optimal Rate, NeurIPS 2024; https://arxiv.org/abs/2411.02853");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
g_t &= \nabla f(\theta_{t-1}) + \lambda\,\theta_{t-1}, \qquad v_1 = g_1^2, \quad \theta_1 = \theta_0 \\
n_t &= \operatorname{clip}\bigl( g_t/\max(\sqrt{v_{t-1}},\epsilon),\, \pm(t-1)^c \bigr) \\
m_t &= \beta_1 m_{t-1} + (1-\beta_1)\,n_t \\
\theta_t &= \theta_{t-1} - \gamma\,m_t \\
v_t &= \beta_2 v_{t-1} + (1-\beta_2)\,g_t^2
\end{aligned})");
  static constexpr std::string_view kPython = STEPLAB_PYTHON(R"(class ADOPT(torch.optim.Optimizer):
    """ADOPT (Taniguchi et al., 2024)."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.9999), eps=1e-6, clip_exp=0.25, weight_decay=0.0,
                 decoupled=False, maximize=False):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, clip_exp=clip_exp, weight_decay=weight_decay,
                                      decoupled=decoupled, maximize=maximize))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            decay = group["weight_decay"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if not state:
                    state.update(step=0, exp_avg=torch.zeros_like(p), exp_avg_sq=torch.zeros_like(p))
                state["step"] += 1
                grad = -p.grad if group["maximize"] else p.grad
                if decay != 0 and not group["decoupled"]:
                    grad = grad.add(p, alpha=decay)
                if state["step"] == 1:
                    state["exp_avg_sq"].addcmul_(grad, grad)
                    continue
                if decay != 0 and group["decoupled"]:
                    p.add_(p, alpha=-group["lr"] * decay)
                scaled = grad / state["exp_avg_sq"].sqrt().clamp(min=group["eps"])
                if group["clip_exp"] is not None:
                    limit = (state["step"] - 1) ** group["clip_exp"]
                    scaled.clamp_(-limit, limit)
                state["exp_avg"].lerp_(scaled, 1 - beta1)
                p.add_(state["exp_avg"], alpha=-group["lr"])
                state["exp_avg_sq"].mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
)");

  struct Options {
    double lr = 1e-3;
    std::array<double, 2> betas = {0.9, 0.9999};
    double eps = 1e-6;
    std::optional<double> clip_exp = 0.25;
    double weight_decay = 0.0;
    bool decoupled = false;
    bool maximize = false;
  };

  struct State {
    float step = 0.0F;
    StateTensor exp_avg;
    StateTensor exp_avg_sq;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-5, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("Learning rate γ: about how far every parameter moves in a step.")},
        {STEPLAB_HYPER(betas), STEPLAB_TEXT("\\beta_1,\\beta_2"), 0.0, 0.9999, HyperScale::kLinear,
         STEPLAB_TEXT("β₁, β₂: how much of the mean and of the mean square survives a step.")},
        {STEPLAB_HYPER(eps), STEPLAB_TEXT("\\epsilon"), 1e-10, 1e-2, HyperScale::kLogarithmic,
         STEPLAB_TEXT("ε: the least that a gradient is divided by.")},
        {STEPLAB_HYPER(clip_exp), STEPLAB_TEXT("c"), 0.0, 1.0, HyperScale::kLinear,
         STEPLAB_TEXT(
             "c: scaled gradients are clipped at (t − 1) to this power; None does not clip.")},
        {STEPLAB_HYPER(weight_decay), STEPLAB_TEXT("\\lambda"), 0.0, 0.1, HyperScale::kLinear,
         STEPLAB_TEXT("λ: pulls parameters to zero by adding λθ to the gradient (L2).")},
        {STEPLAB_HYPER(decoupled),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT(
             "Shrinks the parameters themselves and leaves the gradient alone, as AdamW does.")},
        {STEPLAB_HYPER(maximize),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Climbs instead of descending.")},
    };
    return kFields;
  }

  static std::span<const StateField> state_fields() {
    static constexpr StateField kFields[] = {
        {STEPLAB_STATE(step), STEPLAB_TEXT("t"),
         STEPLAB_TEXT("t: how many updates this parameter has had.")},
        {STEPLAB_STATE(exp_avg), STEPLAB_TEXT("m_t"),
         STEPLAB_TEXT("m: the running mean of gradients.")},
        {STEPLAB_STATE(exp_avg_sq), STEPLAB_TEXT("v_t"),
         STEPLAB_TEXT("v: the running mean of squared gradients.")},
    };
    return kFields;
  }

  enum Symbol : unsigned { kGradient, kScaled, kDecay, kStep };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("g_t"),
         STEPLAB_TEXT("The gradient, negated to climb, with an L2 weight decay added.")},
        {STEPLAB_TEXT("n_t"),
         STEPLAB_TEXT("The gradient over the size of those before it, clipped.")},
        {STEPLAB_TEXT("-\\gamma\\lambda\\,\\theta_{t-1}"),
         STEPLAB_TEXT("The decay, when decoupled.")},
        {STEPLAB_TEXT("-\\gamma\\,m_t"), STEPLAB_TEXT("The step.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    return rules::all(
        rules::not_negative("lr", "learning rate", options.lr),
        rules::not_negative("eps", "epsilon value", options.eps),
        rules::betas_below_one(options.betas),
        rules::not_negative("weight_decay", "weight_decay value", options.weight_decay));
  }

  static void update(const StepContext& context, Parameter& parameter, State& state,
                     const Options& options) {
    state.step += 1.0F;
    const bool decoupled = options.weight_decay != 0.0 && options.decoupled;
    const elementwise::PenalizedGradient gradient(options.maximize,
                                                  decoupled ? 0.0 : options.weight_decay);
    if (state.step == 1.0F) {
      // The first gradient only measures sizes.
      const auto measure = [=](const auto&, float& value, float grad, float& exp_avg_sq) {
        const float g = gradient(grad, value);
        exp_avg_sq = elementwise::addcmul(exp_avg_sq, g, g, 1.0F);
      };
      elementwise::for_each(context, parameter, measure, state.exp_avg_sq);
      return;
    }
    const auto first_weight = static_cast<float>(1.0 - options.betas[0]);
    const auto second_decay = static_cast<float>(options.betas[1]);
    const auto second_weight = static_cast<float>(1.0 - options.betas[1]);
    const auto eps = static_cast<float>(options.eps);
    const bool clips = options.clip_exp.has_value();
    const auto limit = static_cast<float>(
        clips ? exact_pow(static_cast<double>(state.step) - 1.0, *options.clip_exp) : 0.0);
    const auto decay = static_cast<float>(-options.lr * options.weight_decay);
    const auto rate = static_cast<float>(-options.lr);
    const auto element = [=](const auto& probe, float& value, float grad, float& exp_avg,
                             float& exp_avg_sq) {
      const float g = gradient(grad, value);
      const float start = decoupled ? probe.add(kDecay, value, value * decay) : value;
      const float root = std::sqrt(exp_avg_sq);
      float scaled = g / (root < eps ? eps : root);
      if (clips) {
        scaled = scaled < -limit ? -limit : scaled;
        scaled = scaled > limit ? limit : scaled;
      }
      exp_avg = elementwise::lerp(exp_avg, scaled, first_weight);
      probe.symbol(kGradient, g);
      probe.symbol(kScaled, scaled);
      value = probe.add(kStep, start, exp_avg * rate);
      exp_avg_sq = elementwise::addcmul(exp_avg_sq * second_decay, g, g, second_weight);
    };
    elementwise::for_each(context, parameter, element, state.exp_avg, state.exp_avg_sq);
    if (decoupled) parameter.bump_version();
    parameter.bump_version();
  }
};

}  // namespace

OptimizerInfo adopt_info() { return describe_optimizer<Adopt>(); }

}  // namespace steplab
