// SPDX-License-Identifier: MIT
// dadaptation.DAdaptAdam. Unlike it, `.grad` is left as it was.
#include <algorithm>

#include "optim/distance_adaptation.hpp"
#include "optim/families.hpp"
#include "optim/rules.hpp"

namespace steplab {
namespace {

struct DAdaptAdam {
  static constexpr std::string_view kName = "DAdaptAdam";
  static constexpr std::string_view kFamily = families::kNoSchedule;
  static constexpr std::string_view kPytorchClass = {};
  static constexpr std::string_view kCheckedAgainst = STEPLAB_TEXT("DAdaptAdam of dadaptation 3.2");
  static constexpr std::string_view kAgreement = agreement::kWithin1e5;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Adam that finds its own learning rate: its steps grow until they fit the "
      "distance to the solution.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "A. Defazio, K. Mishchenko: Learning-Rate-Free Learning by D-Adaptation, ICML "
      "2023; https://arxiv.org/abs/2301.07733");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
m_t &= \beta_1 m_{t-1} + (1-\beta_1)\,\gamma\,d_{t-1}\,g_t \\
r_t &= \sqrt{\beta_2}\,r_{t-1} + (1-\sqrt{\beta_2})\,\gamma\,d_{t-1} \langle g_t, s_{t-1}/(\sqrt{v_{t-1}}+\epsilon)\rangle \\
v_t &= \beta_2 v_{t-1} + (1-\beta_2)\,g_t^2 \\
s_t &= \sqrt{\beta_2}\,s_{t-1} + (1-\sqrt{\beta_2})\,\gamma\,d_{t-1}\,g_t \\
d_t &= \max\bigl(d_{t-1},\, r_t/((1-\sqrt{\beta_2})\lVert s_t\rVert_1)\bigr) \\
\theta_t &= \theta_{t-1} - m_t/(\sqrt{v_t}+\epsilon) - \gamma\,d_{t-1}\lambda\,\theta_{t-1}
\end{aligned})");
  static constexpr std::string_view kPython =
      STEPLAB_PYTHON(R"(class DAdaptAdam(torch.optim.Optimizer):
    """D-Adaptation for Adam (Defazio and Mishchenko, 2023)."""

    def __init__(self, params, lr=1.0, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, decouple=False,
                 use_bias_correction=False, d0=1e-6, growth_rate=float("inf")):
        defaults = dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, decouple=decouple,
                        use_bias_correction=use_bias_correction, growth_rate=growth_rate, d=d0,
                        numerator_weighted=0.0, k=0)
        super().__init__(params, defaults)

    @torch.no_grad()
    def step(self, closure=None):
        first = self.param_groups[0]
        beta1, beta2 = first["betas"]
        root, d, k = beta2**0.5, first["d"], first["k"]
        lr = max(group["lr"] for group in self.param_groups)
        if any(group["lr"] not in (lr, 0) for group in self.param_groups):
            raise RuntimeError("Setting different lr values in different parameter groups is only supported for 0")
        correction = (1 - beta2 ** (k + 1)) ** 0.5 / (1 - beta1 ** (k + 1)) if first["use_bias_correction"] else 1.0
        dlr = d * lr * correction
        numerator = norm = 0.0
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                coupled = group["weight_decay"] != 0 and not group["decouple"]
                grad = p.grad.add(p, alpha=group["weight_decay"]) if coupled else p.grad
                state = self.state[p]
                if not state:
                    state.update({key: torch.zeros_like(p) for key in ("s", "exp_avg", "exp_avg_sq")})
                if group["lr"] > 0:
                    denominator = state["exp_avg_sq"].sqrt().add_(group["eps"])
                    numerator += dlr * torch.sum(grad * (state["s"] / denominator)).item()
                    state["exp_avg"].mul_(beta1).add_(grad, alpha=dlr * (1 - beta1))
                    state["exp_avg_sq"].mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
                    state["s"].mul_(root).add_(grad, alpha=dlr * (1 - root))
                    norm += state["s"].abs().sum().item()
        weighted = root * first["numerator_weighted"] + (1 - root) * numerator
        if norm == 0:
            return
        if lr > 0:
            d = max(d, min(weighted / ((1 - root) * norm), d * first["growth_rate"]))
        for group in self.param_groups:
            group.update(numerator_weighted=weighted, d=d, k=group["k"] + 1)
            for p in group["params"]:
                if p.grad is None:
                    continue
                if group["weight_decay"] != 0 and group["decouple"]:
                    p.add_(p, alpha=-group["weight_decay"] * dlr)
                state = self.state[p]
                p.addcdiv_(state["exp_avg"], state["exp_avg_sq"].sqrt().add_(group["eps"]), value=-1)
)");

  struct Options {
    double lr = 1.0;
    std::array<double, 2> betas = {0.9, 0.999};
    double eps = 1e-8;
    double weight_decay = 0.0;
    bool decouple = false;
    bool use_bias_correction = false;
    double d0 = 1e-6;
    std::optional<double> growth_rate;
    // The reference's, in each group. d is 0 until the first step takes it from d0.
    double d = 0.0;
    double numerator_weighted = 0.0;
    double k = 0.0;
  };

  struct State {
    std::int64_t step = 0;
    StateTensor s;
    StateTensor exp_avg;
    StateTensor exp_avg_sq;
  };

  static std::span<const HyperField> hyper_fields() {
    using distance_adaptation::counter;
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-2, 10.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("γ: multiplies the learning rate that is found; leave it at 1, or let a "
                      "schedule lower it.")},
        {STEPLAB_HYPER(betas), STEPLAB_TEXT("\\beta_1,\\beta_2"), 0.0, 0.9999, HyperScale::kLinear,
         STEPLAB_TEXT("β₁, β₂: how much of the mean and of the mean square survives a step.")},
        {STEPLAB_HYPER(eps), STEPLAB_TEXT("\\epsilon"), 1e-10, 1e-2, HyperScale::kLogarithmic,
         STEPLAB_TEXT("ε: added to the denominator, so that tiny gradients are not blown up.")},
        {STEPLAB_HYPER(weight_decay), STEPLAB_TEXT("\\lambda"), 0.0, 1.0, HyperScale::kLinear,
         STEPLAB_TEXT("λ: pulls parameters to zero.")},
        {STEPLAB_HYPER(decouple),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Decays as AdamW does; otherwise λθ is added to the gradient.")},
        {STEPLAB_HYPER(use_bias_correction),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Corrects the running means as Adam does: slower first steps.")},
        {STEPLAB_HYPER(d0),
         {},
         1e-10,
         1.0,
         HyperScale::kLogarithmic,
         STEPLAB_TEXT("d₀: the first estimate of the distance; too small is harmless.")},
        distance_adaptation::growth_rate(offsetof(Options, growth_rate)),
        counter("d", offsetof(Options, d)),
        counter("numerator_weighted", offsetof(Options, numerator_weighted)),
        counter("k", offsetof(Options, k)),
    };
    return kFields;
  }

  static std::span<const StateField> state_fields() {
    static constexpr StateField kFields[] = {
        {STEPLAB_STATE(step), STEPLAB_TEXT("t"),
         STEPLAB_TEXT("How many updates this parameter has had.")},
        {STEPLAB_STATE(s), STEPLAB_TEXT("s_t"), STEPLAB_TEXT("s: the weighted sum of gradients.")},
        {STEPLAB_STATE(exp_avg), STEPLAB_TEXT("m_t"),
         STEPLAB_TEXT("m: the running mean of d times the gradient.")},
        {STEPLAB_STATE(exp_avg_sq), STEPLAB_TEXT("v_t"),
         STEPLAB_TEXT("v: the running mean of squared gradients.")},
    };
    return kFields;
  }

  // In the order of distance_adaptation::Symbol.
  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("g_t"), STEPLAB_TEXT("The gradient, with a coupled weight decay added.")},
        {STEPLAB_TEXT("d_{t-1}"), STEPLAB_TEXT("The estimate of the distance before this step.")},
        {STEPLAB_TEXT("d_t"), STEPLAB_TEXT("The estimate of the distance after this step.")},
        {STEPLAB_TEXT("-\\gamma\\,d_{t-1}\\lambda\\,\\theta_{t-1}"),
         STEPLAB_TEXT("The decay, when decoupled.")},
        {STEPLAB_TEXT("-m_t/(\\sqrt{v_t}+\\epsilon)"),
         STEPLAB_TEXT("The step: about γ d in size, because m has it in it.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    return rules::all(rules::positive("d0", "d0 value", options.d0),
                      rules::positive("lr", "learning rate", options.lr),
                      rules::positive("eps", "epsilon value", options.eps),
                      rules::betas_below_one(options.betas));
  }

  static void gather(const Parameter& parameter, State& state, const Options& options,
                     const Options& first, double dlr, distance_adaptation::Sums& sums) {
    const elementwise::PenalizedGradient gradient = distance_adaptation::coupled_gradient(options);
    const double root = std::sqrt(first.betas[1]);
    const distance_adaptation::Means means(first.betas, dlr, 1.0, root, dlr * (1.0 - root));
    const auto eps = static_cast<float>(options.eps);
    const float* value = parameter.value().span().data();
    const float* grad = parameter.grad().span().data();
    double product = 0.0;
    for (std::size_t i = 0; i < parameter.value().size(); ++i) {
      const float g = gradient(grad[i], value[i]);
      float& exp_avg_sq = state.exp_avg_sq.data()[i];
      float& s = state.s.data()[i];
      const float scaled = s / (std::sqrt(exp_avg_sq) + eps);
      product += static_cast<double>(g) * static_cast<double>(scaled);
      means.add(g, state.exp_avg.data()[i], exp_avg_sq, s);
      sums.denominator += std::fabs(static_cast<double>(s));
    }
    sums.numerator += dlr * product;
  }

  static void move(const StepContext& context, Parameter& parameter, State& state,
                   const Options& options, double old_distance, double dlr) {
    const auto eps = static_cast<float>(options.eps);
    const auto term = [eps](float, float exp_avg, float exp_avg_sq) {
      return elementwise::quotient(exp_avg, std::sqrt(exp_avg_sq) + eps, -1.0F);
    };
    distance_adaptation::move(context, parameter, state, options, old_distance, dlr, term);
  }

  template <class Groups>
  static Status step(Groups& groups, const StepContext& context) {
    if (groups.size() == 0) return {};
    const Result<double> lr = distance_adaptation::common_lr(
        groups,
        ". To scale the learning rate differently for each layer, set the 'layer_scale' value "
        "instead.");
    if (!lr) return lr.error();
    if (Status status = groups.prepare(); !status) return status;
    Options& first = groups.options(0);
    if (first.k == 0.0 && first.d == 0.0) first.d = first.d0;
    const double old_distance = first.d;
    const double dlr = distance_adaptation::corrected_rate(first, *lr);
    const double root = std::sqrt(first.betas[1]);

    distance_adaptation::Sums sums;
    groups.for_each_gradient([&](Parameter& parameter, State& state, Options& options) {
      if (options.lr > 0.0) gather(parameter, state, options, first, dlr, sums);
    });
    const double weighted = root * first.numerator_weighted + (1.0 - root) * sums.numerator;
    if (sums.denominator == 0.0) return {};
    if (*lr > 0.0) {
      const double estimated = weighted / ((1.0 - root) * sums.denominator);
      first.d =
          std::max(first.d, distance_adaptation::grown(first.d, estimated, first.growth_rate));
    }
    distance_adaptation::hand_on(groups,
                                 [&](Options& options) { options.numerator_weighted = weighted; });
    groups.for_each_gradient([&](Parameter& parameter, State& state, Options& options) {
      move(context, parameter, state, options, old_distance, dlr);
    });
    return {};
  }
};

}  // namespace

OptimizerInfo dadapt_adam_info() { return describe_optimizer<DAdaptAdam>(); }

}  // namespace steplab
