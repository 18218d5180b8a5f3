// SPDX-License-Identifier: MIT
// torch.optim.SGD.
#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"
#include "optim/sparse_update.hpp"
#include "steplab/kernels/update.hpp"

namespace steplab {
namespace {

struct Sgd {
  static constexpr std::string_view kName = "SGD";
  static constexpr std::string_view kPytorchClass = "torch.optim.SGD";
  static constexpr std::string_view kFamily = families::kFirstSteps;
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("torch.optim.SGD of PyTorch 2.13.0");
  static constexpr std::string_view kAgreement = agreement::kBitForBit;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Walks down the gradient; with momentum, a ball that keeps part of its velocity.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "I. Sutskever, J. Martens, G. Dahl, G. Hinton: On the importance of initialization and "
      "momentum in deep learning, ICML 2013; https://proceedings.mlr.press/v28/sutskever13.html");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
g_t &= \nabla f(\theta_{t-1}) + \lambda\,\theta_{t-1} \\
b_t &= \mu\,b_{t-1} + (1-\tau)\,g_t, \qquad b_1 = g_1 \\
d_t &= \begin{cases} g_t + \mu\,b_t & \text{nesterov} \\ b_t & \text{otherwise} \end{cases} \\
\theta_t &= \theta_{t-1} - \gamma\,d_t
\end{aligned})");

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
    SparseRows direction;  // of a row-sparse step with nesterov
    std::vector<float> direction_sums;
    bool starts = false;  // whether this step is the buffer's first; decided anew in every step
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-5, 10.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("Learning rate γ: how far to go for a gradient of one.")},
        {STEPLAB_HYPER(momentum), STEPLAB_TEXT("\\mu"), 0.0, 0.999, HyperScale::kLinear,
         STEPLAB_TEXT(
             "μ: the share of the velocity that survives a step; 0 is plain gradient descent.")},
        {STEPLAB_HYPER(dampening), STEPLAB_TEXT("\\tau"), 0.0, 1.0, HyperScale::kLinear,
         STEPLAB_TEXT(
             "τ: the share of a new gradient that the velocity ignores; not at its first step.")},
        {STEPLAB_HYPER(weight_decay), STEPLAB_TEXT("\\lambda"), 0.0, 0.1, HyperScale::kLinear,
         STEPLAB_TEXT("λ: pulls parameters to zero by adding λθ to the gradient (L2).")},
        {STEPLAB_HYPER(nesterov),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Looks ahead: steps along the gradient plus μ times the new velocity.")},
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
        {STEPLAB_STATE(momentum_buffer), STEPLAB_TEXT("b_t"),
         STEPLAB_TEXT("b: the velocity, a decaying sum of gradients; only with momentum. Of "
                      "row-sparse gradients it has PyTorch's bits while there is room for their "
                      "slices; then rows are summed up.")},
    };
    return kFields;
  }

  enum Symbol : unsigned { kGradient, kDirection, kStep };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("g_t"),
         STEPLAB_TEXT("The gradient, negated to climb, with the weight decay added.")},
        {STEPLAB_TEXT("d_t"),
         STEPLAB_TEXT("The direction: the gradient or the velocity, or both with nesterov.")},
        {STEPLAB_TEXT("-\\gamma\\,d_t"),
         STEPLAB_TEXT("The step: the learning rate times the direction.")},
    };
    return kSymbols;
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

  // A buffer of sparse gradients is sparse itself and grows by what rows they have.
  static void allocate_state(State& state, const Parameter& parameter, const Options&) {
    state.momentum_buffer.allocate(parameter.shape());
    const std::size_t capacity = parameter.sparse_capacity();
    if (capacity == 0) return;
    state.momentum_buffer.allocate_rows(2 * capacity);
    state.direction.allocate(parameter.shape(), 3 * capacity);
    state.direction_sums.assign(parameter.value().size(), 0.0F);
  }

  // The buffer comes into being in update(), whenever momentum is first on.
  static void create_state(State&, const Options&, const Options&) {}

  static Status prepare(State& state, const Options&) {
    state.starts = !state.momentum_buffer.exists();
    return {};
  }

  static Status update(const StepContext& context, Parameter& parameter, State& state,
                       const Options& options) {
    const elementwise::PenalizedGradient gradient(options.maximize, options.weight_decay);
    const auto rate = static_cast<float>(-options.lr);
    if (options.momentum == 0.0) {
      const auto element = [=](const auto& probe, float& value, float grad) {
        const float g = gradient(grad, value);
        probe.symbol(kGradient, g);
        probe.symbol(kDirection, g);
        value = probe.add(kStep, value, g * rate);
      };
      elementwise::inspect(context, parameter, element);
      kernels::sgd_update({gradient.terms(), rate}, parameter.grad().span(),
                          parameter.mutable_value().span());
    } else {
      if (state.starts) state.momentum_buffer.create();
      if (state.momentum_buffer.is_sparse()) return sparse_plus_dense();
      const kernels::MomentumCoefficients with = {
          .gradient = gradient.terms(),
          .rate = rate,
          .momentum = static_cast<float>(options.momentum),
          .undamped = static_cast<float>(1.0 - options.dampening),
          .starts = state.starts,
          .nesterov = options.nesterov,
      };
      const auto element = [=](const auto& probe, float& value, float grad, float& buffer) {
        const float g = gradient(grad, value);
        buffer = with.starts ? g : elementwise::axpy(buffer * with.momentum, g, with.undamped);
        const float direction =
            with.nesterov ? elementwise::axpy(g, buffer, with.momentum) : buffer;
        probe.symbol(kGradient, g);
        probe.symbol(kDirection, direction);
        value = probe.add(kStep, value, direction * rate);
      };
      elementwise::inspect(context, parameter, element, state.momentum_buffer);
      kernels::momentum_update(with, parameter.grad().span(), parameter.mutable_value().span(),
                               state.momentum_buffer.span());
    }
    parameter.bump_version();
    return {};
  }

  static Status update_sparse(const StepContext& context, Parameter& parameter, State& state,
                              const Options& options) {
    if (options.weight_decay != 0.0) return sparse_plus_dense();
    const float sign = options.maximize ? -1.0F : 1.0F;
    const auto rate = static_cast<float>(-options.lr);
    if (options.momentum == 0.0) {
      descend(context, parameter, parameter.sparse_grad(), sign, rate);
      return {};
    }

    const auto momentum = static_cast<float>(options.momentum);
    const auto undamped = static_cast<float>(1.0 - options.dampening);
    StateTensor& buffer = state.momentum_buffer;
    if (state.starts) {
      buffer.create_rows(parameter.sparse_grad(), sign);
    } else if (buffer.is_sparse()) {
      buffer.scale_rows(momentum);
      buffer.add_rows(parameter.sparse_grad(), sign * undamped);
    } else {
      for (float& element : buffer.span()) element *= momentum;
      add_rows(parameter.sparse_grad(), sign * undamped, buffer.span());
      if (options.nesterov) return sparse_plus_dense();
      const auto element = [=](const auto& probe, float& value, float /*grad*/, float& direction) {
        probe.symbol(kDirection, direction);
        value = probe.add(kStep, value, direction * rate);
      };
      elementwise::for_each(context, parameter, element, buffer);
      parameter.bump_version();
      return {};
    }
    if (options.nesterov) {
      state.direction.assign(parameter.sparse_grad(), sign, state.direction_sums);
      state.direction.add(buffer.slices(), momentum, state.direction_sums);
      descend(context, parameter, state.direction.slices(), 1.0F, rate);
    } else {
      descend(context, parameter, buffer.slices(), 1.0F, rate);
    }
    return {};
  }

 private:
  // value ← value + rate · sign · slice for one slice after the other, repeated rows too.
  static void descend(const StepContext& context, Parameter& parameter, RowSlices slices,
                      float sign, float rate) {
    const auto element = [=](const auto& probe, float& value, float slice) {
      const float direction = sign * slice;
      probe.symbol(kDirection, direction);
      value = probe.add(kStep, value, direction * rate);
    };
    sparse_update::for_each(context, parameter, slices, element);
    parameter.bump_version();
  }

  // What PyTorch raises where it would add a dense tensor to a sparse one: weight decay, a dense
  // gradient after sparse ones, nesterov after dense ones.
  static Status sparse_plus_dense() {
    return Error{ErrorCode::kInvalidArgument, "",
                 "add(sparse, dense) is not supported. Use add(dense, sparse) instead."};
  }
};

}  // namespace

OptimizerInfo sgd_info() { return describe_optimizer<Sgd>(); }

}  // namespace steplab
