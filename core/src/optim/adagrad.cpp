// SPDX-License-Identifier: MIT
// torch.optim.Adagrad.
#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"
#include "optim/sparse_update.hpp"

namespace steplab {
namespace {

struct Adagrad {
  static constexpr std::string_view kName = "Adagrad";
  static constexpr std::string_view kPytorchClass = "torch.optim.Adagrad";
  static constexpr std::string_view kFamily = families::kFirstSteps;
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("torch.optim.Adagrad of PyTorch 2.13.0");
  static constexpr std::string_view kAgreement = agreement::kBitForBit;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Divides by the root of all squared gradients so far: steps only shrink, least where "
      "gradients are rare.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "J. Duchi, E. Hazan, Y. Singer: Adaptive Subgradient Methods for Online Learning and "
      "Stochastic Optimization, JMLR 12, 2011; https://jmlr.org/papers/v12/duchi11a.html");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
g_t &= \nabla f(\theta_{t-1}) + \lambda\,\theta_{t-1} \\
\gamma_t &= \gamma/(1 + (t-1)\,\eta) \\
s_t &= s_{t-1} + g_t^2 \\
\theta_t &= \theta_{t-1} - \gamma_t\,g_t / (\sqrt{s_t} + \epsilon)
\end{aligned})");

  // PyTorch's add_param_group leaves it to step() to make the state; its constructor does not.
  static constexpr bool kCreatesStateInConstructor = true;

  struct Options {
    double lr = 1e-2;
    double lr_decay = 0.0;
    double weight_decay = 0.0;
    double initial_accumulator_value = 0.0;
    double eps = 1e-10;
    bool maximize = false;
  };

  struct State {
    float step = 0.0F;
    StateTensor sum;
    RowCoalescer coalesce;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-4, 10.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("Learning rate γ: how far the first step goes.")},
        {STEPLAB_HYPER(lr_decay), STEPLAB_TEXT("\\eta"), 0.0, 1.0, HyperScale::kLinear,
         STEPLAB_TEXT("η: step t uses γ/(1 + (t−1)η).")},
        {STEPLAB_HYPER(weight_decay), STEPLAB_TEXT("\\lambda"), 0.0, 0.1, HyperScale::kLinear,
         STEPLAB_TEXT("λ: pulls parameters to zero by adding λθ to the gradient (L2).")},
        {STEPLAB_HYPER(initial_accumulator_value),
         {},
         0.0,
         10.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Where the sum of squares starts: larger makes first steps smaller.")},
        {STEPLAB_HYPER(eps), STEPLAB_TEXT("\\epsilon"), 1e-12, 1e-2, HyperScale::kLogarithmic,
         STEPLAB_TEXT("ε: added to the root, so that nothing is divided by zero.")},
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
        {STEPLAB_STATE(sum), STEPLAB_TEXT("s_t"),
         STEPLAB_TEXT("s: the sum of all squared gradients.")},
    };
    return kFields;
  }

  enum Symbol : unsigned { kGradient, kRate, kStep };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("g_t"),
         STEPLAB_TEXT("The gradient, negated to climb, with the weight decay added.")},
        {STEPLAB_TEXT("\\gamma_t"), STEPLAB_TEXT("The learning rate at this step.")},
        {STEPLAB_TEXT("-\\gamma_t\\,g_t/(\\sqrt{s_t}+\\epsilon)"),
         STEPLAB_TEXT("The step: smaller the more this parameter has moved.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    return rules::all(
        rules::not_negative("lr", "learning rate", options.lr),
        rules::not_negative("lr_decay", "lr_decay value", options.lr_decay),
        rules::not_negative("weight_decay", "weight_decay value", options.weight_decay),
        rules::not_negative("initial_accumulator_value", "initial_accumulator_value value",
                            options.initial_accumulator_value),
        rules::not_negative("eps", "epsilon value", options.eps));
  }

  static void allocate_state(State& state, const Parameter& parameter, const Options&) {
    state.sum.allocate(parameter.shape());
    state.coalesce.allocate(parameter.shape(), parameter.sparse_capacity());
  }

  // The start value is always the constructor's, whatever the group says.
  static void create_state(State& state, const Options&, const Options& constructor) {
    state.sum.create(static_cast<float>(constructor.initial_accumulator_value));
  }

  static void update(const StepContext& context, Parameter& parameter, State& state,
                     const Options& options) {
    const elementwise::PenalizedGradient gradient(options.maximize, options.weight_decay);
    const float rate = next_rate(state, options);
    const auto eps = static_cast<float>(options.eps);

    const auto element = [=](const auto& probe, float& value, float grad, float& sum) {
      const float g = gradient(grad, value);
      sum = elementwise::addcmul(sum, g, g, 1.0F);
      probe.symbol(kGradient, g);
      probe.symbol(kRate, -rate);
      value = probe.add(kStep, value, elementwise::quotient(g, std::sqrt(sum) + eps, rate));
    };
    elementwise::for_each(context, parameter, element, state.sum);
    parameter.bump_version();
  }

  // Only the rows that the gradient has.
  static Status update_sparse(const StepContext& context, Parameter& parameter, State& state,
                              const Options& options) {
    const float rate = next_rate(state, options);
    if (options.weight_decay != 0.0) {
      return Error{ErrorCode::kInvalidArgument, "",
                   "weight_decay option is not compatible with sparse gradients"};
    }
    const auto eps = static_cast<float>(options.eps);

    const auto element = [=](const auto& probe, float& value, float g, float& sum) {
      sum += g * g;
      probe.symbol(kGradient, g);
      probe.symbol(kRate, -rate);
      value = probe.add(kStep, value, g / (std::sqrt(sum) + eps) * rate);
    };
    const RowSlices slices =
        state.coalesce(parameter.sparse_grad(), options.maximize ? -1.0F : 1.0F);
    sparse_update::for_each(context, parameter, slices, element, state.sum);
    parameter.bump_version();
    return {};
  }

 private:
  // Counts the step; the learning rate of it, negative.
  static float next_rate(State& state, const Options& options) {
    state.step += 1.0F;
    const double past_steps = static_cast<double>(state.step) - 1.0;
    return static_cast<float>(-(options.lr / (1.0 + past_steps * options.lr_decay)));
  }
};

}  // namespace

OptimizerInfo adagrad_info() { return describe_optimizer<Adagrad>(); }

}  // namespace steplab
