// SPDX-License-Identifier: MIT
// AdaBelief, as AdaBelief of adabelief-pytorch 0.2.1.
#include <cmath>
#include <cstdint>

#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"
#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

struct AdaBelief {
  static constexpr std::string_view kName = "AdaBelief";
  static constexpr std::string_view kPytorchClass = {};
  static constexpr std::string_view kFamily = families::kAdamRelatives;
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("AdaBelief of adabelief-pytorch 0.2.1");
  static constexpr std::string_view kAgreement = agreement::kBitForBit;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Adam that steps far where gradients are as expected, and little where they surprise.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "J. Zhuang, T. Tang, Y. Ding, S. Tatikonda, N. Dvornek, X. Papademetris, J. Duncan: "
      "AdaBelief Optimizer: Adapting Stepsizes by the Belief in Observed Gradients, NeurIPS 2020; "
      "https://arxiv.org/abs/2010.07468");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
g_t &= \nabla f(\theta_{t-1}) \\
m_t &= \beta_1 m_{t-1} + (1-\beta_1)\,g_t \\
s_t &= \beta_2 s_{t-1} + (1-\beta_2)\,(g_t - m_t)^2 + \epsilon \\
\theta_t' &= (1 - \gamma\lambda)\,\theta_{t-1} \\
\theta_t &= \theta_t' - \gamma\,r_t\,\tfrac{m_t}{1-\beta_1^t} \Big/ \Bigl(\sqrt{s_t/(1-\beta_2^t)} + \epsilon\Bigr)
\end{aligned})");
  static constexpr std::string_view kPython =
      STEPLAB_PYTHON(R"(class AdaBelief(torch.optim.Optimizer):
    """AdaBelief (Zhuang et al., 2020)."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-16, weight_decay=0.0, amsgrad=False,
                 weight_decouple=True, fixed_decay=False, rectify=True):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad,
                                      weight_decouple=weight_decouple, fixed_decay=fixed_decay, rectify=rectify))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                state, grad = self.state[p], p.grad
                if not state:
                    state.update(step=0, exp_avg=torch.zeros_like(p), exp_avg_var=torch.zeros_like(p),
                                 max_exp_avg_var=torch.zeros_like(p))
                if group["weight_decouple"]:
                    p.mul_(1 - group["weight_decay"] * (1 if group["fixed_decay"] else group["lr"]))
                elif group["weight_decay"] != 0:
                    grad = grad.add(p, alpha=group["weight_decay"])
                state["step"] += 1
                t, mean, var = state["step"], state["exp_avg"], state["exp_avg_var"]
                mean.mul_(beta1).add_(grad, alpha=1 - beta1)
                var.mul_(beta2).addcmul_(grad - mean, grad - mean, value=1 - beta2).add_(group["eps"])
                size = group["lr"] / (1 - beta1**t)
                if not group["rectify"]:
                    if group["amsgrad"]:
                        var = torch.maximum(state["max_exp_avg_var"], var, out=state["max_exp_avg_var"])
                    p.addcdiv_(mean, (var.sqrt() / (1 - beta2**t) ** 0.5).add_(group["eps"]), value=-size)
                    continue
                longest = 2 / (1 - beta2) - 1
                length = longest - 2 * t * beta2**t / (1 - beta2**t)
                if length >= 5:
                    size *= ((1 - beta2**t) * (length - 4) / (longest - 4) * (length - 2) / length * longest
                             / (longest - 2)) ** 0.5
                    p.addcdiv_(mean, var.sqrt().add_(group["eps"]), value=-size)
                else:
                    p.add_(mean, alpha=-size)
)");

  struct Options {
    double lr = 1e-3;
    std::array<double, 2> betas = {0.9, 0.999};
    double eps = 1e-16;
    double weight_decay = 0.0;
    bool amsgrad = false;
    bool weight_decouple = true;
    bool fixed_decay = false;
    bool rectify = true;
  };

  struct State {
    std::int64_t step = 0;
    StateTensor exp_avg;
    StateTensor exp_avg_var;
    StateTensor max_exp_avg_var;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-5, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("Learning rate γ: about how far every parameter moves in a step.")},
        {STEPLAB_HYPER(betas), STEPLAB_TEXT("\\beta_1,\\beta_2"), 0.0, 0.9999, HyperScale::kLinear,
         STEPLAB_TEXT("β₁, β₂: how much of the mean and of the mean square survives a step.")},
        {STEPLAB_HYPER(eps), STEPLAB_TEXT("\\epsilon"), 1e-20, 1e-2, HyperScale::kLogarithmic,
         STEPLAB_TEXT("ε: added to s in every step, and to its root.")},
        {STEPLAB_HYPER(weight_decay), STEPLAB_TEXT("\\lambda"), 0.0, 0.1, HyperScale::kLinear,
         STEPLAB_TEXT("λ: pulls parameters to zero.")},
        {STEPLAB_HYPER(amsgrad),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Divides by the largest s seen; only without rectify.")},
        {STEPLAB_HYPER(weight_decouple),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Decays as AdamW does; otherwise λθ is added to the gradient.")},
        {STEPLAB_HYPER(fixed_decay),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Decays by λ itself and not by γλ.")},
        {STEPLAB_HYPER(rectify),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Waits with the division as RAdam does (the factor r); the division is then "
                      "by √s + ε.")},
    };
    return kFields;
  }

  static std::span<const StateField> state_fields() {
    static constexpr StateField kFields[] = {
        {STEPLAB_STATE(step), STEPLAB_TEXT("t"),
         STEPLAB_TEXT("t: how many updates this parameter has had.")},
        {STEPLAB_STATE(exp_avg), STEPLAB_TEXT("m_t"),
         STEPLAB_TEXT("m: the running mean of gradients.")},
        {STEPLAB_STATE(exp_avg_var), STEPLAB_TEXT("s_t"),
         STEPLAB_TEXT("s: the running mean of squared surprises.")},
        {STEPLAB_STATE(max_exp_avg_var),
         {},
         STEPLAB_TEXT("The largest s so far, which only amsgrad keeps and divides by.")},
    };
    return kFields;
  }

  enum Symbol : unsigned { kGradient, kDecay, kStep };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("g_t"), STEPLAB_TEXT("The gradient, with a coupled weight decay added.")},
        {STEPLAB_TEXT("-\\gamma\\lambda\\,\\theta_{t-1}"), STEPLAB_TEXT("The decay.")},
        {STEPLAB_TEXT("-\\gamma\\,r_t\\,\\tfrac{m_t}{1-\\beta_1^t}/(\\sqrt{s_t/(1-\\beta_2^t)} + "
                      "\\epsilon)"),
         STEPLAB_TEXT("The step.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    return rules::all(rules::not_negative("lr", "learning rate", options.lr),
                      rules::not_negative("eps", "epsilon value", options.eps),
                      rules::betas_below_one(options.betas));
  }

  static void create_state(State& state, const Options& group, const Options&) {
    state.exp_avg.create();
    state.exp_avg_var.create();
    if (group.amsgrad) state.max_exp_avg_var.create();
  }

  static Status prepare(const State& state, const Options& options) {
    return options.amsgrad ? require(state.max_exp_avg_var, "max_exp_avg_var") : Status();
  }

  static void update(const StepContext& context, Parameter& parameter, State& state,
                     const Options& options) {
    ++state.step;
    const auto t = static_cast<std::uint64_t>(state.step);
    const double power = exact_powi(options.betas[1], t);
    const double first_correction = 1.0 - exact_powi(options.betas[0], t);
    const double second_correction = 1.0 - power;
    const double longest = 2.0 / (1.0 - options.betas[1]) - 1.0;
    const double length = longest - 2.0 * static_cast<double>(t) * power / second_correction;
    const bool divides = !options.rectify || length >= 5.0;
    double size = 1.0 / first_correction;
    if (options.rectify && divides) {
      size = std::sqrt(second_correction * (length - 4.0) / (longest - 4.0) * (length - 2.0) /
                       length * longest / (longest - 2.0)) /
             first_correction;
    }
    const elementwise::PenalizedGradient gradient(
        false, options.weight_decouple ? 0.0 : options.weight_decay);
    const bool decouples = options.weight_decouple;
    const auto keep =
        static_cast<float>(1.0 - (options.fixed_decay ? 1.0 : options.lr) * options.weight_decay);
    const auto first_decay = static_cast<float>(options.betas[0]);
    const auto first_weight = static_cast<float>(1.0 - options.betas[0]);
    const auto second_decay = static_cast<float>(options.betas[1]);
    const auto second_weight = static_cast<float>(1.0 - options.betas[1]);
    const auto root_correction = static_cast<float>(std::sqrt(second_correction));
    const auto eps = static_cast<float>(options.eps);
    const auto rate =
        static_cast<float>(options.rectify ? -size * options.lr : -(options.lr / first_correction));
    const bool amsgrad = options.amsgrad;
    const bool rectify = options.rectify;
    const auto element = [=](const auto& probe, float& value, float grad, float& exp_avg,
                             float& exp_avg_var, float& max_exp_avg_var) {
      const float g = gradient(grad, value);
      const float start = decouples ? probe.scale(kDecay, value, keep) : value;
      exp_avg = elementwise::axpy(exp_avg * first_decay, g, first_weight);
      const float surprise = g - exp_avg;
      exp_avg_var =
          elementwise::addcmul(exp_avg_var * second_decay, surprise, surprise, second_weight) + eps;
      float variance = exp_avg_var;
      if (amsgrad) {
        max_exp_avg_var = exp_avg_var < max_exp_avg_var ? max_exp_avg_var : exp_avg_var;
        if (!rectify) variance = max_exp_avg_var;
      }
      probe.symbol(kGradient, g);
      const float root = std::sqrt(variance);
      const float denominator = (rectify ? root : root / root_correction) + eps;
      value =
          probe.add(kStep, start,
                    divides ? elementwise::quotient(exp_avg, denominator, rate) : exp_avg * rate);
    };
    elementwise::for_each(context, parameter, element, state.exp_avg, state.exp_avg_var,
                          state.max_exp_avg_var);
    if (decouples) parameter.bump_version();
    parameter.bump_version();
  }
};

}  // namespace

OptimizerInfo adabelief_info() { return describe_optimizer<AdaBelief>(); }

}  // namespace steplab
