// SPDX-License-Identifier: MIT
// Gradient descent that goes down each gradient to the first minimum: what the best of all learning
// rates, found anew in each step, would do.
#include <string>
#include <vector>

#include "optim/conjugate_directions.hpp"
#include "optim/families.hpp"
#include "optim/flat_step.hpp"
#include "optim/line_search_python.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"

namespace steplab {
namespace {

struct ExactLineSearch {
  static constexpr std::string_view kName = "ExactLineSearch";
  static constexpr std::string_view kPytorchClass = {};
  static constexpr std::string_view kFamily = families::kContrast;
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("the closed form on a quadratic, in double precision");
  static constexpr std::string_view kAgreement = agreement::kWithin1e5;
  static constexpr bool kNeedsClosure = true;
  static constexpr std::string_view kOneGroup =
      "ExactLineSearch doesn't support per-parameter options (parameter groups)";
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Gradient descent with the best learning rate of all, searched for anew in every step. Shows "
      "why that is not enough: each step is at right angles to the last and zigzags in a valley. "
      "A step computes the gradient once, and once more for each trial along it, two to max_eval "
      "times.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "J. Nocedal, S. J. Wright: Numerical Optimization, 2nd edition, section 3.3, 2006; "
      "https://doi.org/10.1007/978-0-387-40065-5");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
g_t &= \nabla f(\theta_{t-1}) \\
\alpha_t &= \operatorname*{arg\,min}_{\alpha > 0} f(\theta_{t-1} - \alpha\,g_t) \\
\theta_t &= \theta_{t-1} - \alpha_t\,g_t
\end{aligned})");
  static constexpr auto kPythonText =
      with_line_search(R"(class ExactLineSearch(torch.optim.Optimizer):
    """Gradient descent to the first minimum along each gradient."""

    def __init__(self, params, tolerance=1e-4, max_eval=20):
        super().__init__(params, dict(tolerance=tolerance, max_eval=max_eval))
        self.step_size = 0.0
)",
                       R"(
    def step(self, closure):
        loss = closure()
        params = [p for p in self.param_groups[0]["params"] if p.grad is not None]
        if not params:
            return loss
        start = torch.cat([p.detach().reshape(-1) for p in params]).double()
        gradient = self._gradient(params)
        squares = float(gradient @ gradient)
        if not 0 < squares < float("inf") or not abs(loss) < float("inf"):
            return loss

        def trial(step):
            self._write(params, start - step * gradient)
            value = float(closure())
            return step, value, float(self._gradient(params) @ -gradient)

        first = self.step_size if self.step_size > 0 else min(1.0, squares**-0.5)
        tolerance = self.param_groups[0]["tolerance"]
        self.step_size = self._search(trial, (0.0, float(loss), -squares), first, min(1e-4, tolerance), tolerance)[0]
        self._write(params, start - self.step_size * gradient)
        return loss
)");

  static constexpr std::string_view kPython = {kPythonText.data(), kPythonText.size()};

  struct Options {
    double tolerance = 1e-4;
    double max_eval = 20.0;
  };

  struct State {
    double step_size = 0.0;
    std::int64_t evaluations = 0;
    std::int64_t gradient_evaluations = 0;
    // Used within a step.
    std::vector<float> point, gradient, start, trial_gradient, direction, previous_gradient;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(tolerance),
         {},
         1e-7,
         0.5,
         HyperScale::kLogarithmic,
         STEPLAB_TEXT("How exact: the share of the slope that may be left where a step ends.")},
        {STEPLAB_HYPER(max_eval),
         {},
         1.0,
         100.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("How often the gradient is computed along one direction at most.")},
    };
    return kFields;
  }

  static std::span<const StateField> state_fields() {
    static constexpr StateField kFields[] = {
        {STEPLAB_STATE(step_size), STEPLAB_TEXT("\\alpha_t"),
         STEPLAB_TEXT("The learning rate that was best; the next search starts with it.")},
        {STEPLAB_STATE(evaluations), {}, flat_step::kEvaluationsDoc},
        {STEPLAB_STATE(gradient_evaluations), {}, flat_step::kGradientEvaluationsDoc},
    };
    return kFields;
  }

  enum Symbol : unsigned { kGradient, kStepSize, kMove };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("g_t"), STEPLAB_TEXT("The gradient.")},
        {STEPLAB_TEXT("\\alpha_t"), STEPLAB_TEXT("The best learning rate along it.")},
        {STEPLAB_TEXT("-\\alpha_t\\,g_t"), STEPLAB_TEXT("The step to the minimum.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    return rules::all(rules::positive("tolerance", "tolerance", options.tolerance),
                      rules::count("max_eval", options.max_eval, 1.0));
  }

  static void allocate_span(State& state, std::size_t elements, const Options&) {
    flat_step::assign_zeros(elements, state.point, state.gradient, state.start,
                            state.trial_gradient, state.direction, state.previous_gradient);
  }

  static void move(FlatParameters& flat, const flat_step::Start& start, State& state,
                   const Options& options, Inspector* inspector) {
    using flat_step::first;
    const std::size_t n = start.point.size();
    ConjugateStep<float>::Memory memory{first(state.direction, n),
                                        first(state.previous_gradient, n), 0, state.step_size, 0.0};
    ConjugateStep<float> descent(flat, {first(state.start, n), first(state.trial_gradient, n)});
    descent.move(start.point, start.loss, start.gradient, memory, 1.0,
                 {std::min(1e-4, options.tolerance), options.tolerance, options.max_eval});
    state.step_size = memory.step_size;

    if (!(state.step_size > 0.0)) return;
    flat_step::tell(inspector, flat, state.start, state.point, kMove,
                    [&](Inspector& watcher, std::size_t place) {
                      watcher.symbol(kGradient, static_cast<double>(state.gradient[place]));
                      watcher.symbol(kStepSize, state.step_size);
                    });
  }

  template <class Groups>
  static Status step(Groups& groups, const StepContext& context) {
    return flat_step::take_with_gradient(groups, context, &move);
  }
};

}  // namespace

OptimizerInfo exact_line_search_info() { return describe_optimizer<ExactLineSearch>(); }

}  // namespace steplab
