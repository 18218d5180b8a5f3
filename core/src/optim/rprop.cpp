// SPDX-License-Identifier: MIT
// torch.optim.Rprop.
#include <cmath>
#include <cstdint>

#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"

namespace steplab {
namespace {

struct Rprop {
  static constexpr std::string_view kName = "Rprop";
  static constexpr std::string_view kPytorchClass = "torch.optim.Rprop";
  static constexpr std::string_view kFamily = families::kTorchOptim;
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("torch.optim.Rprop of PyTorch 2.13.0");
  static constexpr std::string_view kAgreement = agreement::kBitForBit;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Looks at the sign of the gradient only: steps grow while it stays and shrink when it "
      "turns.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "M. Riedmiller, H. Braun: A Direct Adaptive Method for Faster Backpropagation Learning: The "
      "RPROP Algorithm, ICNN 1993; https://doi.org/10.1109/ICNN.1993.298623");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
s_t &= \operatorname{sign}(g_t\,p_{t-1}) \\
\delta_t &= \operatorname{clip}(\delta_{t-1}\,\eta_t,\, \delta_{\min},\, \delta_{\max}), \qquad \eta_t = \begin{cases} \eta^+ & s_t > 0 \\ \eta^- & s_t < 0 \\ 1 & s_t = 0 \end{cases} \\
p_t &= \begin{cases} 0 & s_t < 0 \\ g_t & \text{otherwise} \end{cases} \\
\theta_t &= \theta_{t-1} - \operatorname{sign}(p_t)\,\delta_t
\end{aligned})");

  struct Options {
    double lr = 1e-2;
    std::array<double, 2> etas = {0.5, 1.2};
    std::array<double, 2> step_sizes = {1e-6, 50.0};
    bool maximize = false;
  };

  struct State {
    float step = 0.0F;
    StateTensor prev;
    StateTensor step_size;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr),
         {},
         1e-5,
         1.0,
         HyperScale::kLogarithmic,
         STEPLAB_TEXT("The first step's size; later changes of it have no effect.")},
        {STEPLAB_HYPER(etas), STEPLAB_TEXT("\\eta^-,\\eta^+"), 0.01, 3.0, HyperScale::kLinear,
         STEPLAB_TEXT(
             "η⁻, η⁺: what a step is multiplied by when the sign turns, and when it stays.")},
        {STEPLAB_HYPER(step_sizes), STEPLAB_TEXT("\\delta_{\\min},\\delta_{\\max}"), 1e-6, 50.0,
         HyperScale::kLogarithmic, STEPLAB_TEXT("The smallest and the largest step.")},
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
        {STEPLAB_STATE(prev), STEPLAB_TEXT("p_t"),
         STEPLAB_TEXT("p: the last gradient, or 0 after the sign turned.")},
        {STEPLAB_STATE(step_size), STEPLAB_TEXT("\\delta_t"),
         STEPLAB_TEXT("δ: how far this parameter moves.")},
    };
    return kFields;
  }

  enum Symbol : unsigned { kGradient, kTurn, kStep };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("g_t"), STEPLAB_TEXT("The gradient, negated to climb.")},
        {STEPLAB_TEXT("s_t"), STEPLAB_TEXT("1 when the sign stayed, −1 when it turned.")},
        {STEPLAB_TEXT("-\\operatorname{sign}(p_t)\\,\\delta_t"), STEPLAB_TEXT("The step.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    return rules::all(
        rules::not_negative("lr", "learning rate", options.lr),
        0.0 < options.etas[0] && options.etas[0] < 1.0 && 1.0 < options.etas[1]
            ? Status()
            : Status(invalid_hyper("etas", "Invalid eta values: " + to_python(options.etas[0]) +
                                               ", " + to_python(options.etas[1]))));
  }

  static void create_state(State& state, const Options& group, const Options&) {
    state.prev.create();
    state.step_size.create(static_cast<float>(group.lr));
  }

  // torch.sign: 0 for NaN.
  static float sign(float value) { return value > 0.0F ? 1.0F : value < 0.0F ? -1.0F : 0.0F; }

  static void update(const StepContext& context, Parameter& parameter, State& state,
                     const Options& options) {
    state.step += 1.0F;
    const float ascent = options.maximize ? -1.0F : 1.0F;
    const auto shrink = static_cast<float>(options.etas[0]);
    const auto grow = static_cast<float>(options.etas[1]);
    const auto smallest = static_cast<float>(options.step_sizes[0]);
    const auto largest = static_cast<float>(options.step_sizes[1]);
    const auto element = [=](const auto& probe, float& value, float grad, float& prev,
                             float& step_size) {
      const float g = ascent * grad;
      const float turn = sign(g * prev);
      const float factor = turn > 0.0F ? grow : turn < 0.0F ? shrink : 1.0F;
      const float scaled = step_size * factor;
      const float raised = scaled < smallest ? smallest : scaled;
      step_size = raised > largest ? largest : raised;
      prev = factor == shrink ? 0.0F : g;
      probe.symbol(kGradient, g);
      probe.symbol(kTurn, turn);
      value = probe.add(kStep, value, -sign(prev) * step_size);
    };
    elementwise::for_each(context, parameter, element, state.prev, state.step_size);
    parameter.bump_version();
  }
};

}  // namespace

OptimizerInfo rprop_info() { return describe_optimizer<Rprop>(); }

}  // namespace steplab
