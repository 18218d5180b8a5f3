// SPDX-License-Identifier: MIT
// Nelder and Mead's simplex, as scipy.optimize moves it: what can be done without a gradient.
#include <algorithm>
#include <string>
#include <vector>

#include "optim/families.hpp"
#include "optim/flat_step.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"
#include "optim/simplex.hpp"

namespace steplab {
namespace {

struct NelderMead {
  static constexpr std::string_view kName = "NelderMead";
  static constexpr std::string_view kPytorchClass = {};
  static constexpr std::string_view kFamily = families::kContrast;
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("scipy.optimize.minimize(method='Nelder-Mead') of scipy 1.17.1");
  static constexpr std::string_view kAgreement =
      STEPLAB_TEXT("bit for bit in double; parameters here are float32");
  static constexpr bool kNeedsClosure = true;
  static constexpr std::string_view kOneGroup =
      "NelderMead doesn't support per-parameter options (parameter groups)";
  /// As many vertices are kept, each as long.
  static constexpr std::size_t kMostElements = 200;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Walks a simplex of n + 1 points downhill by comparing losses alone: no gradient, and no "
      "backward line needed. A step is one iteration: one or two losses, n more where the simplex "
      "shrinks, and n + 1 more in the first step. Good for two parameters, hopeless for a hundred "
      "(200 are the most), and it wants the whole data set, because it compares losses of "
      "different "
      "steps.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "J. A. Nelder, R. Mead: A Simplex Method for Function Minimization, 1965; "
      "https://doi.org/10.1093/comjnl/7.4.308");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
& f(x_1) \le \dots \le f(x_{n+1}), \qquad \bar x = \tfrac{1}{n} \textstyle\sum_{i=1}^{n} x_i \\
x(\tau) &= \bar x + \tau\,(\bar x - x_{n+1}), \qquad \tau \in \{1,\ 2,\ \tfrac12,\ -\tfrac12\} \\
x_{n+1} &\leftarrow x(\tau) \text{ where that is better, else } x_i \leftarrow x_1 + \tfrac12 (x_i - x_1) \\
\theta_t &= x_1
\end{aligned})");
  static constexpr std::string_view kPython =
      STEPLAB_PYTHON(R"(class NelderMead(torch.optim.Optimizer):
    """Nelder and Mead's simplex (1965), as scipy.optimize moves it."""

    def __init__(self, params, edge=0.05, adaptive=False):
        super().__init__(params, dict(edge=edge, adaptive=adaptive))
        self.simplex = None

    def step(self, closure):
        group = self.param_groups[0]
        params = [p for p in group["params"] if p.requires_grad]
        if not params:
            return None

        def value_at(point):
            with torch.no_grad():
                for p, part in zip(params, point.split([p.numel() for p in params])):
                    p.copy_(part.view_as(p))
            value = float(closure())
            return value if value == value else float("inf")

        def throw(factor):
            point = ((1 + factor) * centre - factor * worst).float()
            return value_at(point), point

        here = torch.cat([p.detach().reshape(-1) for p in params])
        n = len(here)
        expansion, contraction, shrinkage = 2.0, 0.5, 0.5
        if group["adaptive"]:
            expansion, contraction, shrinkage = 1 + 2 / n, 0.75 - 1 / (2 * n), 1 - 1 / n
        if self.simplex is None or not torch.equal(self.simplex[0][1], here):
            vertices = [here.clone() for _ in range(n + 1)]
            for i in range(n):
                vertices[i + 1][i] = (1 + group["edge"]) * float(here[i]) if here[i] else 0.00025
            self.simplex = sorted(((value_at(x), x) for x in vertices), key=lambda vertex: vertex[0])
        simplex = self.simplex
        centre, worst = sum(x.double() for _, x in simplex[:-1]) / n, simplex[-1][1].double()
        reflected = throw(1.0)
        if reflected[0] < simplex[0][0]:
            simplex[-1] = min(reflected, throw(expansion), key=lambda vertex: vertex[0])
        elif reflected[0] < simplex[-2][0]:
            simplex[-1] = reflected
        else:
            is_outside = reflected[0] < simplex[-1][0]
            contracted = throw(contraction if is_outside else -contraction)
            if contracted[0] <= reflected[0] if is_outside else contracted[0] < simplex[-1][0]:
                simplex[-1] = contracted
            else:
                best = simplex[0][1].double()
                for i in range(1, n + 1):
                    x = (best + shrinkage * (simplex[i][1].double() - best)).float()
                    simplex[i] = (value_at(x), x)
        simplex.sort(key=lambda vertex: vertex[0])
        return value_at(simplex[0][1])
)");

  struct Options {
    double edge = 0.05;
    bool adaptive = false;
  };

  struct State {
    StateTensor simplex;
    StateTensor losses;
    std::int64_t layout = 0;
    std::int64_t evaluations = 0;
    // Used within a step.
    std::vector<float> start, reflected, tried;
    std::vector<double> centroid;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(edge),
         {},
         1e-3,
         1.0,
         HyperScale::kLogarithmic,
         STEPLAB_TEXT(
             "By which share of itself the first simplex moves each parameter; one that is "
             "0 moves by 0.00025.")},
        {STEPLAB_HYPER(adaptive),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Stretches and shrinks less the more parameters there are (Gao and Han).")},
    };
    return kFields;
  }

  static std::span<const StateField> state_fields() {
    static constexpr StateField kFields[] = {
        {STEPLAB_STATE(simplex), STEPLAB_TEXT("x_i"),
         STEPLAB_TEXT("The n + 1 vertices, best first, each of all parameters in one row.")},
        {STEPLAB_STATE(losses), STEPLAB_TEXT("f(x_i)"), STEPLAB_TEXT("The losses there.")},
        {STEPLAB_STATE(layout), {}, flat_step::kLayoutDoc},
        {STEPLAB_STATE(evaluations), {}, flat_step::kEvaluationsDoc},
    };
    return kFields;
  }

  enum Symbol : unsigned { kBest, kWorst, kMove };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("f(x_1)"), STEPLAB_TEXT("The loss at the best vertex.")},
        {STEPLAB_TEXT("f(x_{n+1})"), STEPLAB_TEXT("The loss at the worst vertex.")},
        {STEPLAB_TEXT("x_1 - \\theta_{t-1}"),
         STEPLAB_TEXT(
             "From the best vertex before to the best one now; nothing where no better one "
             "was found.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    return rules::positive("edge", "edge", options.edge);
  }

  static void allocate_span(State& state, std::size_t elements, const Options&) {
    state.simplex.allocate({elements + 1, elements});
    state.losses.allocate({elements + 1});
    flat_step::assign_zeros(elements, state.start, state.reflected, state.tried, state.centroid);
  }

  static void move(FlatParameters& flat, State& state, const Options& options,
                   Inspector* inspector) {
    using flat_step::first;
    const std::size_t n = flat.size();
    if (n == 0) return;
    const std::span<float> start = first(state.start, n);
    flat.read_point(start);
    Simplex<float> simplex(
        flat, n, {first(state.simplex.span(), (n + 1) * n), first(state.losses.span(), n + 1)},
        {first(state.centroid, n), first(state.reflected, n), first(state.tried, n)});
    // Whoever moved the parameters since, the simplex is not around them any more.
    const bool is_here = std::equal(start.begin(), start.end(), simplex.best().begin());
    if (state.layout != flat.layout() || !is_here) simplex.start(start, options.edge);
    state.layout = flat.layout();
    simplex.iterate(options.adaptive ? Simplex<float>::adapted(n) : Simplex<float>::Coefficients());
    flat.write(simplex.best());

    flat_step::tell(inspector, flat, start, simplex.best(), kMove,
                    [&](Inspector& watcher, std::size_t) {
                      watcher.symbol(kBest, static_cast<double>(state.losses.span()[0]));
                      watcher.symbol(kWorst, static_cast<double>(state.losses.span()[n]));
                    });
  }

  template <class Groups>
  static Status step(Groups& groups, const StepContext& context) {
    return flat_step::take(groups, context, FlatParameters::Members::kTrainable, &move);
  }
};

}  // namespace

OptimizerInfo nelder_mead_info() { return describe_optimizer<NelderMead>(); }

}  // namespace steplab
