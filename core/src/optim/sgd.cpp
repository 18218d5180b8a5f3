// SPDX-License-Identifier: MIT
// torch.optim.SGD.
#include "optim/elementwise.hpp"
#include "optim/optimizer_of.hpp"
#include "optim/rules.hpp"

namespace steplab {
namespace {

struct Sgd {
  static constexpr std::string_view kName = "SGD";
  static constexpr std::string_view kPytorchClass = "torch.optim.SGD";
  static constexpr std::string_view kSummary =
      "Walks down the gradient; with momentum, a ball that keeps part of its velocity.";
  static constexpr std::string_view kPaper =
      "I. Sutskever, J. Martens, G. Dahl, G. Hinton: On the importance of initialization and "
      "momentum in deep learning, ICML 2013; https://proceedings.mlr.press/v28/sutskever13.html";
  static constexpr std::string_view kFormula = R"(\begin{aligned}
g_t &= \nabla f(\theta_{t-1}) + \lambda\,\theta_{t-1} \\
b_t &= \mu\,b_{t-1} + (1-\tau)\,g_t, \qquad b_1 = g_1 \\
d_t &= \begin{cases} g_t + \mu\,b_t & \text{nesterov} \\ b_t & \text{otherwise} \end{cases} \\
\theta_t &= \theta_{t-1} - \gamma\,d_t
\end{aligned})";

  struct Options {
    double lr = 1e-3;
    double momentum = 0.0;
    double dampening = 0.0;
    double weight_decay = 0.0;
    bool nesterov = false;
    bool maximize = false;
  };

  struct State {
    StateTensor momentum_buffer;
    bool starts = false;  // whether this step is the buffer's first; decided anew in every step
  };

  static std::span<const HyperField<Options>> hyper_fields() {
    static constexpr HyperField<Options> kFields[] = {
        {"lr", &Options::lr, 1e-5, 10.0, HyperScale::kLogarithmic,
         "Learning rate γ: how far to go for a gradient of one."},
        {"momentum", &Options::momentum, 0.0, 0.999, HyperScale::kLinear,
         "μ: the share of the velocity that survives a step; 0 is plain gradient descent."},
        {"dampening", &Options::dampening, 0.0, 1.0, HyperScale::kLinear,
         "τ: the share of a new gradient that the velocity ignores; not at its first step."},
        {"weight_decay", &Options::weight_decay, 0.0, 0.1, HyperScale::kLinear,
         "λ: pulls parameters to zero by adding λθ to the gradient (L2)."},
        {"nesterov", &Options::nesterov, 0.0, 1.0, HyperScale::kLinear,
         "Looks ahead: steps along the gradient plus μ times the new velocity."},
        {"maximize", &Options::maximize, 0.0, 1.0, HyperScale::kLinear,
         "Climbs instead of descending."},
    };
    return kFields;
  }

  static std::span<const StateField<State>> state_fields() {
    static constexpr StateField<State> kFields[] = {
        {"momentum_buffer", &State::momentum_buffer,
         "b: the velocity, a decaying sum of gradients; only with momentum."},
    };
    return kFields;
  }

  // PyTorch tests `x < 0.0` here and nowhere else, so that NaN passes.
  static Status validate(const Options& options) {
    const auto negative = [](std::string_view name, std::string_view label, double value) {
      return value < 0.0 ? rules::not_negative(name, label, value) : Status();
    };
    const bool nesterov_fits = options.momentum > 0.0 && options.dampening == 0.0;
    return rules::all(
        negative("lr", "learning rate", options.lr),
        negative("momentum", "momentum value", options.momentum),
        negative("weight_decay", "weight_decay value", options.weight_decay),
        options.nesterov && !nesterov_fits
            ? Status(invalid_hyper("nesterov",
                                   "Nesterov momentum requires a momentum and zero dampening"))
            : Status());
  }

  // The buffer comes into being in update(), whenever momentum is first on.
  static void create_state(State&, const Options&, const Options&) {}

  static Status prepare(State& state, const Options&) {
    state.starts = !state.momentum_buffer.exists();
    return {};
  }

  static void update(Parameter& parameter, State& state, const Options& options) {
    const elementwise::PenalizedGradient gradient(options.maximize, options.weight_decay);
    const auto rate = static_cast<float>(-options.lr);
    if (options.momentum == 0.0) {
      elementwise::for_each(parameter, [=](float& value, float grad) {
        value = elementwise::axpy(value, gradient(grad, value), rate);
      });
    } else {
      if (state.starts) state.momentum_buffer.create();
      const auto momentum = static_cast<float>(options.momentum);
      const auto undamped = static_cast<float>(1.0 - options.dampening);
      const auto pass = [&]<bool kStarts, bool kNesterov>(std::bool_constant<kStarts>,
                                                          std::bool_constant<kNesterov>) {
        const auto element = [=](float& value, float grad, float& buffer) {
          const float g = gradient(grad, value);
          buffer = kStarts ? g : elementwise::axpy(buffer * momentum, g, undamped);
          const float direction = kNesterov ? elementwise::axpy(g, buffer, momentum) : buffer;
          value = elementwise::axpy(value, direction, rate);
        };
        elementwise::for_each(parameter, element, state.momentum_buffer);
      };
      elementwise::specialize(pass, state.starts, options.nesterov);
    }
    parameter.bump_version();
  }
};

}  // namespace

OptimizerInfo sgd_info() { return describe_optimizer<Sgd>(); }

}  // namespace steplab
