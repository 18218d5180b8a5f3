// SPDX-License-Identifier: MIT
// Schedule-Free SGD: schedulefree.SGDScheduleFree. Unlike it, `.grad` is left as it was when there
// is weight decay.
#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"
#include "optim/schedule_free.hpp"

namespace steplab {
namespace {

struct SgdScheduleFree {
  static constexpr std::string_view kName = "SGDScheduleFree";
  static constexpr std::string_view kFamily = families::kNoSchedule;
  static constexpr std::string_view kPytorchClass = {};
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("SGDScheduleFree of schedulefree 1.4.1");
  static constexpr std::string_view kAgreement = agreement::kBitForBit;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "SGD that averages its own path instead of lowering the learning rate: no "
      "schedule, no end to plan for.");
  static constexpr std::string_view kPaper = schedule_free::kPaper;
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
g_t &= \nabla f(y_{t-1}) + \lambda\,y_{t-1} \\
\gamma_t &= \gamma\,\min(1, t/w) \\
c_t &= t^r \gamma_{\max}^p / \textstyle\sum_{i\le t} i^r \gamma_{\max}^p \\
y_t &= (1-c_t)\,y_{t-1} + c_t z_{t-1} + \gamma_t\,(\beta(1-c_t) - 1)\,g_t \\
z_t &= z_{t-1} - \gamma_t\,g_t, \qquad \theta_t = y_t
\end{aligned})");
  static constexpr std::string_view kPython =
      STEPLAB_PYTHON(R"(class SGDScheduleFree(torch.optim.Optimizer):
    """Schedule-Free SGD (Defazio et al., 2024), always in train mode: parameters hold y."""

    def __init__(self, params, lr=1.0, momentum=0.9, weight_decay=0.0, warmup_steps=0, r=0.0, weight_lr_power=2.0):
        defaults = dict(lr=lr, momentum=momentum, weight_decay=weight_decay, warmup_steps=warmup_steps, r=r,
                        weight_lr_power=weight_lr_power, k=0, weight_sum=0.0, lr_max=-1.0)
        super().__init__(params, defaults)

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            k = group["k"]
            lr = group["lr"] * ((k + 1) / group["warmup_steps"] if k < group["warmup_steps"] else 1.0)
            group["lr_max"] = max(lr, group["lr_max"])
            weight = (k + 1) ** group["r"] * group["lr_max"] ** group["weight_lr_power"]
            group["weight_sum"] += weight
            c = weight / group["weight_sum"] if group["weight_sum"] else 0.0
            for p in group["params"]:
                if p.grad is None:
                    continue
                z = self.state[p].setdefault("z", p.clone())
                grad = p.grad.add(p, alpha=group["weight_decay"]) if group["weight_decay"] else p.grad
                p.lerp_(z, c).add_(grad, alpha=lr * (group["momentum"] * (1 - c) - 1))
                z.sub_(grad, alpha=lr)
            group["k"] = k + 1
)");

  struct Options {
    double lr = 1.0;
    double momentum = 0.9;
    double weight_decay = 0.0;
    double warmup_steps = 0.0;
    double r = 0.0;
    double weight_lr_power = 2.0;
    schedule_free::Average average;
  };

  struct State {
    StateTensor z;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr auto kFields = schedule_free::with_average<Options>({
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-3, 100.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("Learning rate γ: larger than for plain SGD, and never lowered.")},
        {STEPLAB_HYPER(momentum), STEPLAB_TEXT("\\beta"), 0.01, 0.99, HyperScale::kLinear,
         STEPLAB_TEXT("β: how near to the average the gradient is taken; above 0 and below 1.")},
        {STEPLAB_HYPER(weight_decay), STEPLAB_TEXT("\\lambda"), 0.0, 0.1, HyperScale::kLinear,
         STEPLAB_TEXT("λ: pulls parameters to zero by adding λy to the gradient (L2).")},
    });
    return kFields;
  }

  static std::span<const StateField> state_fields() {
    static constexpr StateField kFields[] = {
        {STEPLAB_STATE(z), STEPLAB_TEXT("z_t"),
         STEPLAB_TEXT("z: where plain SGD stands, of which the average is taken.")},
    };
    return kFields;
  }

  // In the order of schedule_free::Symbol.
  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("g_t"), STEPLAB_TEXT("The gradient with the weight decay added.")},
        {STEPLAB_TEXT("c_t\\,(z_{t-1} - y_{t-1})"),
         STEPLAB_TEXT("The pull towards z, which is less the longer the average.")},
        {STEPLAB_TEXT("\\gamma_t\\,(\\beta(1-c_t) - 1)\\,g_t"),
         STEPLAB_TEXT("The step along the gradient.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    return rules::all(
        rules::not_negative("lr", "learning rate", options.lr),
        options.momentum <= 0.0 || options.momentum >= 1.0
            ? Status(invalid_hyper("momentum", "Momentum must be between 0 and 1 exclusive: " +
                                                   to_python(options.momentum)))
            : Status());
  }

  static void create_state(State& state, const Parameter& parameter) {
    state.z.create_from(parameter.value().span());
  }

  template <class Groups>
  static Status step(Groups& groups, const StepContext& context) {
    if (Status status = groups.prepare(); !status) return status;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      Options& options = groups.options(g);
      const schedule_free::Weights weights = schedule_free::advance(options);
      const schedule_free::Move move(weights, options.momentum);
      const elementwise::PenalizedGradient gradient(false, options.weight_decay);
      const auto element = [=](const auto& probe, float& value, float grad, float& z) {
        move(probe, gradient(grad, value), value, z);
      };
      groups.for_each_gradient(g, [&](Parameter& parameter, State& state) {
        elementwise::for_each(context, parameter, element, state.z);
        // lerp_ and add_
        parameter.bump_version();
        parameter.bump_version();
      });
    }
    return {};
  }
};

}  // namespace

OptimizerInfo sgd_schedule_free_info() { return describe_optimizer<SgdScheduleFree>(); }

}  // namespace steplab
