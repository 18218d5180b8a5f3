// SPDX-License-Identifier: MIT
// Yogi, as Yogi of torch-optimizer 0.3.0.
#include <cmath>
#include <cstdint>

#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"
#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

struct Yogi {
  static constexpr std::string_view kName = "Yogi";
  static constexpr std::string_view kPytorchClass = {};
  static constexpr std::string_view kFamily = families::kAdamRelatives;
  static constexpr std::string_view kCheckedAgainst = STEPLAB_TEXT("Yogi of torch-optimizer 0.3.0");
  static constexpr std::string_view kAgreement = agreement::kBitForBit;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Adam whose mean square moves by steps of bounded size, so that it cannot forget large "
      "gradients at once.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "M. Zaheer, S. Reddi, D. Sachan, S. Kale, S. Kumar: Adaptive Methods for Nonconvex "
      "Optimization, NeurIPS 2018; "
      "https://papers.nips.cc/paper/8186-adaptive-methods-for-nonconvex-optimization");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
g_t &= \nabla f(\theta_{t-1}) + \lambda\,\theta_{t-1} \\
m_t &= \beta_1 m_{t-1} + (1-\beta_1)\,g_t \\
v_t &= v_{t-1} - (1-\beta_2)\,\operatorname{sign}(v_{t-1} - g_t^2)\,g_t^2 \\
\hat m_t &= m_t/(1-\beta_1^t), \qquad \hat v_t = v_t/(1-\beta_2^t) \\
\theta_t &= \theta_{t-1} - \gamma\,\hat m_t / (\sqrt{\hat v_t} + \epsilon)
\end{aligned})");
  static constexpr std::string_view kPython = STEPLAB_PYTHON(R"(class Yogi(torch.optim.Optimizer):
    """Yogi (Zaheer et al., 2018)."""

    def __init__(self, params, lr=1e-2, betas=(0.9, 0.999), eps=1e-3, initial_accumulator=1e-6, weight_decay=0.0):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, initial_accumulator=initial_accumulator,
                                      weight_decay=weight_decay))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if not state:
                    start = group["initial_accumulator"]
                    state.update(step=0, exp_avg=torch.full_like(p, start), exp_avg_sq=torch.full_like(p, start))
                state["step"] += 1
                grad = p.grad.add(p, alpha=group["weight_decay"]) if group["weight_decay"] else p.grad
                square = grad * grad
                mean, size = state["exp_avg"], state["exp_avg_sq"]
                mean.mul_(beta1).add_(grad, alpha=1 - beta1)
                size.addcmul_(torch.sign(size - square), square, value=beta2 - 1)
                denominator = (size.sqrt() / (1 - beta2 ** state["step"]) ** 0.5).add_(group["eps"])
                p.addcdiv_(mean, denominator, value=-group["lr"] / (1 - beta1 ** state["step"]))
)");

  struct Options {
    double lr = 1e-2;
    std::array<double, 2> betas = {0.9, 0.999};
    double eps = 1e-3;
    double initial_accumulator = 1e-6;
    double weight_decay = 0.0;
  };

  struct State {
    std::int64_t step = 0;
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
         STEPLAB_TEXT("ε: added to the denominator, so that tiny gradients are not blown up.")},
        {STEPLAB_HYPER(initial_accumulator),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Where the mean and the mean square start.")},
        {STEPLAB_HYPER(weight_decay), STEPLAB_TEXT("\\lambda"), 0.0, 0.1, HyperScale::kLinear,
         STEPLAB_TEXT("λ: pulls parameters to zero by adding λθ to the gradient (L2).")},
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

  enum Symbol : unsigned { kGradient, kMeanHat, kMeanSquareHat, kStep };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("g_t"),
         STEPLAB_TEXT("The gradient, negated to climb, with an L2 weight decay added.")},
        {STEPLAB_TEXT("\\hat m_t"), STEPLAB_TEXT("The running mean without its bias.")},
        {STEPLAB_TEXT("\\hat v_t"), STEPLAB_TEXT("The mean square without its bias.")},
        {STEPLAB_TEXT("-\\gamma\\,\\hat m_t/(\\sqrt{\\hat v_t}+\\epsilon)"),
         STEPLAB_TEXT("The step.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    return rules::all(
        rules::positive("lr", "learning rate", options.lr),
        rules::not_negative("eps", "epsilon value", options.eps),
        rules::betas_below_one(options.betas),
        rules::not_negative("weight_decay", "weight_decay value", options.weight_decay));
  }

  static void create_state(State& state, const Options& group, const Options&) {
    state.exp_avg.create(static_cast<float>(group.initial_accumulator));
    state.exp_avg_sq.create(static_cast<float>(group.initial_accumulator));
  }

  static void update(const StepContext& context, Parameter& parameter, State& state,
                     const Options& options) {
    ++state.step;
    const auto t = static_cast<std::uint64_t>(state.step);
    const double first_correction = 1.0 - exact_powi(options.betas[0], t);
    const double second_correction = 1.0 - exact_powi(options.betas[1], t);
    const elementwise::PenalizedGradient gradient(false, options.weight_decay);
    const auto first_decay = static_cast<float>(options.betas[0]);
    const auto first_weight = static_cast<float>(1.0 - options.betas[0]);
    const auto second_weight = static_cast<float>(-(1.0 - options.betas[1]));
    const auto root_correction = static_cast<float>(std::sqrt(second_correction));
    const auto eps = static_cast<float>(options.eps);
    const auto rate = static_cast<float>(-(options.lr / first_correction));
    const auto element = [=](const auto& probe, float& value, float grad, float& exp_avg,
                             float& exp_avg_sq) {
      const float g = gradient(grad, value);
      exp_avg = elementwise::axpy(exp_avg * first_decay, g, first_weight);
      const float square = g * g;
      const float excess = exp_avg_sq - square;
      const float side = excess > 0.0F ? 1.0F : excess < 0.0F ? -1.0F : 0.0F;
      exp_avg_sq = elementwise::addcmul(exp_avg_sq, side, square, second_weight);
      const float denominator = std::sqrt(exp_avg_sq) / root_correction + eps;
      probe.symbol(kGradient, g);
      probe.symbol(kMeanHat, static_cast<float>(static_cast<double>(exp_avg) / first_correction));
      probe.symbol(kMeanSquareHat,
                   static_cast<float>(static_cast<double>(exp_avg_sq) / second_correction));
      value = probe.add(kStep, value, elementwise::quotient(exp_avg, denominator, rate));
    };
    elementwise::for_each(context, parameter, element, state.exp_avg, state.exp_avg_sq);
    parameter.bump_version();
  }
};

}  // namespace

OptimizerInfo yogi_info() { return describe_optimizer<Yogi>(); }

}  // namespace steplab
