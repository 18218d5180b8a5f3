// SPDX-License-Identifier: MIT
// torch.optim.ASGD.
#include <cmath>
#include <cstdint>

#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"
#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

struct Asgd {
  static constexpr std::string_view kName = "ASGD";
  static constexpr std::string_view kPytorchClass = "torch.optim.ASGD";
  static constexpr std::string_view kFamily = families::kTorchOptim;
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("torch.optim.ASGD of PyTorch 2.13.0");
  static constexpr std::string_view kAgreement = agreement::kBitForBit;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Plain SGD that also keeps the average of where it has been, for you to take in the end.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "B. Polyak, A. Juditsky: Acceleration of Stochastic Approximation by Averaging, SIAM J. "
      "Control Optim. 30, 1992; https://doi.org/10.1137/0330046");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
g_t &= \nabla f(\theta_{t-1}) + w\,\theta_{t-1} \\
\theta_t &= (1 - \lambda\,\eta_{t-1})\,\theta_{t-1} - \eta_{t-1}\,g_t \\
\bar\theta_t &= \bar\theta_{t-1} + \mu_{t-1} (\theta_t - \bar\theta_{t-1}) \\
\eta_t &= \gamma/(1+\lambda\gamma t)^\alpha, \qquad \mu_t = 1/\max(1,\, t - t_0)
\end{aligned})");

  struct Options {
    double lr = 1e-2;
    double lambd = 1e-4;
    double alpha = 0.75;
    double t0 = 1e6;
    double weight_decay = 0.0;
    bool maximize = false;
  };

  struct State {
    float step = 0.0F;
    float eta = 0.0F;
    float mu = 1.0F;
    StateTensor ax;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-5, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("Learning rate γ: of the first steps; a change of it acts one step late.")},
        {STEPLAB_HYPER(lambd), STEPLAB_TEXT("\\lambda"), 0.0, 0.1, HyperScale::kLinear,
         STEPLAB_TEXT("λ: shrinks parameters and, with time, the learning rate.")},
        {STEPLAB_HYPER(alpha), STEPLAB_TEXT("\\alpha"), 0.0, 1.0, HyperScale::kLinear,
         STEPLAB_TEXT("α: how fast the learning rate falls.")},
        {STEPLAB_HYPER(t0), STEPLAB_TEXT("t_0"), 0.0, 1000000.0, HyperScale::kLinear,
         STEPLAB_TEXT("t₀: the step from which on the average is taken.")},
        {STEPLAB_HYPER(weight_decay), STEPLAB_TEXT("w"), 0.0, 0.1, HyperScale::kLinear,
         STEPLAB_TEXT(
             "Pulls parameters to zero by adding a multiple of them to the gradient (L2).")},
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
        {STEPLAB_STATE(eta), STEPLAB_TEXT("\\eta_t"),
         STEPLAB_TEXT("η: the learning rate of the next step.")},
        {STEPLAB_STATE(mu), STEPLAB_TEXT("\\mu_t"),
         STEPLAB_TEXT("μ: the share of the newest point in the average; 1 is no average yet.")},
        {STEPLAB_STATE(ax), STEPLAB_TEXT("\\bar\\theta_t"),
         STEPLAB_TEXT("The averaged parameter, which is never copied back by itself.")},
    };
    return kFields;
  }

  enum Symbol : unsigned { kGradient, kDecay, kStep };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("g_t"),
         STEPLAB_TEXT("The gradient, negated to climb, with an L2 weight decay added.")},
        {STEPLAB_TEXT("-\\lambda\\,\\eta_{t-1}\\theta_{t-1}"), STEPLAB_TEXT("The decay.")},
        {STEPLAB_TEXT("-\\eta_{t-1}\\,g_t"), STEPLAB_TEXT("The step.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    return rules::all(
        rules::not_negative("lr", "learning rate", options.lr),
        rules::not_negative("weight_decay", "weight_decay value", options.weight_decay));
  }

  static void create_state(State& state, const Options& group, const Options&) {
    state.ax.create();
    state.eta = static_cast<float>(group.lr);
    state.mu = 1.0F;
  }

  static void update(const StepContext& context, Parameter& parameter, State& state,
                     const Options& options) {
    state.step += 1.0F;
    const double eta = static_cast<double>(state.eta);
    const elementwise::PenalizedGradient gradient(options.maximize, options.weight_decay);
    const auto keep = static_cast<float>(1.0 - options.lambd * eta);
    const auto rate = static_cast<float>(-eta);
    const bool averages = state.mu != 1.0F;
    const float share = state.mu;
    const auto element = [=](const auto& probe, float& value, float grad, float& ax) {
      const float g = gradient(grad, value);
      probe.symbol(kGradient, g);
      value = probe.add(kStep, probe.scale(kDecay, value, keep), g * rate);
      ax = averages ? ax + (value - ax) * share : value;
    };
    elementwise::for_each(context, parameter, element, state.ax);
    // mul_ and add_
    parameter.bump_version();
    parameter.bump_version();

    const double step = static_cast<double>(state.step);
    state.eta = static_cast<float>(
        options.lr / exact_pow(1.0 + options.lambd * options.lr * step, options.alpha));
    state.mu = static_cast<float>(1.0 / std::fmax(1.0, step - options.t0));
  }
};

}  // namespace

OptimizerInfo asgd_info() { return describe_optimizer<Asgd>(); }

}  // namespace steplab
