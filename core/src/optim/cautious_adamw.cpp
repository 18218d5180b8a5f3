// SPDX-License-Identifier: MIT
// Cautious AdamW, as AdamWLegacy of timm 1.0.31 with caution=True.
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "optim/adam_update.hpp"
#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"
#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

struct CautiousAdamW {
  static constexpr std::string_view kName = "CautiousAdamW";
  static constexpr std::string_view kPytorchClass = {};
  static constexpr std::string_view kFamily = families::kAdamRelatives;
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("AdamWLegacy of timm 1.0.31 with caution=True");
  static constexpr std::string_view kAgreement = agreement::kBitForBit;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "AdamW that moves only those elements whose running mean still agrees in sign with the "
      "gradient of the moment.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "K. Liang, L. Chen, B. Liu, Q. Liu: Cautious Optimizers: Improving Training with One Line of "
      "Code, 2024; https://arxiv.org/abs/2411.16085");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
g_t &= \nabla f(\theta_{t-1}) \\
m_t &= \beta_1 m_{t-1} + (1-\beta_1)\,g_t \\
v_t &= \beta_2 v_{t-1} + (1-\beta_2)\,g_t^2 \\
\hat m_t &= m_t/(1-\beta_1^t), \qquad \hat v_t = v_t/(1-\beta_2^t) \\
\phi_t &= [m_t\,g_t > 0] / \max(\operatorname{mean}[m_t\,g_t > 0],\, 10^{-3}) \\
\theta_t &= (1-\gamma\lambda)\,\theta_{t-1} - \gamma\,\phi_t\,\hat m_t / (\sqrt{\hat v_t} + \epsilon)
\end{aligned})");
  static constexpr std::string_view kPython =
      STEPLAB_PYTHON(R"(class CautiousAdamW(torch.optim.Optimizer):
    """AdamW with a mask over what goes against the gradient (Liang et al., 2024)."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False,
                 maximize=False):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad,
                                      maximize=maximize))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            lr, (beta1, beta2) = group["lr"], group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if not state:
                    state.update(step=0, exp_avg=torch.zeros_like(p), exp_avg_sq=torch.zeros_like(p))
                    if group["amsgrad"]:
                        state["max_exp_avg_sq"] = torch.zeros_like(p)
                state["step"] += 1
                grad = -p.grad if group["maximize"] else p.grad
                p.mul_(1 - lr * group["weight_decay"])
                mean, square = state["exp_avg"], state["exp_avg_sq"]
                mean.lerp_(grad, 1 - beta1)
                square.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
                if group["amsgrad"]:
                    square = torch.maximum(state["max_exp_avg_sq"], square, out=state["max_exp_avg_sq"])
                denominator = (square.sqrt() / (1 - beta2 ** state["step"]) ** 0.5).add_(group["eps"])
                mask = (mean * grad > 0).to(grad.dtype)
                mask.div_(mask.mean().clamp_(min=1e-3))
                p.addcdiv_(mean * mask, denominator, value=-lr / (1 - beta1 ** state["step"]))
)");

  struct Options {
    double lr = 1e-3;
    std::array<double, 2> betas = {0.9, 0.999};
    double eps = 1e-8;
    double weight_decay = 1e-2;
    bool amsgrad = false;
    bool maximize = false;
  };

  using State = adam::State;

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-5, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("Learning rate γ: about how far the parameters move in a step, on average.")},
        {STEPLAB_HYPER(betas), STEPLAB_TEXT("\\beta_1,\\beta_2"), 0.0, 0.9999, HyperScale::kLinear,
         STEPLAB_TEXT("β₁, β₂: how much of the mean and of the mean square survives a step.")},
        {STEPLAB_HYPER(eps), STEPLAB_TEXT("\\epsilon"), 1e-10, 1e-2, HyperScale::kLogarithmic,
         STEPLAB_TEXT("ε: added to the denominator, so that tiny gradients are not blown up.")},
        {STEPLAB_HYPER(weight_decay), STEPLAB_TEXT("\\lambda"), 0.0, 1.0, HyperScale::kLinear,
         STEPLAB_TEXT("λ: every step multiplies the parameters by 1 − γλ first, masked or not.")},
        {STEPLAB_HYPER(amsgrad),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Divides by the largest mean square seen, so that steps never grow again.")},
        {STEPLAB_HYPER(maximize),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Climbs instead of descending; the decay still shrinks.")},
    };
    return kFields;
  }

  static std::span<const StateField> state_fields() { return adam::state_fields(); }

  enum Symbol : unsigned { kGradient, kMeanHat, kMeanSquareHat, kMask, kDecay, kStep };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("g_t"), STEPLAB_TEXT("The gradient, negated to climb.")},
        {STEPLAB_TEXT("\\hat m_t"),
         STEPLAB_TEXT("The running mean without its bias towards its start at zero.")},
        {STEPLAB_TEXT("\\hat v_t"),
         STEPLAB_TEXT("The running mean square without its bias towards its start at zero.")},
        {STEPLAB_TEXT("\\phi_t"),
         STEPLAB_TEXT("The mask: 0 where mean and gradient disagree, elsewhere above 1 by as much "
                      "as the others were left out.")},
        {STEPLAB_TEXT("-\\gamma\\lambda\\,\\theta_{t-1}"),
         STEPLAB_TEXT(
             "The decay: the parameter shrinks by the factor 1 − γλ, apart from the gradient.")},
        {STEPLAB_TEXT("-\\gamma\\,\\phi_t\\,\\hat m_t/(\\sqrt{\\hat v_t}+\\epsilon)"),
         STEPLAB_TEXT("The step: AdamW's, or none.")},
    };
    return kSymbols;
  }

  // The reference leaves weight_decay unchecked.
  static Status validate(const Options& options) {
    return rules::all(rules::not_negative("lr", "learning rate", options.lr),
                      rules::not_negative("eps", "epsilon value", options.eps),
                      rules::betas_below_one(options.betas));
  }

  static void create_state(State& state, const Options& group, const Options&) {
    adam::create_state(state, group.amsgrad);
  }

  static Status prepare(const State& state, const Options& options) {
    return adam::prepare(state, options.amsgrad);
  }

  static bool agrees(float exp_avg, float g) { return exp_avg * g > 0.0F; }

  // Advances the means; the mask of an element that is moved.
  static float advance(const Parameter& parameter, State& state, const Options& options) {
    const std::span<const float> grad = parameter.grad().span();
    const std::span<float> exp_avg = state.exp_avg.span();
    const std::span<float> exp_avg_sq = state.exp_avg_sq.span();
    const float sign = options.maximize ? -1.0F : 1.0F;
    const auto first_weight = static_cast<float>(1.0 - options.betas[0]);
    const auto second_decay = static_cast<float>(options.betas[1]);
    const auto second_weight = static_cast<float>(1.0 - options.betas[1]);
    std::size_t moved = 0;
    for (std::size_t i = 0; i < grad.size(); ++i) {
      const float g = sign * grad[i];
      exp_avg[i] = elementwise::lerp(exp_avg[i], g, first_weight);
      exp_avg_sq[i] = elementwise::addcmul(exp_avg_sq[i] * second_decay, g, g, second_weight);
      if (agrees(exp_avg[i], g)) ++moved;
    }
    if (options.amsgrad) {
      const std::span<float> largest = state.max_exp_avg_sq.span();
      for (std::size_t i = 0; i < grad.size(); ++i) {
        largest[i] = adam::running_maximum(largest[i], exp_avg_sq[i]);
      }
    }
    const float share = static_cast<float>(moved) / static_cast<float>(grad.size());
    return 1.0F / std::max(share, 1e-3F);
  }

  static void update(const StepContext& context, Parameter& parameter, State& state,
                     const Options& options) {
    state.step += 1.0F;
    const auto step = static_cast<std::uint64_t>(state.step);
    const float mask = advance(parameter, state, options);
    const double first_correction = 1.0 - exact_powi(options.betas[0], step);
    const double second_correction = 1.0 - exact_powi(options.betas[1], step);
    const float sign = options.maximize ? -1.0F : 1.0F;
    const auto keep = static_cast<float>(1.0 - options.lr * options.weight_decay);
    const auto root_correction = static_cast<float>(std::sqrt(second_correction));
    const auto eps = static_cast<float>(options.eps);
    const auto rate = static_cast<float>(-(options.lr / first_correction));
    const auto element = [=](const auto& probe, float& value, float grad, float exp_avg,
                             float mean_square) {
      const float g = sign * grad;
      const float start = probe.scale(kDecay, value, keep);
      const float phi = agrees(exp_avg, g) ? mask : 0.0F;
      const float denominator = std::sqrt(mean_square) / root_correction + eps;
      probe.symbol(kGradient, g);
      probe.symbol(kMeanHat, static_cast<float>(exp_avg / first_correction));
      probe.symbol(kMeanSquareHat, static_cast<float>(mean_square / second_correction));
      probe.symbol(kMask, phi);
      value = probe.add(kStep, start, elementwise::quotient(exp_avg * phi, denominator, rate));
    };
    elementwise::for_each(context, parameter, element, state.exp_avg,
                          options.amsgrad ? state.max_exp_avg_sq : state.exp_avg_sq);
    // mul_ and addcdiv_
    parameter.bump_version();
    parameter.bump_version();
  }
};

}  // namespace

OptimizerInfo cautious_adamw_info() { return describe_optimizer<CautiousAdamW>(); }

}  // namespace steplab
