// SPDX-License-Identifier: MIT
// LARS, as Lars of timm 1.0.31.
#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/reductions.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"
#include "optim/trust_ratio.hpp"

namespace steplab {
namespace {

struct Lars {
  static constexpr std::string_view kName = "LARS";
  static constexpr std::string_view kPytorchClass = {};
  static constexpr std::string_view kFamily = families::kSign;
  static constexpr std::string_view kCheckedAgainst = STEPLAB_TEXT("Lars of timm 1.0.31");
  static constexpr std::string_view kAgreement = agreement::kBitForBit;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "SGD whose gradient is rescaled tensor by tensor to a fixed share of the tensor's own size; "
      "for very large batches.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "Y. You, I. Gitman, B. Ginsburg: Large Batch Training of Convolutional Networks, 2017; "
      "https://arxiv.org/abs/1708.03888");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
r_t &= \eta\,\lVert\theta_{t-1}\rVert / \bigl( \lVert\nabla f(\theta_{t-1})\rVert + \lambda\,\lVert\theta_{t-1}\rVert + \epsilon \bigr) \\
g_t &= r_t \bigl( \nabla f(\theta_{t-1}) + \lambda\,\theta_{t-1} \bigr) \\
b_t &= \mu\,b_{t-1} + (1-\tau)\,g_t, \qquad b_1 = g_1 \\
d_t &= \begin{cases} g_t + \mu\,b_t & \text{nesterov} \\ b_t & \text{otherwise} \end{cases} \\
\theta_t &= \theta_{t-1} - \gamma\,d_t
\end{aligned})");
  static constexpr std::string_view kPython = STEPLAB_PYTHON(R"(class LARS(torch.optim.Optimizer):
    """Layer-wise adaptive rate scaling (You et al., 2017)."""

    def __init__(self, params, lr=1.0, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False,
                 trust_coeff=0.001, eps=1e-8, trust_clip=False, always_adapt=False):
        super().__init__(params, dict(lr=lr, momentum=momentum, dampening=dampening, weight_decay=weight_decay,
                                      nesterov=nesterov, trust_coeff=trust_coeff, eps=eps, trust_clip=trust_clip,
                                      always_adapt=always_adapt))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            lr, momentum, decay = group["lr"], group["momentum"], group["weight_decay"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                grad = p.grad
                if decay != 0 or group["always_adapt"]:
                    size, slope = p.norm(), grad.norm()
                    ratio = group["trust_coeff"] * size / (slope + size * decay + group["eps"])
                    ratio = torch.where((size > 0) & (slope > 0), ratio, torch.ones_like(ratio))
                    if group["trust_clip"]:
                        ratio = (ratio / lr).clamp(max=1.0)
                    grad = grad.add(p, alpha=decay).mul_(ratio)
                if momentum != 0:
                    state = self.state[p]
                    if "momentum_buffer" in state:
                        state["momentum_buffer"].mul_(momentum).add_(grad, alpha=1 - group["dampening"])
                    else:
                        state["momentum_buffer"] = grad.clone()
                    velocity = state["momentum_buffer"]
                    grad = grad.add(velocity, alpha=momentum) if group["nesterov"] else velocity
                p.add_(grad, alpha=-lr)
)");

  struct Options {
    double lr = 1.0;
    double momentum = 0.0;
    double dampening = 0.0;
    double weight_decay = 0.0;
    bool nesterov = false;
    double trust_coeff = 0.001;
    double eps = 1e-8;
    bool trust_clip = false;
    bool always_adapt = false;
  };

  struct State {
    StateTensor momentum_buffer;
    bool starts = false;  // whether this step is the buffer's first; decided anew in every step
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-3, 100.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("Learning rate γ: multiplies the rescaled gradient, so it is larger than "
                      "SGD's.")},
        {STEPLAB_HYPER(momentum), STEPLAB_TEXT("\\mu"), 0.0, 0.999, HyperScale::kLinear,
         STEPLAB_TEXT("μ: the share of the velocity that survives a step.")},
        {STEPLAB_HYPER(dampening), STEPLAB_TEXT("\\tau"), 0.0, 1.0, HyperScale::kLinear,
         STEPLAB_TEXT(
             "τ: the share of a new gradient that the velocity ignores; not at its first step.")},
        {STEPLAB_HYPER(weight_decay), STEPLAB_TEXT("\\lambda"), 0.0, 0.1, HyperScale::kLinear,
         STEPLAB_TEXT("λ: adds λθ to the gradient (L2). At 0 gradients are rescaled only with "
                      "always_adapt.")},
        {STEPLAB_HYPER(nesterov),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Looks ahead: steps along the gradient plus μ times the new velocity.")},
        {STEPLAB_HYPER(trust_coeff), STEPLAB_TEXT("\\eta"), 1e-4, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("η: which share of a tensor's size its rescaled gradient has.")},
        {STEPLAB_HYPER(eps), STEPLAB_TEXT("\\epsilon"), 1e-10, 1e-2, HyperScale::kLogarithmic,
         STEPLAB_TEXT("ε: added to the denominator, for gradients near zero.")},
        {STEPLAB_HYPER(trust_clip),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Divides r by γ and never lets it be more than 1: the step is SGD's at "
                      "most (LARC).")},
        {STEPLAB_HYPER(always_adapt),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Rescales gradients also without weight decay; otherwise this is SGD then.")},
    };
    return kFields;
  }

  static std::span<const StateField> state_fields() {
    static constexpr StateField kFields[] = {
        {STEPLAB_STATE(momentum_buffer), STEPLAB_TEXT("b_t"),
         STEPLAB_TEXT("b: the velocity, a decaying sum of gradients; only with momentum.")},
    };
    return kFields;
  }

  enum Symbol : unsigned { kRatio, kGradient, kDirection, kStep };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("r_t"),
         STEPLAB_TEXT("The trust ratio: one number for the whole tensor, 1 where nothing is "
                      "rescaled or a norm is zero.")},
        {STEPLAB_TEXT("g_t"), STEPLAB_TEXT("The gradient with the weight decay, rescaled.")},
        {STEPLAB_TEXT("d_t"),
         STEPLAB_TEXT("The direction: the gradient or the velocity, or both with nesterov.")},
        {STEPLAB_TEXT("-\\gamma\\,d_t"),
         STEPLAB_TEXT("The step: the learning rate times the direction.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    const bool nesterov_fits = options.momentum > 0.0 && options.dampening == 0.0;
    return rules::all(
        rules::not_negative("lr", "learning rate", options.lr),
        rules::not_negative("momentum", "momentum value", options.momentum),
        rules::not_negative("weight_decay", "weight_decay value", options.weight_decay),
        options.nesterov && !nesterov_fits
            ? Status(invalid_hyper("nesterov",
                                   "Nesterov momentum requires a momentum and zero dampening"))
            : Status());
  }

  // The buffer comes into being in update(), whenever momentum is first on.
  static void create_state(State&, const Options&, const Options&) {}

  static Status prepare(State& state, const Options&) {
    state.starts = !state.momentum_buffer.exists();
    return {};
  }

  static float ratio_of(const Parameter& parameter, const Options& options) {
    const float value_norm = reductions::norm(parameter.value().span());
    const float grad_norm = reductions::norm(parameter.grad().span());
    const float denominator = grad_norm + value_norm * static_cast<float>(options.weight_decay) +
                              static_cast<float>(options.eps);
    const float ratio = trust_ratio::guarded(
        value_norm, grad_norm, value_norm * static_cast<float>(options.trust_coeff) / denominator);
    return options.trust_clip ? trust_ratio::clipped(ratio / static_cast<float>(options.lr))
                              : ratio;
  }

  static void update(const StepContext& context, Parameter& parameter, State& state,
                     const Options& options) {
    const bool adapts = options.weight_decay != 0.0 || options.always_adapt;
    const bool has_momentum = options.momentum != 0.0;
    const float ratio = adapts ? ratio_of(parameter, options) : 1.0F;
    const auto weight_decay = static_cast<float>(options.weight_decay);
    const auto momentum = static_cast<float>(options.momentum);
    const auto undamped = static_cast<float>(1.0 - options.dampening);
    const auto rate = static_cast<float>(-options.lr);
    const bool starts = state.starts;
    const bool nesterov = options.nesterov;
    if (has_momentum && starts) state.momentum_buffer.create();
    const auto element = [=](const auto& probe, float& value, float grad, float& buffer) {
      const float g = adapts ? elementwise::axpy(grad, value, weight_decay) * ratio : grad;
      float direction = g;
      if (has_momentum) {
        buffer = starts ? g : elementwise::axpy(buffer * momentum, g, undamped);
        direction = nesterov ? elementwise::axpy(g, buffer, momentum) : buffer;
      }
      probe.symbol(kRatio, ratio);
      probe.symbol(kGradient, g);
      probe.symbol(kDirection, direction);
      value = probe.add(kStep, value, direction * rate);
    };
    elementwise::for_each(context, parameter, element, state.momentum_buffer);
    parameter.bump_version();
  }
};

}  // namespace

OptimizerInfo lars_info() { return describe_optimizer<Lars>(); }

}  // namespace steplab
