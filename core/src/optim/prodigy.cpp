// SPDX-License-Identifier: MIT
// prodigyopt.Prodigy. Unlike it, `.grad` is left as it was, and p0 has the parameter's shape also
// where all of it is zero.
#include <algorithm>

#include "optim/distance_adaptation.hpp"
#include "optim/families.hpp"
#include "optim/rules.hpp"

namespace steplab {
namespace {

struct Prodigy {
  static constexpr std::string_view kName = "Prodigy";
  static constexpr std::string_view kFamily = families::kNoSchedule;
  static constexpr std::string_view kPytorchClass = {};
  static constexpr std::string_view kCheckedAgainst = STEPLAB_TEXT("Prodigy of prodigyopt 1.1.2");
  static constexpr std::string_view kAgreement = agreement::kWithin1e5;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Adam that finds its own learning rate, from an estimate of how far away the "
      "solution is.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "K. Mishchenko, A. Defazio: Prodigy: An Expeditiously Adaptive Parameter-Free "
      "Learner, ICML 2024; https://arxiv.org/abs/2306.06101");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
m_t &= \beta_1 m_{t-1} + (1-\beta_1)\,d_{t-1}\,g_t \\
v_t &= \beta_2 v_{t-1} + (1-\beta_2)\,d_{t-1}^2\,g_t^2 \\
r_t &= \beta_3 r_{t-1} + \gamma\,\tfrac{d_{t-1}^2}{d_0} \langle g_t, \theta_0 - \theta_{t-1}\rangle \\
s_t &= \beta_3 s_{t-1} + \gamma\,\tfrac{d_{t-1}^2}{d_0}\,g_t \\
d_t &= \max(d_{t-1},\, c\,r_t/\lVert s_t\rVert_1) \\
\theta_t &= \theta_{t-1} - \gamma\,d_{t-1} \bigl( m_t/(\sqrt{v_t} + d_t\epsilon) + \lambda\,\theta_{t-1} \bigr)
\end{aligned})");
  static constexpr std::string_view kPython =
      STEPLAB_PYTHON(R"(class Prodigy(torch.optim.Optimizer):
    """Prodigy (Mishchenko and Defazio, 2024)."""

    def __init__(self, params, lr=1.0, betas=(0.9, 0.999), beta3=None, eps=1e-8, weight_decay=0.0, decouple=True,
                 use_bias_correction=False, safeguard_warmup=False, d0=1e-6, d_coef=1.0, growth_rate=float("inf")):
        defaults = dict(lr=lr, betas=betas, beta3=beta3, eps=eps, weight_decay=weight_decay, decouple=decouple,
                        use_bias_correction=use_bias_correction, safeguard_warmup=safeguard_warmup, d0=d0,
                        d_coef=d_coef, growth_rate=growth_rate, d=d0, d_max=d0, d_numerator=0.0, k=0)
        super().__init__(params, defaults)

    @torch.no_grad()
    def step(self, closure=None):
        first = self.param_groups[0]
        beta1, beta2 = first["betas"]
        beta3 = beta2**0.5 if first["beta3"] is None else first["beta3"]
        d, k = first["d"], first["k"]
        lr = max(group["lr"] for group in self.param_groups)
        if any(group["lr"] not in (lr, 0) for group in self.param_groups):
            raise RuntimeError("Setting different lr values in different parameter groups is only supported for 0")
        correction = (1 - beta2 ** (k + 1)) ** 0.5 / (1 - beta1 ** (k + 1)) if first["use_bias_correction"] else 1.0
        dlr = d * lr * correction
        numerator, denominator = first["d_numerator"] * beta3, 0.0
        gradients = {}
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                coupled = group["weight_decay"] != 0 and not group["decouple"]
                grad = gradients[p] = p.grad.add(p, alpha=group["weight_decay"]) if coupled else p.grad
                state = self.state[p]
                if not state:
                    state.update(s=torch.zeros_like(p), p0=p.clone(), exp_avg=torch.zeros_like(p),
                                 exp_avg_sq=torch.zeros_like(p))
                if group["lr"] > 0:
                    scale = d / group["d0"]
                    numerator += scale * dlr * torch.sum(grad * (state["p0"] - p)).item()
                    state["exp_avg"].mul_(beta1).add_(grad, alpha=d * (1 - beta1))
                    state["exp_avg_sq"].mul_(beta2).addcmul_(grad, grad, value=d * d * (1 - beta2))
                    state["s"].mul_(beta3).add_(grad, alpha=scale * (d if group["safeguard_warmup"] else dlr))
                    denominator += state["s"].abs().sum().item()
        if denominator == 0:
            return
        d_hat = first["d_coef"] * numerator / denominator
        if lr > 0:
            d = max(d, d_hat) if d == first["d0"] else d
            d_max = max(first["d_max"], d_hat)
            d = min(d_max, d * first["growth_rate"])
        for group in self.param_groups:
            group.update(d_numerator=numerator, d=d, d_max=d_max, k=group["k"] + 1)
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if group["weight_decay"] != 0 and group["decouple"]:
                    p.add_(p, alpha=-group["weight_decay"] * dlr)
                update = state["exp_avg"] if beta1 > 0 else gradients[p] * d
                p.addcdiv_(update, state["exp_avg_sq"].sqrt().add_(d * group["eps"]), value=-dlr)
)");

  struct Options {
    double lr = 1.0;
    std::array<double, 2> betas = {0.9, 0.999};
    std::optional<double> beta3;
    double eps = 1e-8;
    double weight_decay = 0.0;
    bool decouple = true;
    bool use_bias_correction = false;
    bool safeguard_warmup = false;
    double d0 = 1e-6;
    double d_coef = 1.0;
    std::optional<double> growth_rate;
    // The reference's, in each group. d is 0 until the first step takes it from d0.
    double d = 0.0;
    double d_max = 0.0;
    double d_numerator = 0.0;
    double k = 0.0;
  };

  struct State {
    std::int64_t step = 0;
    StateTensor s;
    StateTensor p0;
    StateTensor exp_avg;
    StateTensor exp_avg_sq;
  };

  static std::span<const HyperField> hyper_fields() {
    using distance_adaptation::counter;
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-2, 10.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("γ: multiplies the learning rate that Prodigy finds; leave it at 1, or let a "
                      "schedule lower it.")},
        {STEPLAB_HYPER(betas), STEPLAB_TEXT("\\beta_1,\\beta_2"), 0.0, 0.9999, HyperScale::kLinear,
         STEPLAB_TEXT("β₁, β₂: how much of the mean and of the mean square survives a step.")},
        {STEPLAB_HYPER(beta3), STEPLAB_TEXT("\\beta_3"), 0.0, 0.9999, HyperScale::kLinear,
         STEPLAB_TEXT("β₃: how much of the estimate's sums survives a step; None is √β₂.")},
        {STEPLAB_HYPER(eps), STEPLAB_TEXT("\\epsilon"), 1e-12, 1e-2, HyperScale::kLogarithmic,
         STEPLAB_TEXT("ε: times d, added to the denominator.")},
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
        {STEPLAB_HYPER(safeguard_warmup),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Leaves the learning rate out of the estimate's denominator, for warm-ups.")},
        {STEPLAB_HYPER(d0), STEPLAB_TEXT("d_0"), 1e-10, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("d₀: the first estimate of the distance; too small is harmless.")},
        {STEPLAB_HYPER(d_coef), STEPLAB_TEXT("c"), 0.1, 10.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT(
             "c: scales the estimate; the knob to turn when steps are too large or small.")},
        distance_adaptation::growth_rate(offsetof(Options, growth_rate)),
        counter("d", offsetof(Options, d)),
        counter("d_max", offsetof(Options, d_max)),
        counter("d_numerator", offsetof(Options, d_numerator)),
        counter("k", offsetof(Options, k)),
    };
    return kFields;
  }

  static std::span<const StateField> state_fields() {
    static constexpr StateField kFields[] = {
        {STEPLAB_STATE(step), STEPLAB_TEXT("t"),
         STEPLAB_TEXT("How many updates this parameter has had.")},
        {STEPLAB_STATE(s), STEPLAB_TEXT("s_t"), STEPLAB_TEXT("s: the weighted sum of gradients.")},
        {STEPLAB_STATE(p0), STEPLAB_TEXT("\\theta_0"), STEPLAB_TEXT("Where the parameter began.")},
        {STEPLAB_STATE(exp_avg), STEPLAB_TEXT("m_t"),
         STEPLAB_TEXT("m: the running mean of d times the gradient.")},
        {STEPLAB_STATE(exp_avg_sq), STEPLAB_TEXT("v_t"),
         STEPLAB_TEXT("v: the running mean of its square.")},
    };
    return kFields;
  }

  // In the order of distance_adaptation::Symbol.
  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("g_t"), STEPLAB_TEXT("The gradient, with a coupled weight decay added.")},
        {STEPLAB_TEXT("d_{t-1}"), STEPLAB_TEXT("The estimate of the distance before this step.")},
        {STEPLAB_TEXT("d_t"), STEPLAB_TEXT("The estimate of the distance after this step.")},
        {STEPLAB_TEXT("-\\gamma\\,d_{t-1}\\lambda\\,\\theta_{t-1}"), STEPLAB_TEXT("The decay.")},
        {STEPLAB_TEXT("-\\gamma\\,d_{t-1}\\,m_t/(\\sqrt{v_t} + d_t\\epsilon)"),
         STEPLAB_TEXT("The step: about γ d in size.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    return rules::all(rules::positive("d0", "d0 value", options.d0),
                      rules::positive("lr", "learning rate", options.lr),
                      rules::positive("eps", "epsilon value", options.eps),
                      rules::betas_below_one(options.betas));
  }

  static void create_state(State& state, const Parameter& parameter) {
    state.s.create();
    state.p0.create_from(parameter.value().span());
    state.exp_avg.create();
    state.exp_avg_sq.create();
  }

  static double beta3_of(const Options& options) {
    return options.beta3 ? *options.beta3 : std::sqrt(options.betas[1]);
  }

  static void gather(const Parameter& parameter, State& state, const Options& options,
                     const Options& first, double dlr, distance_adaptation::Sums& sums) {
    const double d = first.d;
    const double scale = d / options.d0;
    const elementwise::PenalizedGradient gradient = distance_adaptation::coupled_gradient(options);
    const distance_adaptation::Means means(first.betas, d, d * d, beta3_of(first),
                                           scale * (options.safeguard_warmup ? d : dlr));
    const float* value = parameter.value().span().data();
    const float* grad = parameter.grad().span().data();
    double towards_start = 0.0;
    for (std::size_t i = 0; i < parameter.value().size(); ++i) {
      const float g = gradient(grad[i], value[i]);
      towards_start += static_cast<double>(g) * static_cast<double>(state.p0.data()[i] - value[i]);
      float& s = state.s.data()[i];
      means.add(g, state.exp_avg.data()[i], state.exp_avg_sq.data()[i], s);
      sums.denominator += std::fabs(static_cast<double>(s));
    }
    sums.numerator += scale * dlr * towards_start;
  }

  // The distance after this step.
  static void estimate(Options& first, double lr, const distance_adaptation::Sums& sums) {
    if (lr <= 0.0) return;
    const double estimated = first.d_coef * sums.numerator / sums.denominator;
    if (first.d == first.d0) first.d = std::max(first.d, estimated);
    first.d_max = std::max(first.d_max, estimated);
    first.d = distance_adaptation::grown(first.d, first.d_max, first.growth_rate);
  }

  static void move(const StepContext& context, Parameter& parameter, State& state,
                   const Options& options, double old_distance, double dlr) {
    const bool has_mean = options.betas[0] > 0.0;
    const auto eps = static_cast<float>(options.d * options.eps);
    const auto rate = static_cast<float>(has_mean ? -dlr : -dlr * options.d);
    const auto term = [=](float g, float exp_avg, float exp_avg_sq) {
      return elementwise::quotient(has_mean ? exp_avg : g, std::sqrt(exp_avg_sq) + eps, rate);
    };
    distance_adaptation::move(context, parameter, state, options, old_distance, dlr, term);
  }

  template <class Groups>
  static Status step(Groups& groups, const StepContext& context) {
    if (groups.size() == 0) return {};
    const Result<double> lr = distance_adaptation::common_lr(groups);
    if (!lr) return lr.error();
    if (Status status = groups.prepare(); !status) return status;
    Options& first = groups.options(0);
    if (first.k == 0.0 && first.d == 0.0) first.d = first.d_max = first.d0;
    const double old_distance = first.d;
    const double dlr = distance_adaptation::corrected_rate(first, *lr);

    distance_adaptation::Sums sums;
    sums.numerator = first.d_numerator * beta3_of(first);
    groups.for_each_gradient([&](Parameter& parameter, State& state, Options& options) {
      if (options.lr > 0.0) gather(parameter, state, options, first, dlr, sums);
    });
    if (sums.denominator == 0.0) return {};
    estimate(first, *lr, sums);
    distance_adaptation::hand_on(groups, [&](Options& options) {
      options.d_numerator = sums.numerator;
      options.d_max = first.d_max;
    });
    groups.for_each_gradient([&](Parameter& parameter, State& state, Options& options) {
      move(context, parameter, state, options, old_distance, dlr);
    });
    return {};
  }
};

}  // namespace

OptimizerInfo prodigy_info() { return describe_optimizer<Prodigy>(); }

}  // namespace steplab
