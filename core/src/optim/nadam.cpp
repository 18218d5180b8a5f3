// SPDX-License-Identifier: MIT
// torch.optim.NAdam.
#include <cmath>
#include <cstdint>

#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"
#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

struct NAdam {
  static constexpr std::string_view kName = "NAdam";
  static constexpr std::string_view kPytorchClass = "torch.optim.NAdam";
  static constexpr std::string_view kFamily = families::kTorchOptim;
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("torch.optim.NAdam of PyTorch 2.13.0");
  static constexpr std::string_view kAgreement = agreement::kBitForBit;
  static constexpr std::string_view kSummary =
      STEPLAB_TEXT("Adam with Nesterov's look ahead, and a momentum that warms up.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "T. Dozat: Incorporating Nesterov Momentum into Adam, ICLR workshop 2016; "
      "https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
g_t &= \nabla f(\theta_{t-1}) + \lambda\,\theta_{t-1} \\
\mu_t &= \beta_1 \bigl(1 - \tfrac12\,0.96^{t\psi}\bigr), \qquad P_t = \textstyle\prod_{i\le t} \mu_i \\
m_t &= \beta_1 m_{t-1} + (1-\beta_1)\,g_t \\
v_t &= \beta_2 v_{t-1} + (1-\beta_2)\,g_t^2 \\
\theta_t &= \theta_{t-1} - \gamma\,\Bigl( \tfrac{1-\mu_t}{1-P_t}\,g_t + \tfrac{\mu_{t+1}}{1-P_{t+1}}\,m_t \Bigr) \Big/ \Bigl(\sqrt{v_t/(1-\beta_2^t)} + \epsilon\Bigr)
\end{aligned})");

  struct Options {
    double lr = 2e-3;
    std::array<double, 2> betas = {0.9, 0.999};
    double eps = 1e-8;
    double weight_decay = 0.0;
    double momentum_decay = 4e-3;
    bool decoupled_weight_decay = false;
    bool maximize = false;
  };

  struct State {
    float step = 0.0F;
    float mu_product = 1.0F;
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
        {STEPLAB_HYPER(weight_decay), STEPLAB_TEXT("\\lambda"), 0.0, 0.1, HyperScale::kLinear,
         STEPLAB_TEXT("λ: pulls parameters to zero by adding λθ to the gradient (L2).")},
        {STEPLAB_HYPER(momentum_decay), STEPLAB_TEXT("\\psi"), 0.0, 0.1, HyperScale::kLinear,
         STEPLAB_TEXT("ψ: how fast the momentum warms up to β₁.")},
        {STEPLAB_HYPER(decoupled_weight_decay),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT(
             "Shrinks the parameters themselves and leaves the gradient alone, as AdamW does.")},
        {STEPLAB_HYPER(maximize),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Climbs instead of descending.")},
    };
    return kFields;
  }

  static std::span<const StateField> state_fields() {
    static constexpr StateField kFields[] = {
        {STEPLAB_STATE(step), STEPLAB_TEXT("t"),
         STEPLAB_TEXT("t: how many updates this parameter has had.")},
        {STEPLAB_STATE(mu_product), STEPLAB_TEXT("P_t"),
         STEPLAB_TEXT("P: the product of all momenta so far.")},
        {STEPLAB_STATE(exp_avg), STEPLAB_TEXT("m_t"),
         STEPLAB_TEXT("m: the running mean of gradients.")},
        {STEPLAB_STATE(exp_avg_sq), STEPLAB_TEXT("v_t"),
         STEPLAB_TEXT("v: the running mean of squared gradients.")},
    };
    return kFields;
  }

  enum Symbol : unsigned { kGradient, kMomentum, kDecay, kGradientStep, kMeanStep };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("g_t"),
         STEPLAB_TEXT("The gradient, negated to climb, with an L2 weight decay added.")},
        {STEPLAB_TEXT("\\mu_t"), STEPLAB_TEXT("The momentum of this step.")},
        {STEPLAB_TEXT("-\\gamma\\lambda\\,\\theta_{t-1}"),
         STEPLAB_TEXT("The decay, when decoupled: the parameter shrinks by the factor 1 − γλ.")},
        {STEPLAB_TEXT("-\\gamma\\,\\tfrac{1-\\mu_t}{1-P_t}\\,g_t/(\\sqrt{\\hat v_t}+\\epsilon)"),
         STEPLAB_TEXT("The step along the gradient itself.")},
        {STEPLAB_TEXT(
             "-\\gamma\\,\\tfrac{\\mu_{t+1}}{1-P_{t+1}}\\,m_t/(\\sqrt{\\hat v_t}+\\epsilon)"),
         STEPLAB_TEXT("The step along the running mean, looking one momentum ahead.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    return rules::all(
        rules::not_negative("lr", "learning rate", options.lr),
        rules::not_negative("eps", "epsilon value", options.eps),
        rules::betas_below_one(options.betas),
        rules::not_negative("weight_decay", "weight_decay value", options.weight_decay),
        rules::not_negative("momentum_decay", "momentum_decay value", options.momentum_decay));
  }

  static double momentum(const Options& options, double step) {
    return options.betas[0] * (1.0 - 0.5 * exact_pow(0.96, step * options.momentum_decay));
  }

  static void update(const StepContext& context, Parameter& parameter, State& state,
                     const Options& options) {
    state.step += 1.0F;
    const double step = static_cast<double>(state.step);
    const double mu = momentum(options, step);
    const double next_mu = momentum(options, step + 1.0);
    state.mu_product *= static_cast<float>(mu);
    const double product = static_cast<double>(state.mu_product);

    const bool decoupled = options.weight_decay != 0.0 && options.decoupled_weight_decay;
    const elementwise::PenalizedGradient gradient(options.maximize,
                                                  decoupled ? 0.0 : options.weight_decay);
    const auto keep = static_cast<float>(1.0 - options.lr * options.weight_decay);
    const auto first_weight = static_cast<float>(1.0 - options.betas[0]);
    const auto second_decay = static_cast<float>(options.betas[1]);
    const auto second_weight = static_cast<float>(1.0 - options.betas[1]);
    const auto correction = static_cast<float>(
        1.0 - exact_powi(options.betas[1], static_cast<std::uint64_t>(state.step)));
    const auto eps = static_cast<float>(options.eps);
    const auto along_gradient = static_cast<float>(-options.lr * (1.0 - mu) / (1.0 - product));
    const auto along_mean = static_cast<float>((-options.lr * next_mu) / (1.0 - product * next_mu));
    const auto shown_mu = static_cast<float>(mu);
    const auto element = [=](const auto& probe, float& value, float grad, float& exp_avg,
                             float& exp_avg_sq) {
      const float g = gradient(grad, value);
      const float start = decoupled ? probe.scale(kDecay, value, keep) : value;
      exp_avg = elementwise::lerp(exp_avg, g, first_weight);
      exp_avg_sq = elementwise::addcmul(exp_avg_sq * second_decay, g, g, second_weight);
      const float denominator = std::sqrt(exp_avg_sq / correction) + eps;
      probe.symbol(kGradient, g);
      probe.symbol(kMomentum, shown_mu);
      const float between =
          probe.add(kGradientStep, start, elementwise::quotient(g, denominator, along_gradient));
      value =
          probe.add(kMeanStep, between, elementwise::quotient(exp_avg, denominator, along_mean));
    };
    elementwise::for_each(context, parameter, element, state.exp_avg, state.exp_avg_sq);
    if (decoupled) parameter.bump_version();
    parameter.bump_version();
    parameter.bump_version();
  }
};

}  // namespace

OptimizerInfo nadam_info() { return describe_optimizer<NAdam>(); }

}  // namespace steplab
