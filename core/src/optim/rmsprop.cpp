// SPDX-License-Identifier: MIT
// torch.optim.RMSprop.
#include "optim/elementwise.hpp"
#include "optim/optimizer_of.hpp"
#include "optim/rules.hpp"

namespace steplab {
namespace {

struct RmsProp {
  static constexpr std::string_view kName = "RMSprop";
  static constexpr std::string_view kPytorchClass = "torch.optim.RMSprop";
  static constexpr std::string_view kSummary =
      "Divides each gradient by a running root mean square of itself.";
  static constexpr std::string_view kPaper =
      "T. Tieleman, G. Hinton: Lecture 6.5, RMSProp, Coursera 2012; centered: A. Graves: "
      "Generating "
      "Sequences with Recurrent Neural Networks, 2013; https://arxiv.org/abs/1308.0850";
  static constexpr std::string_view kFormula = R"(\begin{aligned}
g_t &= \nabla f(\theta_{t-1}) + \lambda\,\theta_{t-1} \\
v_t &= \alpha\,v_{t-1} + (1-\alpha)\,g_t^2 \\
\bar g_t &= \alpha\,\bar g_{t-1} + (1-\alpha)\,g_t \\
\tilde v_t &= \begin{cases} v_t - \bar g_t^2 & \text{centered} \\ v_t & \text{otherwise} \end{cases} \\
b_t &= \mu\,b_{t-1} + g_t/(\sqrt{\tilde v_t} + \epsilon) \\
\theta_t &= \theta_{t-1} - \gamma\,b_t
\end{aligned})";

  struct Options {
    double lr = 1e-2;
    double alpha = 0.99;
    double eps = 1e-8;
    double weight_decay = 0.0;
    double momentum = 0.0;
    bool centered = false;
    bool maximize = false;
  };

  struct State {
    float step = 0.0F;
    StateTensor square_avg;
    StateTensor momentum_buffer;
    StateTensor grad_avg;
  };

  static std::span<const HyperField<Options>> hyper_fields() {
    static constexpr HyperField<Options> kFields[] = {
        {"lr", &Options::lr, 1e-5, 1.0, HyperScale::kLogarithmic,
         "Learning rate γ: about how far every parameter moves once v has settled."},
        {"alpha", &Options::alpha, 0.0, 0.9999, HyperScale::kLinear,
         "α: how much of the mean square survives a step."},
        {"eps", &Options::eps, 1e-10, 1e-2, HyperScale::kLogarithmic,
         "ε: added to the root, so that tiny gradients are not blown up."},
        {"weight_decay", &Options::weight_decay, 0.0, 0.1, HyperScale::kLinear,
         "λ: pulls parameters to zero by adding λθ to the gradient (L2)."},
        {"momentum", &Options::momentum, 0.0, 0.999, HyperScale::kLinear,
         "μ: the share of the velocity that survives a step."},
        {"centered", &Options::centered, 0.0, 1.0, HyperScale::kLinear,
         "Divides by an estimate of the standard deviation, mean removed."},
        {"maximize", &Options::maximize, 0.0, 1.0, HyperScale::kLinear,
         "Climbs instead of descending."},
    };
    return kFields;
  }

  static std::span<const StateField<State>> state_fields() {
    static constexpr StateField<State> kFields[] = {
        {"step", &State::step, "How many updates this parameter has had; nothing reads it."},
        {"square_avg", &State::square_avg, "v: the running mean of squared gradients."},
        {"momentum_buffer", &State::momentum_buffer,
         "b: the velocity, a decaying sum of scaled gradients; only with momentum."},
        {"grad_avg", &State::grad_avg, "ḡ: the running mean of gradients; only when centered."},
    };
    return kFields;
  }

  static Status validate(const Options& options) {
    return rules::all(
        rules::not_negative("lr", "learning rate", options.lr),
        rules::not_negative("eps", "epsilon value", options.eps),
        rules::not_negative("momentum", "momentum value", options.momentum),
        rules::not_negative("weight_decay", "weight_decay value", options.weight_decay),
        rules::not_negative("alpha", "alpha value", options.alpha));
  }

  static void create_state(State& state, const Options& group, const Options&) {
    state.square_avg.create();
    if (group.momentum > 0.0) state.momentum_buffer.create();
    if (group.centered) state.grad_avg.create();
  }

  static Status prepare(const State& state, const Options& options) {
    return rules::all(
        options.momentum > 0.0 ? require(state.momentum_buffer, "momentum_buffer") : Status(),
        options.centered ? require(state.grad_avg, "grad_avg") : Status());
  }

  static void update(Parameter& parameter, State& state, const Options& options) {
    state.step += 1.0F;
    const elementwise::PenalizedGradient gradient(options.maximize, options.weight_decay);
    const auto alpha = static_cast<float>(options.alpha);
    const auto weight = static_cast<float>(1.0 - options.alpha);
    const auto eps = static_cast<float>(options.eps);
    const auto momentum = static_cast<float>(options.momentum);
    const auto rate = static_cast<float>(-options.lr);

    const auto pass = [&]<bool kMomentum, bool kCentered>(std::bool_constant<kMomentum>,
                                                          std::bool_constant<kCentered>) {
      const auto element = [=](float& value, float grad, float& square_avg, float& momentum_buffer,
                               float& grad_avg) {
        const float g = gradient(grad, value);
        square_avg = elementwise::addcmul(square_avg * alpha, g, g, weight);
        float variance = square_avg;
        if constexpr (kCentered) {
          grad_avg = elementwise::lerp(grad_avg, g, weight);
          variance = elementwise::addcmul(square_avg, grad_avg, grad_avg, -1.0F);
        }
        const float deviation = std::sqrt(variance) + eps;
        if constexpr (kMomentum) {
          momentum_buffer = elementwise::addcdiv(momentum_buffer * momentum, g, deviation, 1.0F);
          value = elementwise::axpy(value, momentum_buffer, rate);
        } else {
          value = elementwise::addcdiv(value, g, deviation, rate);
        }
      };
      elementwise::for_each(parameter, element, state.square_avg, state.momentum_buffer,
                            state.grad_avg);
    };
    elementwise::specialize(pass, options.momentum > 0.0, options.centered);
    parameter.bump_version();
  }
};

}  // namespace

OptimizerInfo rmsprop_info() { return describe_optimizer<RmsProp>(); }

}  // namespace steplab
