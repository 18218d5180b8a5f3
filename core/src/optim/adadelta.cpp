// SPDX-License-Identifier: MIT
// torch.optim.Adadelta.
#include <cmath>
#include <cstdint>

#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"

namespace steplab {
namespace {

struct Adadelta {
  static constexpr std::string_view kName = "Adadelta";
  static constexpr std::string_view kPytorchClass = "torch.optim.Adadelta";
  static constexpr std::string_view kFamily = families::kTorchOptim;
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("torch.optim.Adadelta of PyTorch 2.13.0");
  static constexpr std::string_view kAgreement = agreement::kBitForBit;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Measures every step in units of the steps before it, so that it hardly needs a learning "
      "rate.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "M. Zeiler: ADADELTA: An Adaptive Learning Rate Method, 2012; "
      "https://arxiv.org/abs/1212.5701");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
g_t &= \nabla f(\theta_{t-1}) + \lambda\,\theta_{t-1} \\
v_t &= \rho\,v_{t-1} + (1-\rho)\,g_t^2 \\
\Delta_t &= \sqrt{a_{t-1}+\epsilon} \big/ \sqrt{v_t+\epsilon}\; g_t \\
a_t &= \rho\,a_{t-1} + (1-\rho)\,\Delta_t^2 \\
\theta_t &= \theta_{t-1} - \gamma\,\Delta_t
\end{aligned})");

  struct Options {
    double lr = 1.0;
    double rho = 0.9;
    double eps = 1e-6;
    double weight_decay = 0.0;
    bool maximize = false;
  };

  struct State {
    float step = 0.0F;
    StateTensor square_avg;
    StateTensor acc_delta;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-3, 10.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("Learning rate γ: multiplies a step that already has the right units.")},
        {STEPLAB_HYPER(rho), STEPLAB_TEXT("\\rho"), 0.0, 0.9999, HyperScale::kLinear,
         STEPLAB_TEXT("ρ: how much of the mean squares survives a step.")},
        {STEPLAB_HYPER(eps), STEPLAB_TEXT("\\epsilon"), 1e-10, 1e-2, HyperScale::kLogarithmic,
         STEPLAB_TEXT("ε: added inside both roots; it sets how large the first steps are.")},
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
        {STEPLAB_STATE(step),
         {},
         STEPLAB_TEXT("How many updates this parameter has had; nothing reads it.")},
        {STEPLAB_STATE(square_avg), STEPLAB_TEXT("v_t"),
         STEPLAB_TEXT("v: the running mean of squared gradients.")},
        {STEPLAB_STATE(acc_delta), STEPLAB_TEXT("a_t"),
         STEPLAB_TEXT("a: the running mean of squared steps.")},
    };
    return kFields;
  }

  enum Symbol : unsigned { kGradient, kDelta, kStep };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("g_t"),
         STEPLAB_TEXT("The gradient, negated to climb, with an L2 weight decay added.")},
        {STEPLAB_TEXT("\\Delta_t"), STEPLAB_TEXT("The step in units of earlier steps.")},
        {STEPLAB_TEXT("-\\gamma\\,\\Delta_t"), STEPLAB_TEXT("The step.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    return rules::all(
        rules::not_negative("lr", "learning rate", options.lr),
        options.rho >= 0.0 && options.rho <= 1.0
            ? Status()
            : Status(invalid_hyper("rho", "Invalid rho value: " + to_python(options.rho))),
        rules::not_negative("eps", "epsilon value", options.eps),
        rules::not_negative("weight_decay", "weight_decay value", options.weight_decay));
  }

  static void update(const StepContext& context, Parameter& parameter, State& state,
                     const Options& options) {
    state.step += 1.0F;
    const elementwise::PenalizedGradient gradient(options.maximize, options.weight_decay);
    const auto rho = static_cast<float>(options.rho);
    const auto weight = static_cast<float>(1.0 - options.rho);
    const auto eps = static_cast<float>(options.eps);
    const auto rate = static_cast<float>(-options.lr);
    const auto element = [=](const auto& probe, float& value, float grad, float& square_avg,
                             float& acc_delta) {
      const float g = gradient(grad, value);
      square_avg = elementwise::addcmul(square_avg * rho, g, g, weight);
      const float delta = std::sqrt(acc_delta + eps) / std::sqrt(square_avg + eps) * g;
      acc_delta = elementwise::addcmul(acc_delta * rho, delta, delta, weight);
      probe.symbol(kGradient, g);
      probe.symbol(kDelta, delta);
      value = probe.add(kStep, value, delta * rate);
    };
    elementwise::for_each(context, parameter, element, state.square_avg, state.acc_delta);
    parameter.bump_version();
  }
};

}  // namespace

OptimizerInfo adadelta_info() { return describe_optimizer<Adadelta>(); }

}  // namespace steplab
