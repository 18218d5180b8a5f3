// SPDX-License-Identifier: MIT
// MARS in its AdamW form, after the authors' code (AGI-Arena/MARS). amsgrad, the exact variant with
// two gradients a step and the forms of Lion and Shampoo are not offered. timm's port differs: its
// first step takes the gradient for the missing one before it, here that is zero.
#include <cmath>
#include <cstdint>

#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/reductions.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"
#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

struct Mars {
  static constexpr std::string_view kName = "MARS";
  static constexpr std::string_view kPytorchClass = {};
  static constexpr std::string_view kFamily = families::kAdamRelatives;
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("the authors' formula, in PyTorch 2.13.0");
  static constexpr std::string_view kAgreement = agreement::kBitForBit;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "AdamW on gradients from which the noise is reduced: how the gradient has changed since the "
      "last step is added to it.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "H. Yuan, Y. Liu, S. Wu, X. Zhou, Q. Gu: MARS: Unleashing the Power of Variance Reduction "
      "for "
      "Training Large Models, 2024; https://arxiv.org/abs/2411.10438");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
g_t &= \nabla f(\theta_{t-1}), \qquad g_0 = 0 \\
c_t &= g_t + \eta\,\tfrac{\beta_1}{1-\beta_1}\,(g_t - g_{t-1}), \qquad c_t' = c_t / \max(1, \lVert c_t \rVert) \\
m_t &= \beta_1 m_{t-1} + (1-\beta_1)\,c_t' \\
v_t &= \beta_2 v_{t-1} + (1-\beta_2)\,c_t'^{\,2} \\
\hat m_t &= m_t/(1-\beta_1^t), \qquad \hat v_t = v_t/(1-\beta_2^t) \\
u_t &= \hat m_t / (\sqrt{\hat v_t} + \epsilon) + \lambda\,\theta_{t-1} \\
\theta_t &= \theta_{t-1} - \gamma\,u_t \\
&\text{for matrices; for other tensors } c_t' = g_t \text{ and } \gamma, \beta, \lambda \text{ are those of 1d}
\end{aligned})");
  static constexpr std::string_view kPython = STEPLAB_PYTHON(R"(class MARS(torch.optim.Optimizer):
    """MARS in its AdamW form (Yuan et al., 2024): for matrices, and with optimize_1d for all tensors."""

    def __init__(self, params, lr=3e-3, betas=(0.95, 0.99), eps=1e-8, weight_decay=0.0, gamma=0.025,
                 optimize_1d=False, lr_1d=3e-3, betas_1d=(0.9, 0.95), weight_decay_1d=0.1):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, gamma=gamma,
                                      optimize_1d=optimize_1d, lr_1d_factor=lr_1d / lr, betas_1d=betas_1d,
                                      weight_decay_1d=weight_decay_1d))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if not state:
                    state.update(step=0, exp_avg=torch.zeros_like(p), last_grad=torch.zeros_like(p),
                                 exp_avg_sq=torch.zeros_like(p))
                state["step"] += 1
                grad, lr, decay, (beta1, beta2) = p.grad, group["lr"], group["weight_decay"], group["betas"]
                if group["optimize_1d"] or grad.dim() == 2:
                    grad = (grad - state["last_grad"]).mul_(group["gamma"] * (beta1 / (1 - beta1))).add_(grad)
                    grad = grad / grad.norm().clamp(min=1.0)
                else:
                    lr = lr * group["lr_1d_factor"]
                    decay, (beta1, beta2) = group["weight_decay_1d"], group["betas_1d"]
                mean, square = state["exp_avg"], state["exp_avg_sq"]
                mean.mul_(beta1).add_(grad, alpha=1 - beta1)
                square.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
                denominator = square.sqrt().mul_((1 - beta2 ** state["step"]) ** -0.5).add_(group["eps"])
                p.add_(-lr * (p * decay + mean / denominator.mul_(1 - beta1 ** state["step"])))
                state["last_grad"].copy_(p.grad)
)");

  struct Options {
    double lr = 3e-3;
    std::array<double, 2> betas = {0.95, 0.99};
    double eps = 1e-8;
    double weight_decay = 0.0;
    double gamma = 0.025;
    bool optimize_1d = false;
    double lr_1d = 3e-3;
    std::array<double, 2> betas_1d = {0.9, 0.95};
    double weight_decay_1d = 0.1;
    double lr_1d_factor = 1.0;
  };

  struct State {
    std::int64_t step = 0;
    StateTensor exp_avg;
    StateTensor last_grad;
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
        {STEPLAB_HYPER(weight_decay), STEPLAB_TEXT("\\lambda"), 0.0, 1.0, HyperScale::kLinear,
         STEPLAB_TEXT("λ: pulls parameters to zero, apart from the gradient.")},
        {STEPLAB_HYPER(gamma), STEPLAB_TEXT("\\eta"), 0.0, 1.0, HyperScale::kLinear,
         STEPLAB_TEXT("η: how much of the variance reduction is applied; at 0 this is AdamW on "
                      "clipped gradients.")},
        {STEPLAB_HYPER(optimize_1d),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Treats all tensors as matrices are; otherwise the others are AdamW's.")},
        {STEPLAB_HYPER(lr_1d),
         {},
         1e-5,
         1.0,
         HyperScale::kLogarithmic,
         STEPLAB_TEXT(
             "The learning rate of what is not a matrix. Kept as a multiple of lr, so that "
             "a schedule moves both.")},
        {STEPLAB_HYPER(betas_1d),
         {},
         0.0,
         0.9999,
         HyperScale::kLinear,
         STEPLAB_TEXT("β₁, β₂ of what is not a matrix.")},
        {STEPLAB_HYPER(weight_decay_1d),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("λ of what is not a matrix.")},
        {STEPLAB_HYPER(lr_1d_factor), {}, 0.0, 1.0, HyperScale::kLinear, {}, {}, true},
    };
    return kFields;
  }

  static std::span<const StateField> state_fields() {
    static constexpr StateField kFields[] = {
        {STEPLAB_STATE(step), STEPLAB_TEXT("t"),
         STEPLAB_TEXT("t: how many updates this parameter has had.")},
        {STEPLAB_STATE(exp_avg), STEPLAB_TEXT("m_t"),
         STEPLAB_TEXT("m: the running mean of corrected gradients.")},
        {STEPLAB_STATE(last_grad), STEPLAB_TEXT("g_{t-1}"),
         STEPLAB_TEXT("The last gradient: what the next is compared with.")},
        {STEPLAB_STATE(exp_avg_sq), STEPLAB_TEXT("v_t"),
         STEPLAB_TEXT("v: the running mean of their squares.")},
    };
    return kFields;
  }

  enum Symbol : unsigned { kGradient, kCorrected, kMeanHat, kMeanSquareHat, kUpdate, kStep };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("g_t"), STEPLAB_TEXT("The gradient.")},
        {STEPLAB_TEXT("c_t'"),
         STEPLAB_TEXT(
             "The gradient with its change added, scaled down where the tensor's is longer "
             "than 1.")},
        {STEPLAB_TEXT("\\hat m_t"),
         STEPLAB_TEXT("The running mean without its bias towards its start at zero.")},
        {STEPLAB_TEXT("\\hat v_t"),
         STEPLAB_TEXT("The running mean square without its bias towards its start at zero.")},
        {STEPLAB_TEXT("u_t"), STEPLAB_TEXT("The direction with the weight decay added.")},
        {STEPLAB_TEXT("-\\gamma\\,u_t"),
         STEPLAB_TEXT("The step: about the learning rate in size.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    return rules::all(rules::not_negative("lr", "learning rate", options.lr),
                      rules::not_negative("eps", "epsilon value", options.eps),
                      rules::betas_below_one(options.betas),
                      options.lr == 0.0
                          ? Status(invalid_hyper("lr", "ZeroDivisionError: float division by zero"))
                          : Status());
  }

  static void complete(Options& options) { options.lr_1d_factor = options.lr_1d / options.lr; }

  // A step's scalars: computed in double, rounded once where they meet the tensor.
  struct Coefficients {
    bool corrects;
    float change;
    double first_correction;
    double second_correction;
    float first_decay;
    float first_weight;
    float second_decay;
    float second_weight;
    float root_factor;
    float eps;
    float first_factor;
    float weight_decay;
    float rate;

    Coefficients(const Options& options, bool as_matrix, std::uint64_t step) : corrects(as_matrix) {
      const auto& [beta1, beta2] = as_matrix ? options.betas : options.betas_1d;
      change = static_cast<float>(options.gamma * (beta1 / (1.0 - beta1)));
      first_correction = 1.0 - exact_powi(beta1, step);
      second_correction = 1.0 - exact_powi(beta2, step);
      first_decay = static_cast<float>(beta1);
      first_weight = static_cast<float>(1.0 - beta1);
      second_decay = static_cast<float>(beta2);
      second_weight = static_cast<float>(1.0 - beta2);
      root_factor = static_cast<float>(1.0 / std::sqrt(second_correction));
      eps = static_cast<float>(options.eps);
      first_factor = static_cast<float>(first_correction);
      weight_decay = static_cast<float>(as_matrix ? options.weight_decay : options.weight_decay_1d);
      rate = static_cast<float>(as_matrix ? -options.lr : -(options.lr * options.lr_1d_factor));
    }

    float corrected(float grad, float last_grad) const {
      return corrects ? (grad - last_grad) * change + grad : grad;
    }
  };

  static void update(const StepContext& context, Parameter& parameter, State& state,
                     const Options& options) {
    ++state.step;
    const bool as_matrix = options.optimize_1d || parameter.shape().size() == 2;
    const Coefficients with(options, as_matrix, static_cast<std::uint64_t>(state.step));
    float divisor = 1.0F;
    if (as_matrix) {
      const std::span<const float> grad = parameter.grad().span();
      const std::span<const float> last_grad = state.last_grad.values();
      const float norm = reductions::norm(
          grad.size(), [&](std::size_t i) { return with.corrected(grad[i], last_grad[i]); });
      if (norm > 1.0F) divisor = norm;
    }
    const auto element = [=](const auto& probe, float& value, float grad, float& exp_avg,
                             float& last_grad, float& exp_avg_sq) {
      const float c = with.corrected(grad, last_grad) / divisor;
      last_grad = grad;
      exp_avg = elementwise::axpy(exp_avg * with.first_decay, c, with.first_weight);
      exp_avg_sq = elementwise::addcmul(exp_avg_sq * with.second_decay, c, c, with.second_weight);
      const float denominator =
          (std::sqrt(exp_avg_sq) * with.root_factor + with.eps) * with.first_factor;
      const float direction = value * with.weight_decay + exp_avg / denominator;
      probe.symbol(kGradient, grad);
      probe.symbol(kCorrected, c);
      probe.symbol(kMeanHat, static_cast<float>(exp_avg / with.first_correction));
      probe.symbol(kMeanSquareHat, static_cast<float>(exp_avg_sq / with.second_correction));
      probe.symbol(kUpdate, direction);
      value = probe.add(kStep, value, direction * with.rate);
    };
    elementwise::for_each(context, parameter, element, state.exp_avg, state.last_grad,
                          state.exp_avg_sq);
    parameter.bump_version();
  }
};

}  // namespace

OptimizerInfo mars_info() { return describe_optimizer<Mars>(); }

}  // namespace steplab
