// SPDX-License-Identifier: MIT
// Nonlinear conjugate gradients: what remembering one direction buys over gradient descent.
#include <optional>
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

struct NonlinearCG {
  static constexpr std::string_view kName = "NonlinearCG";
  static constexpr std::string_view kPytorchClass = {};
  static constexpr std::string_view kFamily = families::kContrast;
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("scipy.optimize.minimize(method='CG') of scipy 1.17.1");
  static constexpr std::string_view kAgreement = STEPLAB_TEXT("the same minimisers");
  static constexpr bool kNeedsClosure = true;
  static constexpr std::string_view kOneGroup =
      "NonlinearCG doesn't support per-parameter options (parameter groups)";
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Momentum that needs no tuning: each direction is bent so that it does not undo the last "
      "one, "
      "and a line search finds how far to go. A step computes the gradient once, and once more for "
      "each trial along the direction, one to max_eval times. Wants the whole data set: with "
      "mini-batches the remembered gradient is another function's.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "E. Polak, G. Ribière: Note sur la convergence de méthodes de directions conjuguées, 1969; "
      "http://www.numdam.org/item/M2AN_1969__3_1_35_0");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
g_t &= \nabla f(\theta_{t-1}) \\
\beta_t &= \max\Bigl(0,\ \frac{g_t^\top (g_t - g_{t-1})}{g_{t-1}^\top g_{t-1}}\Bigr) \\
d_t &= -g_t + \beta_t\,d_{t-1} \\
\alpha_t &: f(\theta_{t-1} + \alpha_t d_t) \le f(\theta_{t-1}) + c_1 \alpha_t\,g_t^\top d_t, \quad
\lvert \nabla f(\theta_{t-1} + \alpha_t d_t)^\top d_t \rvert \le c_2 \lvert g_t^\top d_t \rvert \\
\theta_t &= \theta_{t-1} + \alpha_t\,d_t
\end{aligned})");
  static constexpr auto kPythonText = with_line_search(R"(class NonlinearCG(torch.optim.Optimizer):
    """Conjugate gradients of Polak and Ribière (1969), with restarts."""

    def __init__(self, params, c1=1e-4, c2=0.1, restart=None, max_eval=20):
        super().__init__(params, dict(c1=c1, c2=c2, restart=restart, max_eval=max_eval))
        self.ids, self.since_restart, self.step_size, self.slope = [], 0, 0.0, 0.0
)",
                                                       R"(
    def step(self, closure):
        loss, group = closure(), self.param_groups[0]
        params = [p for p in group["params"] if p.grad is not None]
        if not params:
            return loss
        if self.ids != [id(p) for p in params]:
            self.ids, self.since_restart = [id(p) for p in params], 0
        start = torch.cat([p.detach().reshape(-1) for p in params]).double()
        gradient = self._gradient(params)
        squares = float(gradient @ gradient)
        if not 0 < squares < float("inf") or not abs(loss) < float("inf"):
            self.since_restart, self.step_size = 0, 0.0
            return loss
        beta = 0.0
        if 0 < self.since_restart < (group["restart"] or len(gradient)):
            beta = max(0.0, float(gradient @ (gradient - self.previous) / (self.previous @ self.previous)))
        direction = (beta * self.direction - gradient if beta else -gradient).float().double()
        if not gradient @ direction < 0:
            beta, direction = 0.0, -gradient
        slope = float(gradient @ direction)
        self.since_restart = self.since_restart + 1 if beta else 1

        def trial(step):
            self._write(params, start + step * direction)
            value = float(closure())
            return step, value, float(self._gradient(params) @ direction)

        first = self.step_size * (self.slope / slope)
        first = first if first > 0 else min(1.0, squares**-0.5)
        self.step_size = self._search(trial, (0.0, float(loss), slope), first, group["c1"], group["c2"])[0]
        self.slope, self.direction, self.previous = slope, direction, gradient
        if self.step_size == 0:
            self.since_restart = 0
        self._write(params, start + self.step_size * direction)
        return loss
)");

  static constexpr std::string_view kPython = {kPythonText.data(), kPythonText.size()};

  struct Options {
    double c1 = 1e-4;
    double c2 = 0.1;
    std::optional<double> restart;
    double max_eval = 20.0;
  };

  struct State {
    StateTensor direction;
    StateTensor prev_grad;
    double step_size = 0.0;
    double slope = 0.0;
    std::int64_t since_restart = 0;
    std::int64_t layout = 0;
    std::int64_t evaluations = 0;
    std::int64_t gradient_evaluations = 0;
    // Used within a step.
    std::vector<float> point, gradient, start, trial_gradient;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(c1), STEPLAB_TEXT("c_1"), 1e-6, 0.5, HyperScale::kLogarithmic,
         STEPLAB_TEXT("c₁: the share of what the slope promised that the loss must fall by.")},
        {STEPLAB_HYPER(c2), STEPLAB_TEXT("c_2"), 1e-4, 0.9, HyperScale::kLogarithmic,
         STEPLAB_TEXT("c₂: the share of the slope that may be left; small is an exact search.")},
        {STEPLAB_HYPER(restart),
         {},
         1.0,
         100.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("After how many steps the direction is −g again; None: as many as there are "
                      "parameters.")},
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
        {STEPLAB_STATE(direction), STEPLAB_TEXT("d_t"),
         STEPLAB_TEXT("d: the last direction, of all parameters in one row.")},
        {STEPLAB_STATE(prev_grad), STEPLAB_TEXT("g_{t-1}"),
         STEPLAB_TEXT("The last gradient, likewise.")},
        {STEPLAB_STATE(step_size), STEPLAB_TEXT("\\alpha_t"),
         STEPLAB_TEXT("α: how far along d the last step went.")},
        {STEPLAB_STATE(slope),
         {},
         STEPLAB_TEXT("The loss's slope along d where the last step began: says what the next may "
                      "gain.")},
        {STEPLAB_STATE(since_restart),
         {},
         STEPLAB_TEXT("Steps since d was last −g; 0 has it be −g next.")},
        {STEPLAB_STATE(layout), {}, flat_step::kLayoutDoc},
        {STEPLAB_STATE(evaluations), {}, flat_step::kEvaluationsDoc},
        {STEPLAB_STATE(gradient_evaluations), {}, flat_step::kGradientEvaluationsDoc},
    };
    return kFields;
  }

  enum Symbol : unsigned { kGradient, kBeta, kDirection, kStepSize, kMove };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("g_t"), STEPLAB_TEXT("The gradient.")},
        {STEPLAB_TEXT("\\beta_t"), STEPLAB_TEXT("How much of the last direction is kept.")},
        {STEPLAB_TEXT("d_t"), STEPLAB_TEXT("The direction.")},
        {STEPLAB_TEXT("\\alpha_t"), STEPLAB_TEXT("How far the line search went along it.")},
        {STEPLAB_TEXT("\\alpha_t\\,d_t"), STEPLAB_TEXT("The step.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    const bool is_ordered = 0.0 < options.c1 && options.c1 < options.c2 && options.c2 < 1.0;
    return rules::all(is_ordered
                          ? Status()
                          : Status(invalid_hyper(
                                "c1", "Invalid c1 and c2 values: " + to_python(options.c1) + ", " +
                                          to_python(options.c2) + "; 0 < c1 < c2 < 1 is needed")),
                      options.restart ? rules::count("restart", *options.restart, 1.0) : Status(),
                      rules::count("max_eval", options.max_eval, 1.0));
  }

  static void allocate_span(State& state, std::size_t elements, const Options&) {
    state.direction.allocate({elements});
    state.prev_grad.allocate({elements});
    flat_step::assign_zeros(elements, state.point, state.gradient, state.start,
                            state.trial_gradient);
  }

  static void move(FlatParameters& flat, const flat_step::Start& start, State& state,
                   const Options& options, Inspector* inspector) {
    using flat_step::first;
    const std::size_t n = start.point.size();
    const bool is_same = state.layout == flat.layout();
    state.layout = flat.layout();
    ConjugateStep<float>::Memory memory{
        first(state.direction.span(), n), first(state.prev_grad.span(), n),
        is_same ? state.since_restart : 0, state.step_size, state.slope};
    ConjugateStep<float> descent(flat, {first(state.start, n), first(state.trial_gradient, n)});
    descent.move(start.point, start.loss, start.gradient, memory,
                 options.restart.value_or(static_cast<double>(n)),
                 {options.c1, options.c2, options.max_eval});
    state.step_size = memory.step_size;
    state.slope = memory.slope;
    state.since_restart = memory.since_restart;

    if (!(state.step_size > 0.0)) return;
    flat_step::tell(inspector, flat, state.start, state.point, kMove,
                    [&](Inspector& watcher, std::size_t place) {
                      watcher.symbol(kGradient, static_cast<double>(state.gradient[place]));
                      watcher.symbol(kBeta, descent.beta());
                      watcher.symbol(kDirection, static_cast<double>(memory.direction[place]));
                      watcher.symbol(kStepSize, state.step_size);
                    });
  }

  template <class Groups>
  static Status step(Groups& groups, const StepContext& context) {
    return flat_step::take_with_gradient(groups, context, &move);
  }
};

}  // namespace

OptimizerInfo nonlinear_cg_info() { return describe_optimizer<NonlinearCG>(); }

}  // namespace steplab
