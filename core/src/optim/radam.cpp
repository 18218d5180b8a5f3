// SPDX-License-Identifier: MIT
// torch.optim.RAdam.
#include <cmath>
#include <cstdint>

#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"
#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

struct RAdam {
  static constexpr std::string_view kName = "RAdam";
  static constexpr std::string_view kPytorchClass = "torch.optim.RAdam";
  static constexpr std::string_view kFamily = families::kTorchOptim;
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("torch.optim.RAdam of PyTorch 2.13.0");
  static constexpr std::string_view kAgreement = agreement::kBitForBit;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Adam that waits with its division until enough gradients were seen to trust their size.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "L. Liu, H. Jiang, P. He, W. Chen, X. Liu, J. Gao, J. Han: On the Variance of the Adaptive "
      "Learning Rate and Beyond, ICLR 2020; https://arxiv.org/abs/1908.03265");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
g_t &= \nabla f(\theta_{t-1}) + \lambda\,\theta_{t-1} \\
m_t &= \beta_1 m_{t-1} + (1-\beta_1)\,g_t, \qquad \hat m_t = m_t/(1-\beta_1^t) \\
v_t &= \beta_2 v_{t-1} + (1-\beta_2)\,g_t^2 \\
\rho_t &= \rho_\infty - 2t\beta_2^t/(1-\beta_2^t), \qquad \rho_\infty = 2/(1-\beta_2) - 1 \\
r_t &= \sqrt{\tfrac{(\rho_t-4)(\rho_t-2)\,\rho_\infty}{(\rho_\infty-4)(\rho_\infty-2)\,\rho_t}} \\
\theta_t &= \theta_{t-1} - \gamma\,\hat m_t \begin{cases} r_t \sqrt{1-\beta_2^t}/(\sqrt{v_t}+\epsilon) & \rho_t > 5 \\ 1 & \text{otherwise} \end{cases}
\end{aligned})");

  struct Options {
    double lr = 1e-3;
    std::array<double, 2> betas = {0.9, 0.999};
    double eps = 1e-8;
    double weight_decay = 0.0;
    bool decoupled_weight_decay = false;
    bool maximize = false;
  };

  struct State {
    float step = 0.0F;
    StateTensor exp_avg;
    StateTensor exp_avg_sq;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-5, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("Learning rate γ: about how far every parameter moves in a step, once steps "
                      "are rectified.")},
        {STEPLAB_HYPER(betas), STEPLAB_TEXT("\\beta_1,\\beta_2"), 0.0, 0.9999, HyperScale::kLinear,
         STEPLAB_TEXT("β₁, β₂: how much of the mean and of the mean square survives a step.")},
        {STEPLAB_HYPER(eps), STEPLAB_TEXT("\\epsilon"), 1e-10, 1e-2, HyperScale::kLogarithmic,
         STEPLAB_TEXT("ε: added to the denominator, so that tiny gradients are not blown up.")},
        {STEPLAB_HYPER(weight_decay), STEPLAB_TEXT("\\lambda"), 0.0, 0.1, HyperScale::kLinear,
         STEPLAB_TEXT("λ: pulls parameters to zero by adding λθ to the gradient (L2).")},
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
        {STEPLAB_STATE(exp_avg), STEPLAB_TEXT("m_t"),
         STEPLAB_TEXT("m: the running mean of gradients.")},
        {STEPLAB_STATE(exp_avg_sq), STEPLAB_TEXT("v_t"),
         STEPLAB_TEXT("v: the running mean of squared gradients.")},
    };
    return kFields;
  }

  enum Symbol : unsigned { kGradient, kMeanHat, kLength, kDecay, kStep };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("g_t"),
         STEPLAB_TEXT("The gradient, negated to climb, with an L2 weight decay added.")},
        {STEPLAB_TEXT("\\hat m_t"),
         STEPLAB_TEXT("The running mean without its bias towards its start at zero.")},
        {STEPLAB_TEXT("\\rho_t"),
         STEPLAB_TEXT("How many gradients the mean square is made of; above 5 it is trusted.")},
        {STEPLAB_TEXT("-\\gamma\\lambda\\,\\theta_{t-1}"),
         STEPLAB_TEXT("The decay, when decoupled: the parameter shrinks by the factor 1 − γλ.")},
        {STEPLAB_TEXT("-\\gamma\\,\\hat m_t\\,r_t \\sqrt{1-\\beta_2^t}/(\\sqrt{v_t}+\\epsilon)"),
         STEPLAB_TEXT("The step; in the first steps γ times the mean alone.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    return rules::all(
        rules::not_negative("lr", "learning rate", options.lr),
        rules::not_negative("eps", "epsilon value", options.eps),
        rules::betas_below_one(options.betas),
        rules::not_negative("weight_decay", "weight_decay value", options.weight_decay));
  }

  static void update(const StepContext& context, Parameter& parameter, State& state,
                     const Options& options) {
    state.step += 1.0F;
    const auto t = static_cast<std::uint64_t>(state.step);
    const double step = static_cast<double>(state.step);
    const double power = exact_powi(options.betas[1], t);
    const double second_correction = 1.0 - power;
    const double longest = 2.0 / (1.0 - options.betas[1]) - 1.0;
    const double length = longest - 2.0 * step * power / second_correction;
    const bool rectifies = length > 5.0;
    const double rectification = rectifies ? std::sqrt((length - 4.0) * (length - 2.0) * longest /
                                                       ((longest - 4.0) * (longest - 2.0) * length))
                                           : 1.0;

    const bool decoupled = options.weight_decay != 0.0 && options.decoupled_weight_decay;
    const elementwise::PenalizedGradient gradient(options.maximize,
                                                  decoupled ? 0.0 : options.weight_decay);
    const auto keep = static_cast<float>(1.0 - options.lr * options.weight_decay);
    const auto first_weight = static_cast<float>(1.0 - options.betas[0]);
    const auto second_decay = static_cast<float>(options.betas[1]);
    const auto second_weight = static_cast<float>(1.0 - options.betas[1]);
    const auto correction = static_cast<float>(1.0 - exact_powi(options.betas[0], t));
    const auto root_correction = static_cast<float>(std::sqrt(second_correction));
    const auto eps = static_cast<float>(options.eps);
    const auto rate = static_cast<float>(options.lr);
    const auto rectified = static_cast<float>(rectification);
    const auto shown_length = static_cast<float>(length);
    const auto element = [=](const auto& probe, float& value, float grad, float& exp_avg,
                             float& exp_avg_sq) {
      const float g = gradient(grad, value);
      const float start = decoupled ? probe.scale(kDecay, value, keep) : value;
      exp_avg = elementwise::lerp(exp_avg, g, first_weight);
      exp_avg_sq = elementwise::addcmul(exp_avg_sq * second_decay, g, g, second_weight);
      const float mean = exp_avg / correction;
      probe.symbol(kGradient, g);
      probe.symbol(kMeanHat, mean);
      probe.symbol(kLength, shown_length);
      float update = mean * rate;
      // PyTorch divides a number by a tensor as reciprocal times number.
      if (rectifies)
        update = update * (1.0F / (std::sqrt(exp_avg_sq) + eps) * root_correction) * rectified;
      value = probe.add(kStep, start, -update);
    };
    elementwise::for_each(context, parameter, element, state.exp_avg, state.exp_avg_sq);
    if (decoupled) parameter.bump_version();
    parameter.bump_version();
  }
};

}  // namespace

OptimizerInfo radam_info() { return describe_optimizer<RAdam>(); }

}  // namespace steplab
