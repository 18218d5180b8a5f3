// SPDX-License-Identifier: MIT
// Newton's method with damping: what the curvature buys, and what it costs.
#include <string>
#include <vector>

#include "optim/damped_newton.hpp"
#include "optim/families.hpp"
#include "optim/flat_step.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"

namespace steplab {
namespace {

struct Newton {
  static constexpr std::string_view kName = "Newton";
  static constexpr std::string_view kPytorchClass = {};
  static constexpr std::string_view kFamily = families::kContrast;
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("scipy.optimize.minimize(method='trust-exact') of scipy 1.17.1");
  static constexpr std::string_view kAgreement = STEPLAB_TEXT("the same minimisers");
  static constexpr bool kNeedsClosure = true;
  static constexpr std::string_view kOneGroup =
      "Newton doesn't support per-parameter options (parameter groups)";
  /// Twice as many gradients a step, and two such matrices of doubles.
  static constexpr std::size_t kMostElements = 500;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Goes to the minimum of the parabola that fits here: a few steps instead of thousands, at "
      "2n + 1 gradients and an n × n matrix a step for n parameters (500 at most), and the loss "
      "once "
      "more for each length that is tried. The Hessian comes from differences of gradients; where "
      "it "
      "is not positive definite, a multiple of the identity is added.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "J. Nocedal, S. J. Wright: Numerical Optimization, 2nd edition, sections 3.4 and 8.1, 2006; "
      "https://doi.org/10.1007/978-0-387-40065-5");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
g_t &= \nabla f(\theta_{t-1}), \qquad H_t = \nabla^2 f(\theta_{t-1}) \\
d_t &= -(H_t + \mu_t I)^{-1} g_t, \qquad \mu_t \ge \mu \text{ so that } H_t + \mu_t I \succ 0 \\
\alpha_t &= \max \{2^{-k} : f(\theta_{t-1} + 2^{-k} d_t) \le f(\theta_{t-1}) + c_1 2^{-k}\,g_t^\top d_t\} \\
\theta_t &= \theta_{t-1} + \alpha_t\,d_t
\end{aligned})");
  static constexpr std::string_view kPython = STEPLAB_PYTHON(R"(class Newton(torch.optim.Optimizer):
    """Newton's method with a Hessian from differences of gradients, damping and backtracking."""

    def __init__(self, params, damping=0.0, c1=1e-4):
        super().__init__(params, dict(damping=damping, c1=c1))

    def step(self, closure):
        loss, group = float(closure()), self.param_groups[0]
        params = [p for p in group["params"] if p.grad is not None]
        if not params:
            return loss

        def read(tensors):
            return torch.cat([tensor.detach().reshape(-1) for tensor in tensors])

        def write(point):
            with torch.no_grad():
                for p, part in zip(params, point.split([p.numel() for p in params])):
                    p.copy_(part.view_as(p))

        def gradient_at(point):
            write(point)
            closure()
            return read([p.grad for p in params]).double()

        start, gradient = read(params), read([p.grad for p in params]).double()
        hessian = torch.zeros(len(start), len(start), dtype=torch.float64)
        for i in range(len(start)):
            reach = 4.9e-3 * max(1.0, abs(float(start[i])))
            above, below = start.clone(), start.clone()
            above[i], below[i] = float(start[i]) + reach, float(start[i]) - reach
            hessian[:, i] = (gradient_at(above) - gradient_at(below)) / (float(above[i]) - float(below[i]))
        hessian = 0.5 * (hessian + hessian.T)
        write(start)
        if not hessian.isfinite().all():
            return loss
        damping, identity = group["damping"], torch.eye(len(start), dtype=torch.float64)
        largest = float(hessian.diagonal().abs().max())
        factor, fails = torch.linalg.cholesky_ex(hessian + damping * identity)
        while fails:
            damping = max(2 * damping, 1e-3 * largest if largest > 0 else 1e-3)
            factor, fails = torch.linalg.cholesky_ex(hessian + damping * identity)
        direction = -torch.cholesky_solve(gradient[:, None], factor)[:, 0]
        slope, length = float(gradient @ direction), 1.0
        for _ in range(30):
            write(start.double() + length * direction)
            if float(closure()) <= loss + group["c1"] * length * slope:
                return loss
            length *= 0.5
        write(start)
        return loss
)");

  struct Options {
    double damping = 0.0;
    double c1 = 1e-4;
  };

  struct State {
    double damping = 0.0;
    double step_size = 0.0;
    std::int64_t evaluations = 0;
    std::int64_t gradient_evaluations = 0;
    // Used within a step.
    std::vector<float> point, gradient, start, ahead, behind;
    std::vector<double> direction, hessian, factor;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(damping), STEPLAB_TEXT("\\mu"), 1e-6, 1e3, HyperScale::kLogarithmic,
         STEPLAB_TEXT("μ: added to the Hessian's diagonal; the larger, the more the step is like "
                      "gradient descent's.")},
        {STEPLAB_HYPER(c1), STEPLAB_TEXT("c_1"), 1e-6, 0.5, HyperScale::kLogarithmic,
         STEPLAB_TEXT("c₁: the share of what the slope promised that the loss must fall by.")},
    };
    return kFields;
  }

  static std::span<const StateField> state_fields() {
    static constexpr StateField kFields[] = {
        {STEPLAB_STATE(damping), STEPLAB_TEXT("\\mu_t"),
         STEPLAB_TEXT("What the last step had to add to the Hessian's diagonal.")},
        {STEPLAB_STATE(step_size), STEPLAB_TEXT("\\alpha_t"),
         STEPLAB_TEXT("The share of its direction that it went; 0 where nothing was lower.")},
        {STEPLAB_STATE(evaluations), {}, flat_step::kEvaluationsDoc},
        {STEPLAB_STATE(gradient_evaluations), {}, flat_step::kGradientEvaluationsDoc},
    };
    return kFields;
  }

  enum Symbol : unsigned { kGradient, kCurvature, kDamping, kDirection, kStepSize, kMove };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("g_t"), STEPLAB_TEXT("The gradient.")},
        {STEPLAB_TEXT("H_t"), STEPLAB_TEXT("The Hessian's diagonal element: the curvature.")},
        {STEPLAB_TEXT("\\mu_t"), STEPLAB_TEXT("What was added to it.")},
        {STEPLAB_TEXT("d_t"), STEPLAB_TEXT("The direction to the parabola's minimum.")},
        {STEPLAB_TEXT("\\alpha_t"), STEPLAB_TEXT("The share of it that was gone.")},
        {STEPLAB_TEXT("\\alpha_t\\,d_t"), STEPLAB_TEXT("The step.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    return rules::all(
        rules::not_negative("damping", "damping value", options.damping),
        0.0 < options.c1 && options.c1 < 1.0
            ? Status()
            : Status(invalid_hyper("c1", "Invalid c1 value: " + to_python(options.c1))));
  }

  static void allocate_span(State& state, std::size_t elements, const Options&) {
    flat_step::assign_zeros(elements, state.point, state.gradient, state.start, state.ahead,
                            state.behind, state.direction);
    flat_step::assign_zeros(elements * elements, state.hessian, state.factor);
  }

  static void move(FlatParameters& flat, const flat_step::Start& start, State& state,
                   const Options& options, Inspector* inspector) {
    using flat_step::first;
    const std::size_t n = start.point.size();
    NewtonStep<float> newton(
        flat, {first(state.start, n), first(state.ahead, n), first(state.behind, n),
               first(state.direction, n), first(state.hessian, n * n), first(state.factor, n * n)});
    if (n > 0) newton.move(start.point, start.loss, start.gradient, options.damping, options.c1);
    state.damping = newton.damping();
    state.step_size = newton.step_size();

    if (!(state.step_size > 0.0)) return;
    flat_step::tell(inspector, flat, state.start, state.point, kMove,
                    [&](Inspector& watcher, std::size_t place) {
                      watcher.symbol(kGradient, static_cast<double>(state.gradient[place]));
                      watcher.symbol(kCurvature, state.hessian[place * n + place]);
                      watcher.symbol(kDamping, state.damping);
                      watcher.symbol(kDirection, state.direction[place]);
                      watcher.symbol(kStepSize, state.step_size);
                    });
  }

  template <class Groups>
  static Status step(Groups& groups, const StepContext& context) {
    return flat_step::take_with_gradient(groups, context, &move);
  }
};

}  // namespace

OptimizerInfo newton_info() { return describe_optimizer<Newton>(); }

}  // namespace steplab
