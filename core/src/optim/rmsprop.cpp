// SPDX-License-Identifier: MIT
// torch.optim.RMSprop.
#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"

namespace steplab {
namespace {

struct RmsProp {
  static constexpr std::string_view kName = "RMSprop";
  static constexpr std::string_view kPytorchClass = "torch.optim.RMSprop";
  static constexpr std::string_view kFamily = families::kFirstSteps;
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("torch.optim.RMSprop of PyTorch 2.13.0");
  static constexpr std::string_view kAgreement = agreement::kBitForBit;
  static constexpr std::string_view kSummary =
      STEPLAB_TEXT("Divides each gradient by a running root mean square of itself.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "T. Tieleman, G. Hinton: Lecture 6.5, RMSProp, Coursera 2012; centered: A. Graves: "
      "Generating "
      "Sequences with Recurrent Neural Networks, 2013; https://arxiv.org/abs/1308.0850");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
g_t &= \nabla f(\theta_{t-1}) + \lambda\,\theta_{t-1} \\
v_t &= \alpha\,v_{t-1} + (1-\alpha)\,g_t^2 \\
\bar g_t &= \alpha\,\bar g_{t-1} + (1-\alpha)\,g_t \\
\tilde v_t &= \begin{cases} v_t - \bar g_t^2 & \text{centered} \\ v_t & \text{otherwise} \end{cases} \\
b_t &= \mu\,b_{t-1} + g_t/(\sqrt{\tilde v_t} + \epsilon) \\
\theta_t &= \theta_{t-1} - \gamma\,b_t
\end{aligned})");

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

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-5, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("Learning rate γ: about how far every parameter moves once v has settled.")},
        {STEPLAB_HYPER(alpha), STEPLAB_TEXT("\\alpha"), 0.0, 0.9999, HyperScale::kLinear,
         STEPLAB_TEXT("α: how much of the mean square survives a step.")},
        {STEPLAB_HYPER(eps), STEPLAB_TEXT("\\epsilon"), 1e-10, 1e-2, HyperScale::kLogarithmic,
         STEPLAB_TEXT("ε: added to the root, so that tiny gradients are not blown up.")},
        {STEPLAB_HYPER(weight_decay), STEPLAB_TEXT("\\lambda"), 0.0, 0.1, HyperScale::kLinear,
         STEPLAB_TEXT("λ: pulls parameters to zero by adding λθ to the gradient (L2).")},
        {STEPLAB_HYPER(momentum), STEPLAB_TEXT("\\mu"), 0.0, 0.999, HyperScale::kLinear,
         STEPLAB_TEXT("μ: the share of the velocity that survives a step.")},
        {STEPLAB_HYPER(centered),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Divides by an estimate of the standard deviation, mean removed.")},
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
         STEPLAB_TEXT("How many updates this parameter has had; nothing reads it.")},
        {STEPLAB_STATE(square_avg), STEPLAB_TEXT("v_t"),
         STEPLAB_TEXT("v: the running mean of squared gradients.")},
        {STEPLAB_STATE(momentum_buffer), STEPLAB_TEXT("b_t"),
         STEPLAB_TEXT("b: the velocity, a decaying sum of scaled gradients; only with momentum.")},
        {STEPLAB_STATE(grad_avg), STEPLAB_TEXT("\\bar g_t"),
         STEPLAB_TEXT("ḡ: the running mean of gradients; only when centered.")},
    };
    return kFields;
  }

  enum Symbol : unsigned { kGradient, kVariance, kStep };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("g_t"),
         STEPLAB_TEXT("The gradient, negated to climb, with the weight decay added.")},
        {STEPLAB_TEXT("\\tilde v_t"),
         STEPLAB_TEXT(
             "What the root is taken of: the mean square, or the variance when centered.")},
        {STEPLAB_TEXT("-\\gamma\\,b_t"),
         STEPLAB_TEXT("The step: the learning rate times the scaled gradient or its velocity.")},
    };
    return kSymbols;
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

  static void update(const StepContext& context, Parameter& parameter, State& state,
                     const Options& options) {
    state.step += 1.0F;
    const elementwise::PenalizedGradient gradient(options.maximize, options.weight_decay);
    const auto alpha = static_cast<float>(options.alpha);
    const auto weight = static_cast<float>(1.0 - options.alpha);
    const auto eps = static_cast<float>(options.eps);
    const auto momentum = static_cast<float>(options.momentum);
    const auto rate = static_cast<float>(-options.lr);

    const auto pass = [&]<bool kMomentum, bool kCentered>(std::bool_constant<kMomentum>,
                                                          std::bool_constant<kCentered>) {
      const auto element = [=](const auto& probe, float& value, float grad, float& square_avg,
                               float& momentum_buffer, float& grad_avg) {
        const float g = gradient(grad, value);
        square_avg = elementwise::addcmul(square_avg * alpha, g, g, weight);
        float variance = square_avg;
        if constexpr (kCentered) {
          grad_avg = elementwise::lerp(grad_avg, g, weight);
          variance = elementwise::addcmul(square_avg, grad_avg, grad_avg, -1.0F);
        }
        const float deviation = std::sqrt(variance) + eps;
        probe.symbol(kGradient, g);
        probe.symbol(kVariance, variance);
        if constexpr (kMomentum) {
          momentum_buffer = elementwise::addcdiv(momentum_buffer * momentum, g, deviation, 1.0F);
          value = probe.add(kStep, value, momentum_buffer * rate);
        } else {
          value = probe.add(kStep, value, elementwise::quotient(g, deviation, rate));
        }
      };
      elementwise::for_each(context, parameter, element, state.square_avg, state.momentum_buffer,
                            state.grad_avg);
    };
    elementwise::specialize(pass, options.momentum > 0.0, options.centered);
    parameter.bump_version();
  }
};

}  // namespace

OptimizerInfo rmsprop_info() { return describe_optimizer<RmsProp>(); }

}  // namespace steplab
