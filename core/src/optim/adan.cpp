// SPDX-License-Identifier: MIT
// Adan, as Adan of timm 1.0.31 without caution, and with the clipping of all gradients that the
// authors' code (sail-sg/Adan) has before it. Steps are counted per group, also those in which a
// parameter has no gradient.
#include <array>
#include <cmath>
#include <cstdint>
#include <string>

#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/reductions.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"
#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

struct Adan {
  static constexpr std::string_view kName = "Adan";
  static constexpr std::string_view kPytorchClass = {};
  static constexpr std::string_view kFamily = families::kAdamRelatives;
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("Adan of timm 1.0.31, behind the authors' clipping in PyTorch 2.13.0");
  static constexpr std::string_view kAgreement = agreement::kBitForBit;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Adam with Nesterov's look ahead: a running mean of how gradients change says where they "
      "are going.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "X. Xie, P. Zhou, H. Li, Z. Lin, S. Yan: Adan: Adaptive Nesterov Momentum Algorithm for "
      "Faster Optimizing Deep Models, 2022; https://arxiv.org/abs/2208.06677");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
g_t &= \min\bigl( 1,\, c / (\lVert\nabla f\rVert_{\text{all}} + \epsilon) \bigr)\,\nabla f(\theta_{t-1}) \\
\delta_t &= g_t - g_{t-1}, \qquad \delta_1 = 0 \\
m_t &= \beta_1 m_{t-1} + (1-\beta_1)\,g_t \\
v_t &= \beta_2 v_{t-1} + (1-\beta_2)\,\delta_t \\
n_t &= \beta_3 n_{t-1} + (1-\beta_3)\,(g_t + \beta_2\,\delta_t)^2 \\
\hat m_t &= m_t/(1-\beta_1^t), \quad \hat v_t = v_t/(1-\beta_2^t), \quad \hat n_t = n_t/(1-\beta_3^t) \\
\theta_t &= \bigl( \theta_{t-1} - \gamma\,(\hat m_t + \beta_2\,\hat v_t) / (\sqrt{\hat n_t} + \epsilon) \bigr) / (1 + \gamma\lambda)
\end{aligned})");
  static constexpr std::string_view kPython = STEPLAB_PYTHON(R"(class Adan(torch.optim.Optimizer):
    """Adaptive Nesterov momentum (Xie et al., 2022)."""

    def __init__(self, params, lr=1e-3, betas=(0.98, 0.92, 0.99), eps=1e-8, weight_decay=0.0, max_grad_norm=0.0,
                 no_prox=False):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay,
                                      max_grad_norm=max_grad_norm, no_prox=no_prox, step=0))

    @torch.no_grad()
    def step(self, closure=None):
        limit = self.defaults["max_grad_norm"]
        grads = [p.grad for group in self.param_groups for p in group["params"] if p.grad is not None]
        if limit > 0 and grads:
            norm = sum(grad.pow(2).sum() for grad in grads).sqrt()
            share = (torch.tensor(limit) / (norm + self.param_groups[-1]["eps"])).clamp(max=1.0)
            for grad in grads:
                grad.mul_(share)
        for group in self.param_groups:
            group["step"] += 1
            lr, (beta1, beta2, beta3) = group["lr"], group["betas"]
            correction1, correction2, correction3 = (1 - beta ** group["step"] for beta in group["betas"])
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if not state:
                    state.update(exp_avg=torch.zeros_like(p), exp_avg_sq=torch.zeros_like(p),
                                 exp_avg_diff=torch.zeros_like(p), neg_pre_grad=-p.grad)
                difference = state["neg_pre_grad"] + p.grad
                state["exp_avg"].lerp_(p.grad, 1 - beta1)
                state["exp_avg_diff"].mul_(beta2).add_(difference, alpha=1 - beta2)
                ahead = difference.mul_(beta2).add_(p.grad)
                state["exp_avg_sq"].mul_(beta3).addcmul_(ahead, ahead, value=1 - beta3)
                denominator = (state["exp_avg_sq"].sqrt() / correction3**0.5).add_(group["eps"])
                if group["no_prox"]:
                    p.mul_(1 - lr * group["weight_decay"])
                p.addcdiv_(state["exp_avg"], denominator, value=-lr / correction1)
                p.addcdiv_(state["exp_avg_diff"], denominator, value=-lr * beta2 / correction2)
                if not group["no_prox"]:
                    p.div_(1 + lr * group["weight_decay"])
                state["neg_pre_grad"] = -p.grad
)");

  struct Options {
    double lr = 1e-3;
    std::array<double, 3> betas = {0.98, 0.92, 0.99};
    double eps = 1e-8;
    double weight_decay = 0.0;
    double max_grad_norm = 0.0;
    bool no_prox = false;
    double step = 0.0;
  };

  struct State {
    StateTensor exp_avg;
    StateTensor exp_avg_sq;
    StateTensor exp_avg_diff;
    StateTensor neg_pre_grad;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-5, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("Learning rate γ: about how far every parameter moves in a step.")},
        {STEPLAB_HYPER(betas), STEPLAB_TEXT("\\beta_1,\\beta_2,\\beta_3"), 0.0, 0.9999,
         HyperScale::kLinear,
         STEPLAB_TEXT("β₁, β₂, β₃: how much of the means of gradients, of their differences and of "
                      "squares survives a step.")},
        {STEPLAB_HYPER(eps), STEPLAB_TEXT("\\epsilon"), 1e-10, 1e-2, HyperScale::kLogarithmic,
         STEPLAB_TEXT("ε: added to the denominator, so that tiny gradients are not blown up.")},
        {STEPLAB_HYPER(weight_decay), STEPLAB_TEXT("\\lambda"), 0.0, 1.0, HyperScale::kLinear,
         STEPLAB_TEXT("λ: every step divides the parameters by 1 + γλ.")},
        {STEPLAB_HYPER(max_grad_norm), STEPLAB_TEXT("c"), 0.0, 10.0, HyperScale::kLinear,
         STEPLAB_TEXT("c: how long all gradients together may be; longer ones are scaled down, in "
                      "place. 0 sets no limit.")},
        {STEPLAB_HYPER(no_prox),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Decays as AdamW does: multiplies by 1 − γλ before the step instead.")},
        {STEPLAB_HYPER(step), {}, 0.0, 1.0, HyperScale::kLinear, {}, {}, true},
    };
    return kFields;
  }

  static std::span<const StateField> state_fields() {
    static constexpr StateField kFields[] = {
        {STEPLAB_STATE(exp_avg), STEPLAB_TEXT("m_t"),
         STEPLAB_TEXT("m: the running mean of gradients.")},
        {STEPLAB_STATE(exp_avg_sq), STEPLAB_TEXT("n_t"),
         STEPLAB_TEXT("n: the running mean of squares of the gradient looked ahead.")},
        {STEPLAB_STATE(exp_avg_diff), STEPLAB_TEXT("v_t"),
         STEPLAB_TEXT("v: the running mean of differences of successive gradients.")},
        {STEPLAB_STATE(neg_pre_grad),
         {},
         STEPLAB_TEXT("The last gradient, negated: what the next is compared with.")},
    };
    return kFields;
  }

  enum Symbol : unsigned {
    kGradient,
    kDifference,
    kMean,
    kDifferences,
    kSquares,
    kStep,
    kAhead,
    kDecay
  };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("g_t"),
         STEPLAB_TEXT("The gradient, scaled down where all gradients together are too long.")},
        {STEPLAB_TEXT("\\delta_t"), STEPLAB_TEXT("What has changed since the last gradient.")},
        {STEPLAB_TEXT("\\hat m_t"),
         STEPLAB_TEXT("The running mean without its bias towards its start at zero.")},
        {STEPLAB_TEXT("\\hat v_t"),
         STEPLAB_TEXT("The mean difference without its bias towards its start at zero.")},
        {STEPLAB_TEXT("\\hat n_t"),
         STEPLAB_TEXT("The mean square without its bias towards its start at zero.")},
        {STEPLAB_TEXT("-\\gamma\\,\\hat m_t/(\\sqrt{\\hat n_t}+\\epsilon)"),
         STEPLAB_TEXT("The step along the mean: about the learning rate in size.")},
        {STEPLAB_TEXT("-\\gamma\\,\\beta_2\\,\\hat v_t/(\\sqrt{\\hat n_t}+\\epsilon)"),
         STEPLAB_TEXT("The look ahead, along the mean difference.")},
        {STEPLAB_TEXT("-\\gamma\\lambda\\,\\theta_t"),
         STEPLAB_TEXT("The decay: the parameter shrinks, apart from the gradient.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    const auto& [first, second, third] = options.betas;
    return rules::all(rules::not_negative("max_grad_norm", "Max grad norm", options.max_grad_norm),
                      rules::not_negative("lr", "learning rate", options.lr),
                      rules::not_negative("eps", "epsilon value", options.eps),
                      rules::betas_below_one({first, second}),
                      0.0 <= third && third < 1.0
                          ? Status()
                          : Status(invalid_hyper("betas", "Invalid beta parameter at index 2: " +
                                                              to_python(third))));
  }

  // The first gradient has none before it: it is compared with itself.
  static void create_state(State& state, const Parameter& parameter) {
    state.exp_avg.create();
    state.exp_avg_sq.create();
    state.exp_avg_diff.create();
    state.neg_pre_grad.create_from(parameter.grad().span());
    for (float& element : state.neg_pre_grad.span()) element = -element;
  }

  // One element's update in a group's step, whose scalars are computed in double and rounded once
  // where they meet the tensor.
  static auto element_of(const Options& options) {
    const auto step = static_cast<std::uint64_t>(options.step);
    const double first_correction = 1.0 - exact_powi(options.betas[0], step);
    const double second_correction = 1.0 - exact_powi(options.betas[1], step);
    const double third_correction = 1.0 - exact_powi(options.betas[2], step);
    const auto first_weight = static_cast<float>(1.0 - options.betas[0]);
    const auto second_decay = static_cast<float>(options.betas[1]);
    const auto second_weight = static_cast<float>(1.0 - options.betas[1]);
    const auto third_decay = static_cast<float>(options.betas[2]);
    const auto third_weight = static_cast<float>(1.0 - options.betas[2]);
    const auto root_correction = static_cast<float>(std::sqrt(third_correction));
    const auto eps = static_cast<float>(options.eps);
    const auto along_mean = static_cast<float>(-(options.lr / first_correction));
    const auto ahead = static_cast<float>(-(options.lr * options.betas[1] / second_correction));
    const bool shrinks_first = options.no_prox;
    const auto keep = static_cast<float>(1.0 - options.lr * options.weight_decay);
    const auto divisor = static_cast<float>(1.0 + options.lr * options.weight_decay);
    return [=](const auto& probe, float& value, float grad, float& exp_avg, float& exp_avg_sq,
               float& exp_avg_diff, float& neg_pre_grad) {
      const float difference = neg_pre_grad + grad;
      exp_avg = elementwise::lerp(exp_avg, grad, first_weight);
      exp_avg_diff = elementwise::axpy(exp_avg_diff * second_decay, difference, second_weight);
      const float expected = difference * second_decay + grad;
      exp_avg_sq = elementwise::addcmul(exp_avg_sq * third_decay, expected, expected, third_weight);
      neg_pre_grad = -grad;
      probe.symbol(kGradient, grad);
      probe.symbol(kDifference, difference);
      probe.symbol(kMean, static_cast<float>(exp_avg / first_correction));
      probe.symbol(kDifferences, static_cast<float>(exp_avg_diff / second_correction));
      probe.symbol(kSquares, static_cast<float>(exp_avg_sq / third_correction));
      const float denominator = std::sqrt(exp_avg_sq) / root_correction + eps;
      const float start = shrinks_first ? probe.scale(kDecay, value, keep) : value;
      const float stepped =
          probe.add(kStep, start, elementwise::quotient(exp_avg, denominator, along_mean));
      const float moved =
          probe.add(kAhead, stepped, elementwise::quotient(exp_avg_diff, denominator, ahead));
      value = shrinks_first ? moved : probe.replace(kDecay, moved, moved / divisor);
    };
  }

  // Scales all gradients down, in place. The reference reads the constructor's limit and the last
  // group's eps; here the limit is the first group's.
  template <class Groups>
  static void clip(Groups& groups) {
    if (groups.size() == 0 || !(groups.options(0).max_grad_norm > 0.0)) return;
    float squares = 0.0F;
    groups.for_each_gradient([&](const Parameter& parameter, State&, const Options&) {
      const std::span<const float> grad = parameter.grad().span();
      squares += reductions::sum(grad.size(), [grad](std::size_t i) { return grad[i] * grad[i]; });
    });
    const auto eps = static_cast<float>(groups.options(groups.size() - 1).eps);
    const auto limit = static_cast<float>(groups.options(0).max_grad_norm);
    const float share = limit / (std::sqrt(squares) + eps);
    if (share >= 1.0F) return;
    groups.for_each_gradient([share](Parameter& parameter, State&, const Options&) {
      for (float& element : parameter.materialize_grad().span()) element *= share;
    });
  }

  template <class Groups>
  static Status step(Groups& groups, const StepContext& context) {
    clip(groups);
    if (Status status = groups.prepare(); !status) return status;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      Options& options = groups.options(g);
      options.step += 1.0;
      const auto element = element_of(options);
      groups.for_each_gradient(g, [&](Parameter& parameter, State& state) {
        elementwise::for_each(context, parameter, element, state.exp_avg, state.exp_avg_sq,
                              state.exp_avg_diff, state.neg_pre_grad);
        // mul_ or div_, and addcdiv_ twice
        for (int i = 0; i < 3; ++i) parameter.bump_version();
      });
    }
    return {};
  }
};

}  // namespace

OptimizerInfo adan_info() { return describe_optimizer<Adan>(); }

}  // namespace steplab
