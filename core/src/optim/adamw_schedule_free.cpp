// SPDX-License-Identifier: MIT
// Schedule-Free AdamW: schedulefree.AdamWScheduleFree. Unlike it, `.grad` is left as it was.
#include <cmath>
#include <cstdint>

#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"
#include "optim/schedule_free.hpp"
#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

struct AdamWScheduleFree {
  static constexpr std::string_view kName = "AdamWScheduleFree";
  static constexpr std::string_view kFamily = families::kNoSchedule;
  static constexpr std::string_view kPytorchClass = {};
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("AdamWScheduleFree of schedulefree 1.4.1");
  static constexpr std::string_view kAgreement = agreement::kBitForBit;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "AdamW that averages its own path instead of lowering the learning rate: no "
      "schedule, no end to plan for.");
  static constexpr std::string_view kPaper = schedule_free::kPaper;
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
v_t &= \beta_2 v_{t-1} + (1-\beta_2)\,\nabla f(y_{t-1})^2 \\
u_t &= \nabla f(y_{t-1})/(\sqrt{v_t/(1-\beta_2^t)} + \epsilon) + \lambda\,y_{t-1} \\
\gamma_t &= \gamma\,\min(1, t/w) \\
c_t &= t^r \gamma_{\max}^p / \textstyle\sum_{i\le t} i^r \gamma_{\max}^p \\
y_t &= (1-c_t)\,y_{t-1} + c_t z_{t-1} + \gamma_t\,(\beta_1(1-c_t) - 1)\,u_t \\
z_t &= z_{t-1} - \gamma_t\,u_t, \qquad \theta_t = y_t
\end{aligned})");
  static constexpr std::string_view kPython =
      STEPLAB_PYTHON(R"(class AdamWScheduleFree(torch.optim.Optimizer):
    """Schedule-Free AdamW (Defazio et al., 2024), always in train mode: parameters hold y."""

    def __init__(self, params, lr=2.5e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, warmup_steps=0, r=0.0,
                 weight_lr_power=2.0):
        defaults = dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, warmup_steps=warmup_steps, r=r,
                        weight_lr_power=weight_lr_power, k=0, weight_sum=0.0, lr_max=-1.0)
        super().__init__(params, defaults)

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            k, (beta1, beta2) = group["k"], group["betas"]
            lr = group["lr"] * ((k + 1) / group["warmup_steps"] if k < group["warmup_steps"] else 1.0)
            group["lr_max"] = max(lr, group["lr_max"])
            weight = (k + 1) ** group["r"] * group["lr_max"] ** group["weight_lr_power"]
            group["weight_sum"] += weight
            c = weight / group["weight_sum"] if group["weight_sum"] else 0.0
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                z = state.setdefault("z", p.clone())
                v = state.setdefault("exp_avg_sq", torch.zeros_like(p))
                v.mul_(beta2).addcmul_(p.grad, p.grad, value=1 - beta2)
                u = p.grad / v.div(1 - beta2 ** (k + 1)).sqrt_().add_(group["eps"])
                if group["weight_decay"]:
                    u.add_(p, alpha=group["weight_decay"])
                p.lerp_(z, c).add_(u, alpha=lr * (beta1 * (1 - c) - 1))
                z.sub_(u, alpha=lr)
            group["k"] = k + 1
)");

  struct Options {
    double lr = 2.5e-3;
    std::array<double, 2> betas = {0.9, 0.999};
    double eps = 1e-8;
    double weight_decay = 0.0;
    double warmup_steps = 0.0;
    double r = 0.0;
    double weight_lr_power = 2.0;
    schedule_free::Average average;
  };

  struct State {
    StateTensor z;
    StateTensor exp_avg_sq;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr auto kFields = schedule_free::with_average<Options>({
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-5, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("Learning rate γ: larger than for AdamW, and never lowered.")},
        {STEPLAB_HYPER(betas), STEPLAB_TEXT("\\beta_1,\\beta_2"), 0.0, 0.9999, HyperScale::kLinear,
         STEPLAB_TEXT("β₁: how near to the average the gradient is taken; β₂: how much of the mean "
                      "square survives a step.")},
        {STEPLAB_HYPER(eps), STEPLAB_TEXT("\\epsilon"), 1e-10, 1e-2, HyperScale::kLogarithmic,
         STEPLAB_TEXT("ε: added to the denominator, so that tiny gradients are not blown up.")},
        {STEPLAB_HYPER(weight_decay), STEPLAB_TEXT("\\lambda"), 0.0, 0.1, HyperScale::kLinear,
         STEPLAB_TEXT("λ: pulls parameters to zero, measured at y.")},
    });
    return kFields;
  }

  static std::span<const StateField> state_fields() {
    static constexpr StateField kFields[] = {
        {STEPLAB_STATE(z), STEPLAB_TEXT("z_t"),
         STEPLAB_TEXT(
             "z: where the steps without averaging stand, of which the average is taken.")},
        {STEPLAB_STATE(exp_avg_sq), STEPLAB_TEXT("v_t"),
         STEPLAB_TEXT("v: the running mean of squared gradients.")},
    };
    return kFields;
  }

  // In the order of schedule_free::Symbol.
  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("u_t"),
         STEPLAB_TEXT("The direction: the gradient over its size, with the weight decay added.")},
        {STEPLAB_TEXT("c_t\\,(z_{t-1} - y_{t-1})"),
         STEPLAB_TEXT("The pull towards z, which is less the longer the average.")},
        {STEPLAB_TEXT("\\gamma_t\\,(\\beta_1(1-c_t) - 1)\\,u_t"),
         STEPLAB_TEXT("The step along the direction.")},
    };
    return kSymbols;
  }

  // The reference checks nothing; what would be no average or no root is refused all the same.
  static Status validate(const Options& options) {
    return rules::all(rules::not_negative("lr", "learning rate", options.lr),
                      rules::not_negative("eps", "epsilon value", options.eps),
                      rules::betas_below_one(options.betas));
  }

  static void create_state(State& state, const Parameter& parameter) {
    state.z.create_from(parameter.value().span());
    state.exp_avg_sq.create();
  }

  template <class Groups>
  static Status step(Groups& groups, const StepContext& context) {
    if (Status status = groups.prepare(); !status) return status;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      Options& options = groups.options(g);
      const double correction =
          1.0 - exact_powi(options.betas[1], static_cast<std::uint64_t>(options.average.k) + 1);
      const auto second_decay = static_cast<float>(options.betas[1]);
      const auto second_weight = static_cast<float>(1.0 - options.betas[1]);
      const auto correction_32 = static_cast<float>(correction);
      const auto eps = static_cast<float>(options.eps);
      const bool decays = options.weight_decay != 0.0;
      const auto weight_decay = static_cast<float>(options.weight_decay);
      const schedule_free::Weights weights = schedule_free::advance(options);
      const schedule_free::Move move(weights, options.betas[0]);
      const auto element = [=](const auto& probe, float& value, float grad, float& z,
                               float& exp_avg_sq) {
        exp_avg_sq = elementwise::addcmul(exp_avg_sq * second_decay, grad, grad, second_weight);
        const float scaled = grad / (std::sqrt(exp_avg_sq / correction_32) + eps);
        const float direction = decays ? elementwise::axpy(scaled, value, weight_decay) : scaled;
        move(probe, direction, value, z);
      };
      groups.for_each_gradient(g, [&](Parameter& parameter, State& state) {
        elementwise::for_each(context, parameter, element, state.z, state.exp_avg_sq);
        // lerp_ and add_
        parameter.bump_version();
        parameter.bump_version();
      });
    }
    return {};
  }
};

}  // namespace

OptimizerInfo adamw_schedule_free_info() { return describe_optimizer<AdamWScheduleFree>(); }

}  // namespace steplab
