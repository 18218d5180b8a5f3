// SPDX-License-Identifier: MIT
// torch.optim.Adamax.
#include <cmath>
#include <cstdint>

#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"
#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

struct Adamax {
  static constexpr std::string_view kName = "Adamax";
  static constexpr std::string_view kPytorchClass = "torch.optim.Adamax";
  static constexpr std::string_view kFamily = families::kTorchOptim;
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("torch.optim.Adamax of PyTorch 2.13.0");
  static constexpr std::string_view kAgreement = agreement::kBitForBit;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Adam that divides by the largest recent gradient instead of a root mean square.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "D. Kingma, J. Ba: Adam: A Method for Stochastic Optimization, ICLR 2015, section 7; "
      "https://arxiv.org/abs/1412.6980");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
g_t &= \nabla f(\theta_{t-1}) + \lambda\,\theta_{t-1} \\
m_t &= \beta_1 m_{t-1} + (1-\beta_1)\,g_t \\
u_t &= \max(\beta_2 u_{t-1},\, |g_t| + \epsilon) \\
\theta_t &= \theta_{t-1} - \gamma\,m_t / \bigl((1-\beta_1^t)\,u_t\bigr)
\end{aligned})");

  struct Options {
    double lr = 2e-3;
    std::array<double, 2> betas = {0.9, 0.999};
    double eps = 1e-8;
    double weight_decay = 0.0;
    bool maximize = false;
  };

  struct State {
    float step = 0.0F;
    StateTensor exp_avg;
    StateTensor exp_inf;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-5, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("Learning rate γ: about how far every parameter moves in a step.")},
        {STEPLAB_HYPER(betas), STEPLAB_TEXT("\\beta_1,\\beta_2"), 0.0, 0.9999, HyperScale::kLinear,
         STEPLAB_TEXT("β₁, β₂: how much of the mean and of the mean square survives a step.")},
        {STEPLAB_HYPER(eps), STEPLAB_TEXT("\\epsilon"), 1e-10, 1e-2, HyperScale::kLogarithmic,
         STEPLAB_TEXT("ε: added to the size of a gradient, so that nothing is divided by zero.")},
        {STEPLAB_HYPER(weight_decay), STEPLAB_TEXT("\\lambda"), 0.0, 0.1, HyperScale::kLinear,
         STEPLAB_TEXT("λ: pulls parameters to zero by adding λθ to the gradient (L2).")},
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
        {STEPLAB_STATE(exp_inf), STEPLAB_TEXT("u_t"),
         STEPLAB_TEXT("u: the largest gradient, slowly forgotten.")},
    };
    return kFields;
  }

  enum Symbol : unsigned { kGradient, kStep };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("g_t"),
         STEPLAB_TEXT("The gradient, negated to climb, with an L2 weight decay added.")},
        {STEPLAB_TEXT("-\\gamma\\,m_t/\\bigl((1-\\beta_1^t)\\,u_t\\bigr)"),
         STEPLAB_TEXT("The step: at most about the learning rate in size.")},
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

  // torch.maximum: NaN if either is.
  static float larger(float a, float b) { return a > b || a != a ? a : b; }

  static void update(const StepContext& context, Parameter& parameter, State& state,
                     const Options& options) {
    state.step += 1.0F;
    const double correction =
        1.0 - exact_powi(options.betas[0], static_cast<std::uint64_t>(state.step));
    const elementwise::PenalizedGradient gradient(options.maximize, options.weight_decay);
    const auto weight = static_cast<float>(1.0 - options.betas[0]);
    const auto decay = static_cast<float>(options.betas[1]);
    const auto eps = static_cast<float>(options.eps);
    const auto rate = static_cast<float>(-(options.lr / correction));
    const auto element = [=](const auto& probe, float& value, float grad, float& exp_avg,
                             float& exp_inf) {
      const float g = gradient(grad, value);
      exp_avg = elementwise::lerp(exp_avg, g, weight);
      exp_inf = larger(exp_inf * decay, std::fabs(g) + eps);
      probe.symbol(kGradient, g);
      value = probe.add(kStep, value, elementwise::quotient(exp_avg, exp_inf, rate));
    };
    elementwise::for_each(context, parameter, element, state.exp_avg, state.exp_inf);
    parameter.bump_version();
  }
};

}  // namespace

OptimizerInfo adamax_info() { return describe_optimizer<Adamax>(); }

}  // namespace steplab
