// SPDX-License-Identifier: MIT
// LAMB, as Lamb of timm 1.0.31 without caution and decoupled decay. Steps are counted per group,
// also those in which a parameter has no gradient.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/reductions.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"
#include "optim/trust_ratio.hpp"
#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

struct Lamb {
  static constexpr std::string_view kName = "LAMB";
  static constexpr std::string_view kPytorchClass = {};
  static constexpr std::string_view kFamily = families::kAdamRelatives;
  static constexpr std::string_view kCheckedAgainst = STEPLAB_TEXT("Lamb of timm 1.0.31");
  static constexpr std::string_view kAgreement = agreement::kBitForBit;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Adam whose step is rescaled tensor by tensor to the tensor's own size; for very large "
      "batches.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "Y. You, J. Li, S. Reddi, J. Hseu, S. Kumar, S. Bhojanapalli, X. Song, J. Demmel, K. "
      "Keutzer, C.-J. Hsieh: Large Batch Optimization for Deep Learning: Training BERT in 76 "
      "minutes, ICLR 2020; https://arxiv.org/abs/1904.00962");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
g_t &= \nabla f(\theta_{t-1}) / \max(1, \lVert\nabla f\rVert_{\text{all}}/c) \\
m_t &= \beta_1 m_{t-1} + (1-\beta_1)\,g_t \\
v_t &= \beta_2 v_{t-1} + (1-\beta_2)\,g_t^2 \\
\hat m_t &= m_t/(1-\beta_1^t), \qquad \hat v_t = v_t/(1-\beta_2^t) \\
u_t &= \hat m_t / (\sqrt{\hat v_t} + \epsilon) + \lambda\,\theta_{t-1}, \qquad
r_t = \lVert\theta_{t-1}\rVert / \lVert u_t\rVert \\
\theta_t &= \theta_{t-1} - \gamma\,r_t\,u_t
\end{aligned})");
  static constexpr std::string_view kPython = STEPLAB_PYTHON(R"(class LAMB(torch.optim.Optimizer):
    """Layer-wise adaptive moments (You et al., 2020), with clipping of the norm over all gradients."""

    def __init__(self, params, lr=1e-3, bias_correction=True, betas=(0.9, 0.999), eps=1e-6, weight_decay=0.01,
                 grad_averaging=True, max_grad_norm=1.0, trust_clip=False, always_adapt=False):
        super().__init__(params, dict(lr=lr, bias_correction=bias_correction, betas=betas, eps=eps,
                                      weight_decay=weight_decay, grad_averaging=grad_averaging,
                                      max_grad_norm=max_grad_norm, trust_clip=trust_clip,
                                      always_adapt=always_adapt, step=0))

    @torch.no_grad()
    def step(self, closure=None):
        limit = self.defaults["max_grad_norm"]
        norms = [p.grad.norm() for group in self.param_groups for p in group["params"] if p.grad is not None]
        clip = (torch.stack(norms).norm() / limit).clamp(min=1.0) if norms and limit is not None else 1.0
        for group in self.param_groups:
            group["step"] += 1
            beta1, beta2 = group["betas"]
            corrections = [1 - beta ** group["step"] if group["bias_correction"] else 1.0 for beta in group["betas"]]
            for p in group["params"]:
                if p.grad is None:
                    continue
                grad = p.grad / clip
                state = self.state[p]
                if not state:
                    state.update(exp_avg=torch.zeros_like(p), exp_avg_sq=torch.zeros_like(p))
                mean, square = state["exp_avg"], state["exp_avg_sq"]
                if group["grad_averaging"]:
                    mean.lerp_(grad, 1 - beta1)
                else:
                    mean.mul_(beta1).add_(grad)
                square.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
                denominator = (square.sqrt() / corrections[1] ** 0.5).add_(group["eps"])
                update = (mean / corrections[0]).div_(denominator)
                if group["weight_decay"] != 0:
                    update.add_(p, alpha=group["weight_decay"])
                if group["weight_decay"] != 0 or group["always_adapt"]:
                    size, length = p.norm(), update.norm()
                    ratio = torch.where((size > 0) & (length > 0), size / length, torch.ones_like(size))
                    update.mul_(ratio.clamp(max=1.0) if group["trust_clip"] else ratio)
                p.add_(update, alpha=-group["lr"])
)");

  struct Options {
    double lr = 1e-3;
    bool bias_correction = true;
    std::array<double, 2> betas = {0.9, 0.999};
    double eps = 1e-6;
    double weight_decay = 0.01;
    bool grad_averaging = true;
    std::optional<double> max_grad_norm = 1.0;
    bool trust_clip = false;
    bool always_adapt = false;
    double step = 0.0;
  };

  struct State {
    StateTensor exp_avg;
    StateTensor exp_avg_sq;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-5, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("Learning rate γ: how far a step goes, as a share of a tensor's size.")},
        {STEPLAB_HYPER(bias_correction),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Corrects the running means for their start at zero, as Adam does.")},
        {STEPLAB_HYPER(betas), STEPLAB_TEXT("\\beta_1,\\beta_2"), 0.0, 0.9999, HyperScale::kLinear,
         STEPLAB_TEXT("β₁, β₂: how much of the mean and of the mean square survives a step.")},
        {STEPLAB_HYPER(eps), STEPLAB_TEXT("\\epsilon"), 1e-10, 1e-2, HyperScale::kLogarithmic,
         STEPLAB_TEXT("ε: added to the denominator, so that tiny gradients are not blown up.")},
        {STEPLAB_HYPER(weight_decay), STEPLAB_TEXT("\\lambda"), 0.0, 1.0, HyperScale::kLinear,
         STEPLAB_TEXT("λ: adds λθ to the update before it is rescaled. At 0 updates are rescaled "
                      "only with always_adapt.")},
        {STEPLAB_HYPER(grad_averaging),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Weighs a new gradient in m by 1 − β₁; otherwise by 1.")},
        {STEPLAB_HYPER(max_grad_norm), STEPLAB_TEXT("c"), 1e-2, 100.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("c: how long all gradients together may be; longer ones are scaled down. "
                      "None sets no limit.")},
        {STEPLAB_HYPER(trust_clip),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Never lets r be more than 1: large tensors do not take larger steps.")},
        {STEPLAB_HYPER(always_adapt),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Rescales updates also without weight decay; otherwise this is Adam then.")},
        {STEPLAB_HYPER(step), {}, 0.0, 1.0, HyperScale::kLinear, {}, {}, true},
    };
    return kFields;
  }

  static std::span<const StateField> state_fields() {
    static constexpr StateField kFields[] = {
        {STEPLAB_STATE(exp_avg), STEPLAB_TEXT("m_t"),
         STEPLAB_TEXT("m: the running mean of gradients.")},
        {STEPLAB_STATE(exp_avg_sq), STEPLAB_TEXT("v_t"),
         STEPLAB_TEXT("v: the running mean of squared gradients.")},
    };
    return kFields;
  }

  enum Symbol : unsigned { kGradient, kMeanHat, kMeanSquareHat, kUpdate, kRatio, kStep };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("g_t"),
         STEPLAB_TEXT("The gradient, scaled down where all gradients together are too long.")},
        {STEPLAB_TEXT("\\hat m_t"),
         STEPLAB_TEXT("The running mean without its bias towards its start at zero.")},
        {STEPLAB_TEXT("\\hat v_t"),
         STEPLAB_TEXT("The running mean square without its bias towards its start at zero.")},
        {STEPLAB_TEXT("u_t"), STEPLAB_TEXT("Adam's direction with the weight decay added.")},
        {STEPLAB_TEXT("r_t"),
         STEPLAB_TEXT("The trust ratio: one number for the whole tensor, 1 where nothing is "
                      "rescaled or a norm is zero.")},
        {STEPLAB_TEXT("-\\gamma\\,r_t\\,u_t"),
         STEPLAB_TEXT("The step: γ times the tensor's size, in the direction u.")},
    };
    return kSymbols;
  }

  // timm's texts have no "value".
  static Status validate(const Options& options) {
    return rules::all(rules::not_negative("lr", "learning rate", options.lr),
                      rules::not_negative("eps", "epsilon", options.eps),
                      rules::not_negative("weight_decay", "weight_decay", options.weight_decay));
  }

  // A step's scalars: computed in double, rounded once where they meet the tensor.
  struct Coefficients {
    float clip;
    bool averages;
    float first_decay;
    float first_weight;
    float second_decay;
    float second_weight;
    float first_correction;
    float root_correction;
    float second_correction;  // for the inspector
    float eps;
    bool decays;
    float weight_decay;
    float rate;

    Coefficients(const Options& options, float clip_divisor)
        : clip(clip_divisor),
          averages(options.grad_averaging),
          first_decay(static_cast<float>(options.betas[0])),
          first_weight(static_cast<float>(1.0 - options.betas[0])),
          second_decay(static_cast<float>(options.betas[1])),
          second_weight(static_cast<float>(1.0 - options.betas[1])),
          first_correction(static_cast<float>(correction(options, 0))),
          root_correction(static_cast<float>(std::sqrt(correction(options, 1)))),
          second_correction(static_cast<float>(correction(options, 1))),
          eps(static_cast<float>(options.eps)),
          decays(options.weight_decay != 0.0),
          weight_decay(static_cast<float>(options.weight_decay)),
          rate(static_cast<float>(-options.lr)) {}

    static double correction(const Options& options, std::size_t which) {
      if (!options.bias_correction) return 1.0;
      return 1.0 - exact_powi(options.betas[which], static_cast<std::uint64_t>(options.step));
    }

    float direction(float value, float exp_avg, float exp_avg_sq) const {
      const float denominator = std::sqrt(exp_avg_sq) / root_correction + eps;
      const float adams = exp_avg / first_correction / denominator;
      return decays ? elementwise::axpy(adams, value, weight_decay) : adams;
    }
  };

  // Advances the means; the 2-norm of the direction that they give.
  static float advance(const Coefficients& with, const Parameter& parameter, State& state) {
    const float* value = parameter.value().span().data();
    const float* grad = parameter.grad().span().data();
    float* exp_avg = state.exp_avg.data();
    float* exp_avg_sq = state.exp_avg_sq.data();
    for (std::size_t i = 0; i < parameter.value().size(); ++i) {
      const float g = grad[i] / with.clip;
      exp_avg[i] = with.averages ? elementwise::lerp(exp_avg[i], g, with.first_weight)
                                 : elementwise::axpy(exp_avg[i] * with.first_decay, g, 1.0F);
      exp_avg_sq[i] =
          elementwise::addcmul(exp_avg_sq[i] * with.second_decay, g, g, with.second_weight);
    }
    return reductions::norm(parameter.value().size(), [&](std::size_t i) {
      return with.direction(value[i], exp_avg[i], exp_avg_sq[i]);
    });
  }

  static void move(const StepContext& context, Parameter& parameter, State& state,
                   const Options& options, const Coefficients& with) {
    const float update_norm = advance(with, parameter, state);
    float ratio = 1.0F;
    if (with.decays || options.always_adapt) {
      const float value_norm = reductions::norm(parameter.value().span());
      ratio = trust_ratio::guarded(value_norm, update_norm, value_norm / update_norm);
      if (options.trust_clip) ratio = trust_ratio::clipped(ratio);
    }
    const auto element = [=](const auto& probe, float& value, float grad, float& exp_avg,
                             float& exp_avg_sq) {
      const float direction = with.direction(value, exp_avg, exp_avg_sq);
      probe.symbol(kGradient, grad / with.clip);
      probe.symbol(kMeanHat, exp_avg / with.first_correction);
      probe.symbol(kMeanSquareHat, exp_avg_sq / with.second_correction);
      probe.symbol(kUpdate, direction);
      probe.symbol(kRatio, ratio);
      value = probe.add(kStep, value, direction * ratio * with.rate);
    };
    elementwise::for_each(context, parameter, element, state.exp_avg, state.exp_avg_sq);
    parameter.bump_version();
  }

  // What every gradient is divided by. The reference reads the constructor's limit; here it is the
  // first group's.
  template <class Groups>
  static float clip_divisor(Groups& groups) {
    const std::optional<double> limit = groups.options(0).max_grad_norm;
    if (!limit) return 1.0F;
    reductions::RunningNorm norm;
    groups.for_each_gradient([&](const Parameter& parameter, State&, const Options&) {
      norm.add(reductions::norm(parameter.grad().span()));
    });
    const float excess = norm.value() / static_cast<float>(*limit);
    return excess < 1.0F ? 1.0F : excess;
  }

  template <class Groups>
  static Status step(Groups& groups, const StepContext& context) {
    if (groups.size() == 0) return {};
    if (Status status = groups.prepare(); !status) return status;
    const float clip = clip_divisor(groups);
    for (std::size_t g = 0; g < groups.size(); ++g) {
      Options& options = groups.options(g);
      options.step += 1.0;
      const Coefficients with(options, clip);
      groups.for_each_gradient(g, [&](Parameter& parameter, State& state) {
        move(context, parameter, state, options, with);
      });
    }
    return {};
  }
};

}  // namespace

OptimizerInfo lamb_info() { return describe_optimizer<Lamb>(); }

}  // namespace steplab
