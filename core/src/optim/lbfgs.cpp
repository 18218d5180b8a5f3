// SPDX-License-Identifier: MIT
// torch.optim.LBFGS.
#include <cmath>
#include <string>

#include "optim/families.hpp"
#include "optim/lbfgs_step.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"

namespace steplab {
namespace {

struct Lbfgs {
  static constexpr std::string_view kName = "LBFGS";
  static constexpr std::string_view kPytorchClass = "torch.optim.LBFGS";
  static constexpr std::string_view kFamily = families::kTorchOptim;
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("torch.optim.LBFGS of PyTorch 2.13.0");
  static constexpr std::string_view kAgreement =
      STEPLAB_TEXT("within 1e-5 over the first steps, as often evaluated");
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Estimates the curvature from the last gradients and jumps to where a parabola would have "
      "its minimum; asks for the loss several times a step.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "D. Liu, J. Nocedal: On the Limited Memory BFGS Method for Large Scale Optimization, "
      "Mathematical Programming 45, 1989; https://doi.org/10.1007/BF01589116");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
g_k &= \nabla f(\theta_k) \\
y_k &= g_k - g_{k-1}, \qquad s_k = t_{k-1}\,d_{k-1}, \qquad \rho_k = 1/(y_k^\top s_k) \\
H_k &= (I - \rho_k s_k y_k^\top)\,H_{k-1}\,(I - \rho_k y_k s_k^\top) + \rho_k s_k s_k^\top \\
d_k &= -H_k\,g_k \\
t_k &= \gamma \quad\text{or by line search}, \qquad t_1 = \min(1,\, 1/\lVert g_1\rVert_1)\,\gamma \\
\theta_{k+1} &= \theta_k + t_k\,d_k
\end{aligned})");
  static constexpr bool kNeedsClosure = true;
  static constexpr std::string_view kOneGroup =
      "LBFGS doesn't support per-parameter options (parameter groups)";

  using Options = lbfgs::Options;
  using State = lbfgs::State;

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-3, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("γ: the step length, or where the line search begins; 1 trusts the estimated "
                      "curvature.")},
        {STEPLAB_HYPER(max_iter),
         {},
         1.0,
         100.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("How many directions are tried in a step.")},
        {STEPLAB_HYPER(max_eval),
         {},
         1.0,
         125.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("How many evaluations end a step; None is a quarter more than max_iter.")},
        {STEPLAB_HYPER(tolerance_grad),
         {},
         1e-12,
         1.0,
         HyperScale::kLogarithmic,
         STEPLAB_TEXT("A step ends when no element of the gradient is larger.")},
        {STEPLAB_HYPER(tolerance_change),
         {},
         1e-12,
         1.0,
         HyperScale::kLogarithmic,
         STEPLAB_TEXT("A step ends when neither loss nor any parameter changes by more.")},
        {STEPLAB_HYPER(history_size),
         {},
         1.0,
         200.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("How many of the last changes the estimate of the curvature remembers.")},
        {STEPLAB_HYPER(line_search_fn),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("None always goes the step length; \"strong_wolfe\" searches along the line "
                      "for a point that is low and flat enough."),
         "strong_wolfe"},
    };
    return kFields;
  }

  static std::span<const StateField> state_fields() {
    static constexpr StateField kFields[] = {
        {STEPLAB_STATE(func_evals),
         {},
         STEPLAB_TEXT("How often the loss was asked for, over all steps.")},
        {STEPLAB_STATE(n_iter), STEPLAB_TEXT("k"),
         STEPLAB_TEXT("k: how many directions were tried, over all steps.")},
        {STEPLAB_STATE(d), STEPLAB_TEXT("d_k"), STEPLAB_TEXT("d: the last direction.")},
        {STEPLAB_STATE(t), STEPLAB_TEXT("t_k"), STEPLAB_TEXT("t: the last step length.")},
        {STEPLAB_STATE(old_dirs), STEPLAB_TEXT("y_k"),
         STEPLAB_TEXT("y: the last changes of the gradient.")},
        {STEPLAB_STATE(old_stps), STEPLAB_TEXT("s_k"),
         STEPLAB_TEXT("s: the changes of the parameters that belong to them.")},
        {STEPLAB_STATE(ro), STEPLAB_TEXT("\\rho_k"), STEPLAB_TEXT("ρ: 1/(y·s) of each.")},
        {STEPLAB_STATE(H_diag),
         {},
         STEPLAB_TEXT("The scale from which the estimate of the inverse curvature is built up.")},
        {STEPLAB_STATE(prev_flat_grad), STEPLAB_TEXT("g_{k-1}"),
         STEPLAB_TEXT("The last gradient, of all parameters.")},
        {STEPLAB_STATE(prev_loss), {}, STEPLAB_TEXT("The loss there.")},
    };
    return kFields;
  }

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("g_k"), STEPLAB_TEXT("The gradient where the last direction was taken.")},
        {STEPLAB_TEXT("d_k"), STEPLAB_TEXT("The last direction.")},
        {STEPLAB_TEXT("t_k"), STEPLAB_TEXT("How far along it.")},
        {STEPLAB_TEXT("t_k\\,d_k"), STEPLAB_TEXT("A way along one of the step's directions.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    return rules::all(
        rules::not_negative("lr", "learning rate", options.lr),
        options.history_size <= kLongestHistory
            ? Status()
            : Status(invalid_hyper("history_size", "history_size must be at most 10000, got " +
                                                       rules::as_integer(options.history_size))));
  }

  static void complete(Options& options) {
    if (!options.max_eval) options.max_eval = std::floor(options.max_iter * 5.0 / 4.0);
  }

  // All of it is the group's.
  static void allocate_state(State&, const Parameter&, const Options&) {}

  static void allocate_group(State& state, std::span<Parameter* const> parameters,
                             const Options& options) {
    std::size_t length = 0;
    for (const Parameter* parameter : parameters) length += parameter->value().size();
    const double history = std::fmin(std::fmax(options.history_size, 0.0), kLongestHistory);
    state.allocate(length, static_cast<std::size_t>(history));
  }

  // What a step stores exists from its end on.
  static void create_state(State&, const Options&, const Options&) {}

  template <class Groups>
  static Status step(Groups& groups, const StepContext& context) {
    if (groups.size() != 1) {
      return Error{ErrorCode::kInvalidHyperParameter, "",
                   "Expected exactly one param_group, but got " + std::to_string(groups.size())};
    }
    if (groups.parameters(0).empty()) {
      return Error{ErrorCode::kInvalidHyperParameter, "", "IndexError: list index out of range"};
    }
    const Result<State*> state = groups.ensure_state(0, 0);
    if (!state) return state.error();
    return lbfgs::Step(**state, groups.options(0), groups.parameters(0), context).take();
  }

 private:
  // More would fill the memory long before it helped.
  static constexpr double kLongestHistory = 10000.0;
};

}  // namespace

OptimizerInfo lbfgs_info() { return describe_optimizer<Lbfgs>(); }

}  // namespace steplab
