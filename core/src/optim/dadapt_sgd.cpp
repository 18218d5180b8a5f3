// SPDX-License-Identifier: MIT
// dadaptation.DAdaptSGD. Unlike it, `.grad` is left as it was. As in it, the first gradient's norm
// ignores the weight decay, whose addition there is not in place.
#include <algorithm>

#include "optim/distance_adaptation.hpp"
#include "optim/families.hpp"
#include "optim/rules.hpp"

namespace steplab {
namespace {

struct DAdaptSgd {
  static constexpr std::string_view kName = "DAdaptSGD";
  static constexpr std::string_view kFamily = families::kNoSchedule;
  static constexpr std::string_view kPytorchClass = {};
  static constexpr std::string_view kCheckedAgainst = STEPLAB_TEXT("DAdaptSGD of dadaptation 3.2");
  static constexpr std::string_view kAgreement = agreement::kWithin1e5;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "SGD that finds its own learning rate from the size of the first gradient and "
      "the distance that it estimates.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "A. Defazio, K. Mishchenko: Learning-Rate-Free Learning by D-Adaptation, ICML "
      "2023; https://arxiv.org/abs/2301.07733");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
\gamma_t &= \gamma\,d_{t-1}/\lVert g_1\rVert \\
r_t &= r_{t-1} + \gamma_t \langle g_t, s_{t-1}\rangle \\
s_t &= s_{t-1} + \gamma_t\,g_t \\
d_t &= \max(d_{t-1},\, 2\,r_t/\lVert s_t\rVert_2) \\
z_t &= \theta_0 - s_t \\
\theta_t &= \mu\,\theta_{t-1} + (1-\mu)\,z_t
\end{aligned})");
  static constexpr std::string_view kPython =
      STEPLAB_PYTHON(R"(class DAdaptSGD(torch.optim.Optimizer):
    """D-Adaptation for SGD (Defazio and Mishchenko, 2023)."""

    def __init__(self, params, lr=1.0, momentum=0.0, weight_decay=0.0, d0=1e-6, growth_rate=float("inf")):
        defaults = dict(lr=lr, momentum=momentum, weight_decay=weight_decay, growth_rate=growth_rate, d=d0,
                        numerator_weighted=0.0, g0_norm=0.0, k=0)
        super().__init__(params, defaults)

    @torch.no_grad()
    def step(self, closure=None):
        first = self.param_groups[0]
        d, decay, momentum = first["d"], first["weight_decay"], first["momentum"]
        lr = max(group["lr"] for group in self.param_groups)
        if any(group["lr"] not in (lr, 0) for group in self.param_groups):
            raise RuntimeError("Setting different lr values in different parameter groups is only supported for 0")
        if first["k"] == 0:
            squares = [p.grad.square().sum().item() for group in self.param_groups if group["lr"] > 0
                       for p in group["params"] if p.grad is not None]
            first["g0_norm"] = sum(squares) ** 0.5
        if first["g0_norm"] == 0:
            raise ZeroDivisionError("float division by zero")
        dlr = d * lr / first["g0_norm"]
        numerator, squares = first["numerator_weighted"], 0.0
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if not state:
                    state.update(z=p.clone(), s=torch.zeros_like(p), x0=p.clone())
                grad = p.grad.add(p, alpha=decay) if decay else p.grad
                if group["lr"] > 0:
                    numerator += dlr * torch.sum(grad * state["s"]).item()
                    state["s"].add_(grad, alpha=dlr)
                    squares += state["s"].square().sum().item()
        if squares == 0:
            return
        if lr > 0:
            d = max(d, min(2 * numerator / squares**0.5, d * first["growth_rate"]))
        for group in self.param_groups:
            group.update(numerator_weighted=numerator, d=d, g0_norm=first["g0_norm"], k=group["k"] + 1)
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                state["z"].copy_(state["x0"] - state["s"])
                p.mul_(1 - (1 - momentum)).add_(state["z"], alpha=1 - momentum)
)");

  struct Options {
    double lr = 1.0;
    double momentum = 0.0;
    double weight_decay = 0.0;
    double d0 = 1e-6;
    std::optional<double> growth_rate;
    // The reference's, in each group. d is 0 until the first step takes it from d0.
    double d = 0.0;
    double numerator_weighted = 0.0;
    double g0_norm = 0.0;
    double k = 0.0;
  };

  struct State {
    StateTensor z;
    StateTensor s;
    StateTensor x0;
  };

  static std::span<const HyperField> hyper_fields() {
    using distance_adaptation::counter;
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-2, 10.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("γ: multiplies the learning rate that is found; leave it at 1, or let a "
                      "schedule lower it.")},
        {STEPLAB_HYPER(momentum), STEPLAB_TEXT("\\mu"), 0.0, 0.999, HyperScale::kLinear,
         STEPLAB_TEXT("μ: how slowly the parameters follow z.")},
        {STEPLAB_HYPER(weight_decay),
         {},
         0.0,
         0.1,
         HyperScale::kLinear,
         STEPLAB_TEXT("Pulls parameters to zero by adding a multiple of them to the gradient.")},
        {STEPLAB_HYPER(d0),
         {},
         1e-10,
         1.0,
         HyperScale::kLogarithmic,
         STEPLAB_TEXT("d₀: the first estimate of the distance; too small is harmless.")},
        distance_adaptation::growth_rate(offsetof(Options, growth_rate)),
        counter("d", offsetof(Options, d)),
        counter("numerator_weighted", offsetof(Options, numerator_weighted)),
        counter("g0_norm", offsetof(Options, g0_norm)),
        counter("k", offsetof(Options, k)),
    };
    return kFields;
  }

  static std::span<const StateField> state_fields() {
    static constexpr StateField kFields[] = {
        {STEPLAB_STATE(z), STEPLAB_TEXT("z_t"), STEPLAB_TEXT("z: where the steps lead.")},
        {STEPLAB_STATE(s), STEPLAB_TEXT("s_t"), STEPLAB_TEXT("s: the weighted sum of gradients.")},
        {STEPLAB_STATE(x0), STEPLAB_TEXT("\\theta_0"), STEPLAB_TEXT("Where the parameter began.")},
    };
    return kFields;
  }

  enum Symbol : unsigned { kGradient, kOldDistance, kDistance, kKeep, kStep };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("g_t"), STEPLAB_TEXT("The gradient with the weight decay added.")},
        {STEPLAB_TEXT("d_{t-1}"), STEPLAB_TEXT("The estimate of the distance before this step.")},
        {STEPLAB_TEXT("d_t"), STEPLAB_TEXT("The estimate of the distance after this step.")},
        {STEPLAB_TEXT("(\\mu - 1)\\,\\theta_{t-1}"), STEPLAB_TEXT("What the parameter gives up.")},
        {STEPLAB_TEXT("(1-\\mu)\\,z_t"), STEPLAB_TEXT("What it takes from z instead.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    return rules::all(rules::positive("d0", "d0 value", options.d0),
                      rules::positive("lr", "learning rate", options.lr));
  }

  static void create_state(State& state, const Parameter& parameter) {
    state.z.create_from(parameter.value().span());
    state.s.create();
    state.x0.create_from(parameter.value().span());
  }

  static void gather(const Parameter& parameter, State& state, const Options& first, double dlr,
                     distance_adaptation::Sums& sums) {
    const elementwise::PenalizedGradient gradient(false, first.weight_decay);
    const auto rate = static_cast<float>(dlr);
    const float* value = parameter.value().span().data();
    const float* grad = parameter.grad().span().data();
    double product = 0.0;
    for (std::size_t i = 0; i < parameter.value().size(); ++i) {
      const float g = gradient(grad[i], value[i]);
      float& s = state.s.data()[i];
      product += static_cast<double>(g) * static_cast<double>(s);
      s = elementwise::axpy(s, g, rate);
      sums.denominator += static_cast<double>(s) * static_cast<double>(s);
    }
    sums.numerator += dlr * product;
  }

  static void move(const StepContext& context, Parameter& parameter, State& state,
                   const Options& first, double old_distance) {
    const elementwise::PenalizedGradient gradient(false, first.weight_decay);
    const double share = 1.0 - first.momentum;
    const auto keep = static_cast<float>(1.0 - share);
    const auto take = static_cast<float>(share);
    const auto before = static_cast<float>(old_distance);
    const auto after = static_cast<float>(first.d);
    const auto element = [=](const auto& probe, float& value, float grad, float& z, float& s,
                             float& x0) {
      probe.symbol(kGradient, gradient(grad, value));
      probe.symbol(kOldDistance, before);
      probe.symbol(kDistance, after);
      z = x0 - s;
      value = probe.add(kStep, probe.scale(kKeep, value, keep), z * take);
    };
    elementwise::for_each(context, parameter, element, state.z, state.s, state.x0);
    // mul_ and add_
    parameter.bump_version();
    parameter.bump_version();
  }

  template <class Groups>
  static Status step(Groups& groups, const StepContext& context) {
    if (groups.size() == 0) return {};
    const Result<double> lr = distance_adaptation::common_lr(groups);
    if (!lr) return lr.error();
    if (Status status = groups.prepare(); !status) return status;
    Options& first = groups.options(0);
    if (first.k == 0.0 && first.d == 0.0) first.d = first.d0;
    if (first.k == 0.0) {
      double squares = 0.0;
      groups.for_each_gradient([&](Parameter& parameter, State&, Options& options) {
        if (options.lr > 0.0) squares += sum_of_squares(parameter.grad().span());
      });
      first.g0_norm = std::sqrt(squares);
    }
    if (first.g0_norm == 0.0) {
      return Error{ErrorCode::kInvalidHyperParameter, "",
                   "ZeroDivisionError: float division by zero"};
    }
    const double old_distance = first.d;
    const double dlr = first.d * *lr / first.g0_norm;

    distance_adaptation::Sums sums;
    sums.numerator = first.numerator_weighted;
    groups.for_each_gradient([&](Parameter& parameter, State& state, Options& options) {
      if (options.lr > 0.0) gather(parameter, state, first, dlr, sums);
    });
    if (sums.denominator == 0.0) return {};
    if (*lr > 0.0) {
      const double estimated = 2.0 * sums.numerator / std::sqrt(sums.denominator);
      first.d =
          std::max(first.d, distance_adaptation::grown(first.d, estimated, first.growth_rate));
    }
    distance_adaptation::hand_on(groups, [&](Options& options) {
      options.numerator_weighted = sums.numerator;
      options.g0_norm = first.g0_norm;
    });
    groups.for_each_gradient([&](Parameter& parameter, State& state, Options&) {
      move(context, parameter, state, first, old_distance);
    });
    return {};
  }
};

}  // namespace

OptimizerInfo dadapt_sgd_info() { return describe_optimizer<DAdaptSgd>(); }

}  // namespace steplab
