// SPDX-License-Identifier: MIT
// Sophia-G, after the authors' code (Liuhong99/Sophia). There the loop calls update_hessian() every
// so many steps, after the backward pass of a loss with labels drawn from the model's prediction,
// and step() is given the batch size. Here step() does both: before every hessian_interval-th step,
// the first included, it asks the closure for that gradient, and then puts the loop's own back.
// Surfaces, recorded gradients and a squared loss have no prediction to draw labels from; there the
// loop's own gradient is squared, which estimates the size of gradients (the empirical Fisher
// matrix) and not curvature.
#include <algorithm>
#include <cmath>

#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"

namespace steplab {
namespace {

struct SophiaG {
  static constexpr std::string_view kName = "SophiaG";
  static constexpr std::string_view kPytorchClass = {};
  static constexpr std::string_view kFamily = families::kAdamRelatives;
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("the authors' formula, in PyTorch 2.13.0");
  static constexpr std::string_view kAgreement = agreement::kBitForBit;
  static constexpr bool kSamplesLabels = true;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Divides the running mean by an estimate of curvature, taken now and then from labels that "
      "the model itself predicts, and clips the result. Where there are no labels, as on surfaces, "
      "the squared gradient stands in for it.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "H. Liu, Z. Li, D. Hall, P. Liang, T. Ma: Sophia: A Scalable Stochastic Second-order "
      "Optimizer for Language Model Pre-training, ICLR 2024; https://arxiv.org/abs/2305.14342");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
g_t &= \nabla f(\theta_{t-1}), \qquad \hat g_t = \nabla \hat f(\theta_{t-1}) \text{ with labels } \hat y \sim p(\theta_{t-1}) \\
h_t &= \begin{cases} \beta_2 h_{t-1} + (1-\beta_2)\,\hat g_t^{\,2} & (t-1) \bmod k = 0 \\ h_{t-1} & \text{otherwise} \end{cases} \\
m_t &= \beta_1 m_{t-1} + (1-\beta_1)\,g_t \\
r_t &= \min\bigl( |m_t| / (\rho\,B\,h_t + 10^{-15}),\, 1 \bigr) \\
\theta_t &= (1-\gamma\lambda)\,\theta_{t-1} - \gamma\,\operatorname{sign}(m_t)\,r_t
\end{aligned})");
  static constexpr std::string_view kPython =
      STEPLAB_PYTHON(R"(class SophiaG(torch.optim.Optimizer):
    """Sophia-G (Liu et al., 2024). `sample_gradient` is to leave the gradients of a loss whose labels are drawn from
    the model's prediction; without it the gradients at hand are squared."""

    sample_gradient = None

    def __init__(self, params, lr=1e-4, betas=(0.965, 0.99), rho=0.04, weight_decay=0.1, bs=5120,
                 hessian_interval=10):
        super().__init__(params, dict(lr=lr, betas=betas, rho=rho, weight_decay=weight_decay, bs=bs,
                                      hessian_interval=hessian_interval, step=0))

    def update_hessian(self, groups):
        params = [p for group in self.param_groups for p in group["params"]]
        grads = [p.grad for p in params]
        if self.sample_gradient is not None:
            for p in params:
                p.grad = None
            with torch.enable_grad():
                self.sample_gradient()
        for group in groups:
            beta2 = group["betas"][1]
            for p in group["params"]:
                if p.grad is not None:
                    self.state_of(p)["hessian"].mul_(beta2).addcmul_(p.grad, p.grad, value=1 - beta2)
        for p, grad in zip(params, grads):
            p.grad = grad

    def state_of(self, p):
        if not self.state[p]:
            self.state[p].update(exp_avg=torch.zeros_like(p), hessian=torch.zeros_like(p))
        return self.state[p]

    @torch.no_grad()
    def step(self, closure=None):
        count = self.param_groups[0]["step"]
        due = [group for group in self.param_groups if count % group["hessian_interval"] == 0]
        if due:
            self.update_hessian(due)
        for group in self.param_groups:
            group["step"] = count + 1
            lr, beta1 = group["lr"], group["betas"][0]
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state_of(p)
                p.mul_(1 - lr * group["weight_decay"])
                mean = state["exp_avg"].mul_(beta1).add_(p.grad, alpha=1 - beta1)
                ratio = (mean.abs() / (group["rho"] * group["bs"] * state["hessian"] + 1e-15)).clamp(max=1)
                p.addcmul_(mean.sign(), ratio, value=-lr)
)");

  struct Options {
    double lr = 1e-4;
    std::array<double, 2> betas = {0.965, 0.99};
    double rho = 0.04;
    double weight_decay = 0.1;
    double bs = 5120.0;
    double hessian_interval = 10.0;
    double step = 0.0;
  };

  struct State {
    StateTensor exp_avg;
    StateTensor hessian;
    StateTensor kept;  // the loop's gradient, while the closure computes another
    bool has_kept = false;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-5, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("Learning rate γ: how far a parameter moves in a step at most.")},
        {STEPLAB_HYPER(betas), STEPLAB_TEXT("\\beta_1,\\beta_2"), 0.0, 0.9999, HyperScale::kLinear,
         STEPLAB_TEXT("β₁, β₂: how much of the mean survives a step, and of the curvature an "
                      "estimate.")},
        {STEPLAB_HYPER(rho), STEPLAB_TEXT("\\rho"), 1e-3, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("ρ: the smaller, the more elements are clipped, that is, moved by γ whatever "
                      "their curvature.")},
        {STEPLAB_HYPER(weight_decay), STEPLAB_TEXT("\\lambda"), 0.0, 1.0, HyperScale::kLinear,
         STEPLAB_TEXT("λ: every step multiplies the parameters by 1 − γλ first.")},
        {STEPLAB_HYPER(bs), STEPLAB_TEXT("B"), 1.0, 10000.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("B: the number of samples in a mini-batch, which makes the square of their "
                      "mean gradient an estimate of curvature.")},
        {STEPLAB_HYPER(hessian_interval), STEPLAB_TEXT("k"), 1.0, 100.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("k: how many steps go by between two estimates of curvature.")},
        {STEPLAB_HYPER(step), {}, 0.0, 1.0, HyperScale::kLinear, {}, {}, true},
    };
    return kFields;
  }

  static std::span<const StateField> state_fields() {
    static constexpr StateField kFields[] = {
        {STEPLAB_STATE(exp_avg), STEPLAB_TEXT("m_t"),
         STEPLAB_TEXT("m: the running mean of gradients.")},
        {STEPLAB_STATE(hessian), STEPLAB_TEXT("h_t"),
         STEPLAB_TEXT("h: the running estimate of curvature, up to the factor B.")},
    };
    return kFields;
  }

  enum Symbol : unsigned { kGradient, kRatio, kDecay, kStep };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("g_t"), STEPLAB_TEXT("The gradient.")},
        {STEPLAB_TEXT("r_t"),
         STEPLAB_TEXT("The share of γ that this step takes: 1 where it is clipped.")},
        {STEPLAB_TEXT("-\\gamma\\lambda\\,\\theta_{t-1}"),
         STEPLAB_TEXT(
             "The decay: the parameter shrinks by the factor 1 − γλ, apart from the gradient.")},
        {STEPLAB_TEXT("-\\gamma\\,\\operatorname{sign}(m_t)\\,r_t"),
         STEPLAB_TEXT(
             "The step: the learning rate in size, or less where the curvature is large.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    const bool counts =
        options.hessian_interval >= 1.0 && rules::is_whole(options.hessian_interval);
    return rules::all(
        rules::not_negative("lr", "learning rate", options.lr),
        rules::betas_below_one(options.betas),
        rules::not_negative("rho", "rho parameter at index 1", options.rho),
        rules::not_negative("weight_decay", "weight_decay value", options.weight_decay),
        counts ? Status()
               : Status(invalid_hyper("hessian_interval",
                                      "Expected positive integer hessian_interval, but got " +
                                          rules::as_integer(options.hessian_interval))));
  }

  static void allocate_state(State& state, const Parameter& parameter, const Options&) {
    state.exp_avg.allocate(parameter.shape());
    state.hessian.allocate(parameter.shape());
    state.kept.allocate(parameter.shape());
  }

  static void create_state(State& state, const Options&, const Options&) {
    state.exp_avg.create();
    state.hessian.create();
  }

  // Whether the curvature is estimated before the step that so many have gone before.
  static bool is_due(const Options& options, double count) {
    return std::floor(count / options.hessian_interval) * options.hessian_interval == count;
  }

  template <class Groups>
  static bool any_is_due(Groups& groups, double count) {
    for (std::size_t g = 0; g < groups.size(); ++g) {
      if (is_due(groups.options(g), count)) return true;
    }
    return false;
  }

  template <class Groups>
  static Status estimate_curvature(Groups& groups, const StepContext& context, double count) {
    groups.for_each([](const Parameter& parameter, State& state, const Options&) {
      const std::span<const float> grad = parameter.grad().span();
      state.has_kept = parameter.has_grad();
      std::copy(grad.begin(), grad.end(), state.kept.data());
    });
    bool is_sampled = false;
    if (context.closure != nullptr) {
      const Result<bool> sampled = context.closure->sample_gradient();
      if (!sampled) return sampled.error();
      is_sampled = *sampled;
    }
    if (Status status = groups.prepare(); !status) return status;
    groups.for_each_gradient([&](const Parameter& parameter, State& state, const Options& options) {
      if (!is_due(options, count)) return;
      const auto decay = static_cast<float>(options.betas[1]);
      const auto weight = static_cast<float>(1.0 - options.betas[1]);
      const std::span<const float> grad = parameter.grad().span();
      const std::span<float> hessian = state.hessian.span();
      for (std::size_t i = 0; i < grad.size(); ++i) {
        hessian[i] = elementwise::addcmul(hessian[i] * decay, grad[i], grad[i], weight);
      }
    });
    if (!is_sampled) return {};
    groups.for_each([](Parameter& parameter, State& state, const Options&) {
      if (!state.has_kept) return parameter.drop_grad();
      const std::span<const float> kept = state.kept.values();
      std::copy(kept.begin(), kept.end(), parameter.materialize_grad().span().begin());
    });
    return {};
  }

  // torch.sign: 0 for NaN.
  static float sign(float value) { return value > 0.0F ? 1.0F : value < 0.0F ? -1.0F : 0.0F; }

  static auto element_of(const Options& options) {
    const auto keep = static_cast<float>(1.0 - options.lr * options.weight_decay);
    const auto decay = static_cast<float>(options.betas[0]);
    const auto weight = static_cast<float>(1.0 - options.betas[0]);
    const auto scale = static_cast<float>(options.rho * options.bs);
    const auto rate = static_cast<float>(-options.lr);
    return [=](const auto& probe, float& value, float grad, float& exp_avg, float hessian) {
      const float start = probe.scale(kDecay, value, keep);
      exp_avg = elementwise::axpy(exp_avg * decay, grad, weight);
      const float quotient = std::fabs(exp_avg) / (hessian * scale + 1e-15F);
      const float ratio = quotient > 1.0F ? 1.0F : quotient;
      probe.symbol(kGradient, grad);
      probe.symbol(kRatio, ratio);
      value = probe.add(kStep, start, rate * sign(exp_avg) * ratio);
    };
  }

  template <class Groups>
  static Status step(Groups& groups, const StepContext& context) {
    if (groups.size() == 0) return {};
    // A group that joins later counts with the first.
    const double count = groups.options(0).step;
    if (any_is_due(groups, count)) {
      if (Status status = estimate_curvature(groups, context, count); !status) return status;
    }
    if (Status status = groups.prepare(); !status) return status;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      Options& options = groups.options(g);
      options.step = count + 1.0;
      const auto element = element_of(options);
      groups.for_each_gradient(g, [&](Parameter& parameter, State& state) {
        elementwise::for_each(context, parameter, element, state.exp_avg, state.hessian);
        // mul_ and addcmul_
        parameter.bump_version();
        parameter.bump_version();
      });
    }
    return {};
  }
};

}  // namespace

OptimizerInfo sophia_g_info() { return describe_optimizer<SophiaG>(); }

}  // namespace steplab
