// SPDX-License-Identifier: MIT
// torch.optim.SparseAdam.
#include <array>
#include <cmath>
#include <cstdint>

#include "optim/families.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"
#include "optim/sparse_update.hpp"
#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

struct SparseAdam {
  static constexpr std::string_view kName = "SparseAdam";
  static constexpr std::string_view kPytorchClass = "torch.optim.SparseAdam";
  static constexpr std::string_view kFamily = families::kTorchOptim;
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("torch.optim.SparseAdam of PyTorch 2.13.0");
  static constexpr std::string_view kAgreement = agreement::kBitForBit;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Adam for gradients of some rows only, such as an embedding's: rows without a gradient keep "
      "their momentum and stay where they are.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "D. Kingma, J. Ba: Adam: A Method for Stochastic Optimization, ICLR 2015; "
      "https://arxiv.org/abs/1412.6980");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
g_t &= \nabla f(\theta_{t-1}) \quad \text{in the rows that have one; only these change} \\
m_t &= m_{t-1} + (1-\beta_1)\,(g_t - m_{t-1}) \\
v_t &= v_{t-1} + (1-\beta_2)\,(g_t^2 - v_{t-1}) \\
\gamma_t &= \gamma\,\sqrt{1-\beta_2^t}\,/\,(1-\beta_1^t) \\
\theta_t &= \theta_{t-1} - \gamma_t\,m_t / (\sqrt{v_t} + \epsilon)
\end{aligned})");

  static constexpr std::string_view kLayoutRefusal =
      "SparseAdam does not support dense gradients, please consider Adam instead";

  struct Options {
    double lr = 1e-3;
    std::array<double, 2> betas = {0.9, 0.999};
    double eps = 1e-8;
    bool maximize = false;
  };

  struct State {
    std::int64_t step = 0;
    StateTensor exp_avg;
    StateTensor exp_avg_sq;
    RowCoalescer coalesce;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-5, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("Learning rate γ: about how far a row with a gradient moves in a step.")},
        {STEPLAB_HYPER(betas), STEPLAB_TEXT("\\beta_1,\\beta_2"), 0.0, 0.9999, HyperScale::kLinear,
         STEPLAB_TEXT("β₁, β₂: how much of the mean and of the mean square survives a step.")},
        {STEPLAB_HYPER(eps), STEPLAB_TEXT("\\epsilon"), 1e-10, 1e-2, HyperScale::kLogarithmic,
         STEPLAB_TEXT("ε: added to the root, before the correction of bias that Adam does first.")},
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
         STEPLAB_TEXT("t: how many steps this parameter had a gradient in, whatever its rows.")},
        {STEPLAB_STATE(exp_avg), STEPLAB_TEXT("m_t"),
         STEPLAB_TEXT("m: the running mean of gradients, of each row over its own.")},
        {STEPLAB_STATE(exp_avg_sq), STEPLAB_TEXT("v_t"),
         STEPLAB_TEXT("v: the running mean of squared gradients.")},
    };
    return kFields;
  }

  enum Symbol : unsigned { kGradient, kRate, kStep };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("g_t"),
         STEPLAB_TEXT("The gradient, its row's slices summed up, negated to climb.")},
        {STEPLAB_TEXT("\\gamma_t"),
         STEPLAB_TEXT("The learning rate with both corrections of bias in it.")},
        {STEPLAB_TEXT("-\\gamma_t\\,m_t/(\\sqrt{v_t}+\\epsilon)"),
         STEPLAB_TEXT("The step: about the learning rate in size.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    return rules::all(rules::positive("lr", "learning rate", options.lr),
                      rules::positive("eps", "epsilon value", options.eps),
                      rules::betas_below_one(options.betas));
  }

  static void allocate_state(State& state, const Parameter& parameter, const Options&) {
    state.exp_avg.allocate(parameter.shape());
    state.exp_avg_sq.allocate(parameter.shape());
    state.coalesce.allocate(parameter.shape(), parameter.sparse_capacity());
  }

  // PyTorch counts before it looks at the next parameter's layout, which may end the step.
  static Status prepare(State& state, const Options&) {
    ++state.step;
    return {};
  }

  static Status update_sparse(const StepContext& context, Parameter& parameter, State& state,
                              const Options& options) {
    const RowSlices slices =
        state.coalesce(parameter.sparse_grad(), options.maximize ? -1.0F : 1.0F);
    if (slices.values.empty()) return {};

    const auto step = static_cast<std::uint64_t>(state.step);
    const double first_correction = 1.0 - exact_powi(options.betas[0], step);
    const double second_correction = 1.0 - exact_powi(options.betas[1], step);
    const double step_size = options.lr * std::sqrt(second_correction) / first_correction;
    const auto rate = static_cast<float>(-step_size);
    const auto first_weight = static_cast<float>(1.0 - options.betas[0]);
    const auto second_weight = static_cast<float>(1.0 - options.betas[1]);
    const auto eps = static_cast<float>(options.eps);

    const auto element = [=](const auto& probe, float& value, float g, float& exp_avg,
                             float& exp_avg_sq) {
      exp_avg += (g - exp_avg) * first_weight;
      exp_avg_sq += (g * g - exp_avg_sq) * second_weight;
      probe.symbol(kGradient, g);
      probe.symbol(kRate, -rate);
      value = probe.add(kStep, value, exp_avg / (std::sqrt(exp_avg_sq) + eps) * rate);
    };
    sparse_update::for_each(context, parameter, slices, element, state.exp_avg, state.exp_avg_sq);
    parameter.bump_version();
    return {};
  }
};

}  // namespace

OptimizerInfo sparse_adam_info() { return describe_optimizer<SparseAdam>(); }

}  // namespace steplab
