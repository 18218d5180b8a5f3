// SPDX-License-Identifier: MIT
// torch.optim.Muon.
#include <cmath>
#include <string>

#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/newton_schulz.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"

namespace steplab {
namespace {

struct Muon {
  static constexpr std::string_view kName = "Muon";
  static constexpr std::string_view kPytorchClass = "torch.optim.Muon";
  static constexpr std::string_view kFamily = families::kTorchOptim;
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("torch.optim.Muon of PyTorch 2.13.0");
  static constexpr std::string_view kAgreement = STEPLAB_TEXT(
      "bit for bit for small matrices; beyond, PyTorch's bits depend on the processor");
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Momentum for weight matrices, made nearly orthogonal, so that every direction of the "
      "matrix moves equally far.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "K. Jordan, Y. Jin, V. Boza, J. You, F. Cesista, L. Newhouse, J. Bernstein: Muon: An "
      "optimizer for hidden layers in neural networks, 2024; "
      "https://kellerjordan.github.io/posts/muon/");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
G_t &= \nabla f(\theta_{t-1}) \\
B_t &= \mu B_{t-1} + (1-\mu)\,G_t \\
X_0 &= M_t / \max(\lVert M_t \rVert_F,\, \epsilon), \qquad M_t = \mu B_t + (1-\mu)\,G_t \\
A_i &= X_i X_i^\top, \qquad X_{i+1} = a X_i + (b A_i + c A_i^2) X_i \\
O_t &= X_k \\
\theta_t' &= \theta_{t-1} - \gamma\lambda\,\theta_{t-1} \\
\theta_t &= \theta_t' - \gamma\,r\,O_t, \qquad r = \sqrt{\max(1,\, \mathrm{rows}/\mathrm{columns})}
\end{aligned})");

  static constexpr bool kMatricesOnly = true;

  struct Options {
    double lr = 1e-3;
    double weight_decay = 0.1;
    double momentum = 0.95;
    bool nesterov = true;
    std::array<double, 3> ns_coefficients = {3.4445, -4.7750, 2.0315};
    double eps = 1e-7;
    double ns_steps = 5.0;
    HyperName adjust_lr_fn;
  };

  struct State {
    StateTensor momentum_buffer;
    NewtonSchulz orthogonalization;
    Tensor direction;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-5, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("Learning rate γ: about how far every direction of the matrix moves in a "
                      "step.")},
        {STEPLAB_HYPER(weight_decay), STEPLAB_TEXT("\\lambda"), 0.0, 1.0, HyperScale::kLinear,
         STEPLAB_TEXT("λ: shrinks the parameters by γλ of themselves before the step.")},
        {STEPLAB_HYPER(momentum), STEPLAB_TEXT("\\mu"), 0.0, 0.999, HyperScale::kLinear,
         STEPLAB_TEXT("μ: how much of the running mean of gradients survives a step.")},
        {STEPLAB_HYPER(nesterov),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Mixes the fresh gradient into the mean once more; otherwise M is B.")},
        {STEPLAB_HYPER(ns_coefficients), STEPLAB_TEXT("a,b,c"), -10.0, 10.0, HyperScale::kLinear,
         STEPLAB_TEXT("a, b, c: the polynomial that is iterated.")},
        {STEPLAB_HYPER(eps), STEPLAB_TEXT("\\epsilon"), 1e-10, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("ε: the smallest norm by which is divided.")},
        {STEPLAB_HYPER(ns_steps), STEPLAB_TEXT("k"), 0.0, 20.0, HyperScale::kLinear,
         STEPLAB_TEXT("k: how often the polynomial is iterated; more is nearer to orthogonal.")},
        {STEPLAB_HYPER(adjust_lr_fn), STEPLAB_TEXT("r"), 0.0, 1.0, HyperScale::kLinear,
         STEPLAB_TEXT("r: how the matrix's shape scales the step: \"original\" (also None) as in "
                      "the formula, \"match_rms_adamw\" by 0.2 √max(rows, columns), so that "
                      "AdamW's learning rates fit."),
         "original match_rms_adamw"},
    };
    return kFields;
  }

  static std::span<const StateField> state_fields() {
    static constexpr StateField kFields[] = {
        {STEPLAB_STATE(momentum_buffer), STEPLAB_TEXT("B_t"),
         STEPLAB_TEXT("B: the running mean of gradients.")},
    };
    return kFields;
  }

  enum Symbol : unsigned { kOrthogonal, kDecay, kStep };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("O_t"), STEPLAB_TEXT("The nearly orthogonal direction.")},
        {STEPLAB_TEXT("-\\gamma\\lambda\\,\\theta_{t-1}"), STEPLAB_TEXT("The decay.")},
        {STEPLAB_TEXT("-\\gamma\\,r\\,O_t"),
         STEPLAB_TEXT("The step: the learning rate, adjusted to the shape, times the direction.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    const std::string_view adjustment = options.adjust_lr_fn.text();
    const bool is_known = options.adjust_lr_fn.is_none() || adjustment == "original" ||
                          adjustment == "match_rms_adamw";
    return rules::all(rules::at_least("lr", "Learning rate", 0.0, options.lr),
                      rules::at_least("momentum", "momentum", 0.0, options.momentum),
                      rules::at_least("weight_decay", "weight decay", 0.0, options.weight_decay),
                      is_known
                          ? Status()
                          : Status(invalid_hyper("adjust_lr_fn", "Adjust learning rate function " +
                                                                     std::string(adjustment) +
                                                                     " is not supported")));
  }

  static Status check_parameter(const Parameter& parameter) {
    if (parameter.shape().size() == 2) return {};
    return invalid_hyper("params",
                         "Muon only supports 2D parameters whereas we found a parameter with size: "
                         "torch.Size(" +
                             to_string(parameter.shape()) + ")");
  }

  static void allocate_state(State& state, const Parameter& parameter, const Options&) {
    const Shape& shape = parameter.shape();
    state.momentum_buffer.allocate(shape);
    state.orthogonalization = NewtonSchulz(shape[0], shape[1]);
    state.direction = Tensor(shape);
  }

  static Status prepare(const State& state, const Options& options) {
    if (options.ns_steps >= 100.0) {
      return invalid_hyper("ns_steps",
                           "Number of steps must be less than 100 for computational efficiency");
    }
    if (!rules::is_whole(options.ns_steps)) {
      return invalid_hyper("ns_steps", "'float' object cannot be interpreted as an integer");
    }
    const bool divides =
        options.adjust_lr_fn.is_none() || options.adjust_lr_fn.text() == "original";
    if (!divides || state.orthogonalization.columns() > 0) return {};
    return invalid_hyper("params", "ZeroDivisionError: division by zero");
  }

  static void update(const StepContext& context, Parameter& parameter, State& state,
                     const Options& options) {
    const std::span<const float> grad = parameter.grad().span();
    const std::span<float> direction = state.direction.span();
    const auto fresh = static_cast<float>(1.0 - options.momentum);
    const auto kept = static_cast<float>(options.momentum);
    for (std::size_t i = 0; i < grad.size(); ++i) {
      float& mean = state.momentum_buffer.data()[i];
      mean = elementwise::lerp(mean, grad[i], fresh);
      direction[i] = options.nesterov ? elementwise::lerp(grad[i], mean, kept) : mean;
    }
    state.orthogonalization.run(direction, options.ns_coefficients,
                                options.ns_steps > 0.0 ? static_cast<int>(options.ns_steps) : 0,
                                options.eps);
    move(context, parameter, state, options);
  }

 private:
  static double adjusted_lr(const State& state, const Options& options) {
    const auto rows = static_cast<double>(state.orthogonalization.rows());
    const auto columns = static_cast<double>(state.orthogonalization.columns());
    if (options.adjust_lr_fn.is_none() || options.adjust_lr_fn.text() == "original") {
      return options.lr * std::sqrt(std::fmax(1.0, rows / columns));
    }
    // A name that the constructor never saw adjusts nothing, as in PyTorch.
    if (options.adjust_lr_fn.text() != "match_rms_adamw") return options.lr;
    return options.lr * (0.2 * std::sqrt(std::fmax(rows, columns)));
  }

  static void move(const StepContext& context, Parameter& parameter, State& state,
                   const Options& options) {
    const auto keep = static_cast<float>(1.0 - options.lr * options.weight_decay);
    const auto rate = static_cast<float>(-adjusted_lr(state, options));
    std::span<float> directions = state.direction.span();
    const auto element = [=](const auto& probe, float& value, float, float& direction) {
      probe.symbol(kOrthogonal, direction);
      value = probe.add(kStep, probe.scale(kDecay, value, keep), direction * rate);
    };
    elementwise::for_each(context, parameter, element, directions);
    // mul_ and add_
    parameter.bump_version();
    parameter.bump_version();
  }
};

}  // namespace

OptimizerInfo muon_info() { return describe_optimizer<Muon>(); }

}  // namespace steplab
