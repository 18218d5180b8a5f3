// SPDX-License-Identifier: MIT
// AdEMAMix, as the authors' formula, in PyTorch 2.13.0.
#include <cmath>
#include <cstdint>

#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"
#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

struct AdEMAMix {
  static constexpr std::string_view kName = "AdEMAMix";
  static constexpr std::string_view kPytorchClass = {};
  static constexpr std::string_view kFamily = families::kAdamRelatives;
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("the authors' formula, in PyTorch 2.13.0");
  static constexpr std::string_view kAgreement = agreement::kBitForBit;
  static constexpr std::string_view kSummary =
      STEPLAB_TEXT("Adam with a second, much longer memory of gradients beside the first.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "M. Pagliardini, P. Ablin, D. Grangier: The AdEMAMix Optimizer: Better, Faster, Older, ICLR "
      "2025; https://arxiv.org/abs/2409.03137");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
m_t &= \beta_1 m_{t-1} + (1-\beta_1)\,g_t, \qquad g_t = \nabla f(\theta_{t-1}) \\
M_t &= \beta_3 M_{t-1} + (1-\beta_3)\,g_t \\
v_t &= \beta_2 v_{t-1} + (1-\beta_2)\,g_t^2 \\
u_t &= \Bigl( \tfrac{m_t}{1-\beta_1^t} + \alpha M_t \Bigr) \Big/ \Bigl( \sqrt{v_t/(1-\beta_2^t)} + \epsilon \Bigr) + \lambda\,\theta_{t-1} \\
\theta_t &= \theta_{t-1} - \gamma\,u_t
\end{aligned})");
  static constexpr std::string_view kPython =
      STEPLAB_PYTHON(R"(class AdEMAMix(torch.optim.Optimizer):
    """AdEMAMix (Pagliardini et al., 2024)."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999, 0.9999), alpha=2.0, beta3_warmup=None, alpha_warmup=None,
                 eps=1e-8, weight_decay=0.0):
        super().__init__(params, dict(lr=lr, betas=betas, alpha=alpha, beta3_warmup=beta3_warmup,
                                      alpha_warmup=alpha_warmup, eps=eps, weight_decay=weight_decay))

    @staticmethod
    def warm(share, first, last):
        half_lives = [math.log(0.5) / math.log(beta + 1e-8) - 1 for beta in (first, last)]
        return 0.5 ** (1 / ((1 - share) * half_lives[0] + share * half_lives[1] + 1))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state, (beta1, beta2, beta3), alpha = self.state[p], group["betas"], group["alpha"]
                if not state:
                    keys = ("exp_avg_fast", "exp_avg_slow", "exp_avg_sq")
                    state.update(step=0, **{key: torch.zeros_like(p) for key in keys})
                state["step"] += 1
                t = state["step"]
                if group["alpha_warmup"] is not None and t < group["alpha_warmup"]:
                    alpha *= t / group["alpha_warmup"]
                if group["beta3_warmup"] is not None and t < group["beta3_warmup"]:
                    beta3 = self.warm(t / group["beta3_warmup"], beta1, beta3)
                fast, slow, square = state["exp_avg_fast"], state["exp_avg_slow"], state["exp_avg_sq"]
                fast.mul_(beta1).add_(p.grad, alpha=1 - beta1)
                slow.mul_(beta3).add_(p.grad, alpha=1 - beta3)
                square.mul_(beta2).addcmul_(p.grad, p.grad, value=1 - beta2)
                denominator = (square.sqrt() / (1 - beta2**t) ** 0.5).add_(group["eps"])
                update = (fast / (1 - beta1**t) + alpha * slow) / denominator
                p.add_(-group["lr"] * update.add_(p, alpha=group["weight_decay"]))
)");

  struct Options {
    double lr = 1e-3;
    std::array<double, 3> betas = {0.9, 0.999, 0.9999};
    double alpha = 2.0;
    std::optional<double> beta3_warmup = std::nullopt;
    std::optional<double> alpha_warmup = std::nullopt;
    double eps = 1e-8;
    double weight_decay = 0.0;
  };

  struct State {
    std::int64_t step = 0;
    StateTensor exp_avg_fast;
    StateTensor exp_avg_slow;
    StateTensor exp_avg_sq;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-5, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("Learning rate γ: about how far every parameter moves in a step.")},
        {STEPLAB_HYPER(betas), STEPLAB_TEXT("\\beta_1,\\beta_2,\\beta_3"), 0.0, 0.9999,
         HyperScale::kLinear,
         STEPLAB_TEXT("β₁, β₂, β₃: how much of the short mean, the mean square and the long mean "
                      "survives a step.")},
        {STEPLAB_HYPER(alpha), STEPLAB_TEXT("\\alpha"), 0.0, 10.0, HyperScale::kLinear,
         STEPLAB_TEXT("α: the weight of the long mean.")},
        {STEPLAB_HYPER(beta3_warmup),
         {},
         1.0,
         10000.0,
         HyperScale::kLogarithmic,
         STEPLAB_TEXT(
             "Steps in which the long memory grows from β₁ to β₃; None has it from the start.")},
        {STEPLAB_HYPER(alpha_warmup),
         {},
         1.0,
         10000.0,
         HyperScale::kLogarithmic,
         STEPLAB_TEXT("Steps in which α grows from 0; None has it from the start.")},
        {STEPLAB_HYPER(eps), STEPLAB_TEXT("\\epsilon"), 1e-10, 1e-2, HyperScale::kLogarithmic,
         STEPLAB_TEXT("ε: added to the denominator, so that tiny gradients are not blown up.")},
        {STEPLAB_HYPER(weight_decay), STEPLAB_TEXT("\\lambda"), 0.0, 0.1, HyperScale::kLinear,
         STEPLAB_TEXT("λ: pulls parameters to zero, apart from the gradient.")},
    };
    return kFields;
  }

  static std::span<const StateField> state_fields() {
    static constexpr StateField kFields[] = {
        {STEPLAB_STATE(step), STEPLAB_TEXT("t"),
         STEPLAB_TEXT("t: how many updates this parameter has had.")},
        {STEPLAB_STATE(exp_avg_fast), STEPLAB_TEXT("m_t"),
         STEPLAB_TEXT("m: the short running mean of gradients.")},
        {STEPLAB_STATE(exp_avg_slow), STEPLAB_TEXT("M_t"),
         STEPLAB_TEXT("M: the long running mean of gradients.")},
        {STEPLAB_STATE(exp_avg_sq), STEPLAB_TEXT("v_t"),
         STEPLAB_TEXT("v: the running mean of squared gradients.")},
    };
    return kFields;
  }

  enum Symbol : unsigned { kDirection, kStep };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("u_t"), STEPLAB_TEXT("The direction, with the weight decay added.")},
        {STEPLAB_TEXT("-\\gamma\\,u_t"), STEPLAB_TEXT("The step.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    return rules::all(
        rules::not_negative("lr", "learning rate", options.lr),
        rules::not_negative("eps", "epsilon value", options.eps),
        rules::betas_below_one({options.betas[0], options.betas[1]}),
        options.betas[2] >= 0.0 && options.betas[2] < 1.0
            ? Status()
            : Status(invalid_hyper(
                  "betas", "Invalid beta parameter at index 2: " + to_python(options.betas[2]))),
        rules::not_negative("weight_decay", "weight_decay value", options.weight_decay),
        rules::not_negative("alpha", "alpha value", options.alpha));
  }

  // Goes linearly from one half-life to the other.
  static double warm(double share, double first, double last) {
    const auto half_life = [](double beta) {
      return exact_log(0.5) / exact_log(beta + 1e-8) - 1.0;
    };
    return exact_pow(0.5, 1.0 / ((1.0 - share) * half_life(first) + share * half_life(last) + 1.0));
  }

  static void update(const StepContext& context, Parameter& parameter, State& state,
                     const Options& options) {
    ++state.step;
    const auto t = static_cast<std::uint64_t>(state.step);
    const double step = static_cast<double>(t);
    const double alpha = options.alpha_warmup && step < *options.alpha_warmup
                             ? step / *options.alpha_warmup * options.alpha
                             : options.alpha;
    const double beta3 =
        options.beta3_warmup && step < *options.beta3_warmup
            ? warm(step / *options.beta3_warmup, options.betas[0], options.betas[2])
            : options.betas[2];
    const auto fast_decay = static_cast<float>(options.betas[0]);
    const auto fast_weight = static_cast<float>(1.0 - options.betas[0]);
    const auto slow_decay = static_cast<float>(beta3);
    const auto slow_weight = static_cast<float>(1.0 - beta3);
    const auto second_decay = static_cast<float>(options.betas[1]);
    const auto second_weight = static_cast<float>(1.0 - options.betas[1]);
    const auto correction = static_cast<float>(1.0 - exact_powi(options.betas[0], t));
    const auto root_correction =
        static_cast<float>(std::sqrt(1.0 - exact_powi(options.betas[1], t)));
    const auto slow_share = static_cast<float>(alpha);
    const auto eps = static_cast<float>(options.eps);
    const auto weight_decay = static_cast<float>(options.weight_decay);
    const auto rate = static_cast<float>(-options.lr);
    const auto element = [=](const auto& probe, float& value, float grad, float& fast, float& slow,
                             float& exp_avg_sq) {
      fast = elementwise::axpy(fast * fast_decay, grad, fast_weight);
      slow = elementwise::axpy(slow * slow_decay, grad, slow_weight);
      exp_avg_sq = elementwise::addcmul(exp_avg_sq * second_decay, grad, grad, second_weight);
      const float denominator = std::sqrt(exp_avg_sq) / root_correction + eps;
      const float mixed = (fast / correction + slow_share * slow) / denominator;
      const float direction = elementwise::axpy(mixed, value, weight_decay);
      probe.symbol(kDirection, direction);
      value = probe.add(kStep, value, rate * direction);
    };
    elementwise::for_each(context, parameter, element, state.exp_avg_fast, state.exp_avg_slow,
                          state.exp_avg_sq);
    parameter.bump_version();
  }
};

}  // namespace

OptimizerInfo ademamix_info() { return describe_optimizer<AdEMAMix>(); }

}  // namespace steplab
