// SPDX-License-Identifier: MIT
// CMA-ES: the best that is known without a gradient, for few parameters.
#include <optional>
#include <string>
#include <vector>

#include "base/scattered_seed.hpp"
#include "optim/evolution_strategy.hpp"
#include "optim/families.hpp"
#include "optim/flat_step.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"

namespace steplab {
namespace {

struct CMAES {
  static constexpr std::string_view kName = "CMAES";
  static constexpr std::string_view kPytorchClass = {};
  static constexpr std::string_view kFamily = families::kContrast;
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("cma 4.5.0: how many losses it needs, over 40 seeds");
  static constexpr std::string_view kAgreement = STEPLAB_TEXT("as many losses in the median");
  static constexpr bool kNeedsClosure = true;
  static constexpr std::string_view kOneGroup =
      "CMAES doesn't support per-parameter options (parameter groups)";
  /// A matrix of that size is decomposed in every step.
  static constexpr std::size_t kMostElements = 100;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Draws points from a normal distribution, moves it to the better ones and bends it along the "
      "way they lie: no gradient, and no backward line needed. A step is one generation: λ = 4 + 3 "
      "ln "
      "n losses for n parameters (100 at most), and the parameters are the distribution's mean.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "N. Hansen: The CMA Evolution Strategy: A Tutorial, 2016; https://arxiv.org/abs/1604.00772");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
x_k &= \theta_{t-1} + \sigma_{t-1}\,y_k, \qquad y_k \sim \mathcal{N}(0, C_{t-1}), \qquad f(x_1) \le \dots \le f(x_\lambda) \\
\theta_t &= \theta_{t-1} + \sigma_{t-1}\,\bar y, \qquad \bar y = \textstyle\sum_{k=1}^{\mu} w_k\,y_k \\
p_t^\sigma &= (1-c_\sigma)\,p_{t-1}^\sigma + \sqrt{c_\sigma(2-c_\sigma)\mu_w}\;C_{t-1}^{-1/2}\,\bar y \\
\sigma_t &= \sigma_{t-1} \exp\Bigl(\tfrac{c_\sigma}{d_\sigma}\bigl(\lVert p_t^\sigma\rVert / \chi_n - 1\bigr)\Bigr) \\
p_t &= (1-c_c)\,p_{t-1} + h_t\sqrt{c_c(2-c_c)\mu_w}\;\bar y \\
C_t &= (1-c_1-c_\mu\textstyle\sum_k w_k)\,C_{t-1} + c_1\,p_t p_t^\top + c_\mu \textstyle\sum_k w_k\,y_k y_k^\top
\end{aligned})");
  static constexpr std::string_view kPython = STEPLAB_PYTHON(R"(class CMAES(torch.optim.Optimizer):
    """CMA-ES with active covariance (Hansen, 2016)."""

    def __init__(self, params, sigma=0.5, popsize=None, seed=1):
        super().__init__(params, dict(sigma=sigma, popsize=popsize, seed=seed))
        self.ids, self.evaluations = [], 0

    def _generator(self):
        mask = 2**64 - 1
        z = (int(self.param_groups[0]["seed"]) + (self.evaluations + 1) * 0x9E3779B97F4A7C15) & mask
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return torch.Generator().manual_seed((z ^ (z >> 31)) >> 32)

    def step(self, closure):
        params = [p for p in self.param_groups[0]["params"] if p.requires_grad]
        if not params:
            return None

        def write(point):
            with torch.no_grad():
                for p, part in zip(params, point.split([p.numel() for p in params])):
                    p.copy_(part.view_as(p))

        mean = torch.cat([p.detach().reshape(-1) for p in params]).double()
        n = len(mean)
        size = int(self.param_groups[0]["popsize"] or 4 + 3 * torch.tensor(n).double().log())
        raw = torch.tensor((size + 1) / 2).double().log() - torch.arange(1.0, size + 1).double().log()
        good, bad = raw[: size // 2], raw[size // 2 :]
        parents, losers = float(good.sum() ** 2 / good.square().sum()), float(bad.sum() ** 2 / bad.square().sum())
        cc = (4 + parents / n) / (n + 4 + 2 * parents / n)
        cs = (parents + 2) / (n + parents + 3)
        damping = 1 + 2 * max(0.0, ((parents - 1) / (n + 1)) ** 0.5 - 1) + cs
        c1 = 2 / ((n + 1.3) ** 2 + parents)
        cmu = min(1 - c1, 2 * (0.25 + parents - 2 + 1 / parents) / ((n + 2) ** 2 + parents))
        against = min(1 + c1 / cmu, 1 + 2 * losers / (parents + 2), (1 - c1 - cmu) / (n * cmu))
        weights = torch.cat([good / good.sum(), bad / bad.abs().sum() * against])
        if self.ids != [id(p) for p in params]:
            self.ids = [id(p) for p in params]
            self.covariance, self.sigma = torch.eye(n).double(), self.param_groups[0]["sigma"]
            self.path, self.path_sigma, self.generation = torch.zeros(n).double(), torch.zeros(n).double(), 0

        values, vectors = torch.linalg.eigh(self.covariance)
        values = values.clamp(min=1e-7 * float(values.max())).sqrt()
        root, inverse = (vectors * values) @ vectors.T, (vectors / values) @ vectors.T
        generator, losses, steps = self._generator(), [], []
        for _ in range(size):
            z = torch.cat([torch.randn(1, generator=generator, dtype=torch.float64) for _ in range(n)])
            steps.append(root @ z)
            write(mean + self.sigma * steps[-1])
            loss = float(closure())
            losses.append(loss if loss == loss else float("inf"))
        self.evaluations += size
        order = sorted(range(size), key=losses.__getitem__)
        if losses[order[0]] == float("inf"):
            write(mean)
            return losses[order[0]]
        self.generation += 1
        steps = torch.stack([steps[k] for k in order])
        moved = weights[: size // 2] @ steps[: size // 2]
        write(mean + self.sigma * moved)
        self.path_sigma = (1 - cs) * self.path_sigma + (cs * (2 - cs) * parents) ** 0.5 * (inverse @ moved)
        self.path_sigma = self.path_sigma.float().double()
        length = float(self.path_sigma.norm())
        is_steady = length**2 / (1 - (1 - cs) ** (2 * self.generation)) / n < 2 + 4 / (n + 1)
        self.path = (1 - cc) * self.path + is_steady * (cc * (2 - cc) * parents) ** 0.5 * moved
        self.path = self.path.float().double()
        kept = 1 - c1 - cmu * float(weights.sum()) + (0 if is_steady else c1 * cc * (2 - cc))
        lengths = (steps @ inverse).square().sum(1)
        scaled = torch.where(weights < 0, weights * n / lengths, weights)
        self.covariance = kept * self.covariance + c1 * torch.outer(self.path, self.path)
        self.covariance = (self.covariance + cmu * (steps.T * scaled) @ steps).float().double()
        expected = n**0.5 * (1 - 1 / (4 * n) + 1 / (21 * n**2))
        self.sigma *= float(torch.tensor(min(1.0, cs / damping * (length / expected - 1))).double().exp())
        return losses[order[0]]
)");

  struct Options {
    double sigma = 0.5;
    std::optional<double> popsize;
    double seed = 1.0;
  };

  struct State {
    StateTensor covariance;
    StateTensor path;
    StateTensor path_sigma;
    double sigma = 0.0;
    std::int64_t generation = 0;
    double best = 0.0;
    std::int64_t layout = 0;
    std::int64_t evaluations = 0;
    // Used within a step.
    std::vector<float> start, mean, points;
    std::vector<double> steps, losses, weights, values, vectors, matrix, moved, rotated;
    std::vector<std::size_t> order;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(sigma), STEPLAB_TEXT("\\sigma_0"), 1e-3, 10.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT(
             "σ: the standard deviation of the first generation; a third of the distance to "
             "where the minimum may be.")},
        {STEPLAB_HYPER(popsize), STEPLAB_TEXT("\\lambda"), 4.0, 100.0, HyperScale::kLinear,
         STEPLAB_TEXT(
             "λ: how many points a generation has, set when the optimizer is made; None: 4 "
             "+ 3 ln n.")},
        {STEPLAB_HYPER(seed),
         {},
         0.0,
         1000.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Which random numbers are drawn.")},
    };
    return kFields;
  }

  static std::span<const StateField> state_fields() {
    static constexpr StateField kFields[] = {
        {STEPLAB_STATE(covariance), STEPLAB_TEXT("C_t"),
         STEPLAB_TEXT("C: how the distribution is stretched, of all parameters in one row.")},
        {STEPLAB_STATE(path), STEPLAB_TEXT("p_t"), STEPLAB_TEXT("p: the way the mean has gone.")},
        {STEPLAB_STATE(path_sigma), STEPLAB_TEXT("p_t^\\sigma"),
         STEPLAB_TEXT(
             "p^σ: the same as if the distribution were round; says whether σ is too small.")},
        {STEPLAB_STATE(sigma), STEPLAB_TEXT("\\sigma_t"),
         STEPLAB_TEXT("σ: how wide the distribution is.")},
        {STEPLAB_STATE(generation), {}, STEPLAB_TEXT("Generations since the method began.")},
        {STEPLAB_STATE(best), STEPLAB_TEXT("f(x_1)"),
         STEPLAB_TEXT("The least loss that the last generation drew.")},
        {STEPLAB_STATE(layout), {}, flat_step::kLayoutDoc},
        {STEPLAB_STATE(evaluations), {}, flat_step::kEvaluationsDoc},
    };
    return kFields;
  }

  enum Symbol : unsigned { kSigma, kDeviation, kLoss, kMean, kMove };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("\\sigma_{t-1}"), STEPLAB_TEXT("How wide the distribution was.")},
        {STEPLAB_TEXT("C_{t-1}"),
         STEPLAB_TEXT("Its diagonal element: how far this parameter was stretched.")},
        {STEPLAB_TEXT("f(x_1)"), STEPLAB_TEXT("The least loss that was drawn.")},
        {STEPLAB_TEXT("\\bar y"), STEPLAB_TEXT("The weighted mean of the better half's steps.")},
        {STEPLAB_TEXT("\\sigma_{t-1}\\,\\bar y"), STEPLAB_TEXT("The step of the mean.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    return rules::all(rules::positive("sigma", "sigma", options.sigma),
                      options.popsize ? rules::count("popsize", *options.popsize, 4.0) : Status(),
                      rules::count("seed", options.seed, 0.0));
  }

  static std::size_t population_of(const Options& options, std::size_t n) {
    return options.popsize ? static_cast<std::size_t>(*options.popsize)
                           : default_population(std::max<std::size_t>(n, 1));
  }

  static void allocate_span(State& state, std::size_t n, const Options& options) {
    const std::size_t population = population_of(options, n);
    state.covariance.allocate({n, n});
    state.path.allocate({n});
    state.path_sigma.allocate({n});
    flat_step::assign_zeros(n, state.start, state.mean, state.values, state.moved, state.rotated);
    flat_step::assign_zeros(n * n, state.vectors, state.matrix);
    flat_step::assign_zeros(population, state.losses, state.weights, state.order);
    flat_step::assign_zeros(population * n, state.points, state.steps);
  }

  static void move(FlatParameters& flat, State& state, const Options& options,
                   Inspector* inspector) {
    using flat_step::first;
    const std::size_t n = flat.size();
    if (n == 0) return;
    EvolutionStrategy<float>::Memory memory{
        first(state.covariance.span(), n * n), first(state.path.span(), n),
        first(state.path_sigma.span(), n), state.sigma, state.generation};
    if (state.layout != flat.layout()) {
      EvolutionStrategy<float>::start(memory, n, options.sigma);
    }
    state.layout = flat.layout();
    const std::span<float> mean = first(state.mean, n);
    flat.read_point(mean);
    std::copy(state.mean.begin(), state.mean.end(), state.start.begin());
    const auto watched = flat.watched(inspector);
    const double sigma = memory.sigma;
    const double variance =
        watched ? static_cast<double>(memory.covariance[*watched * n + *watched]) : 0.0;

    // Of fewer parameters, when others are frozen, it is smaller; of more it never is.
    const std::size_t population = std::min(population_of(options, n), state.losses.size());
    EvolutionStrategy<float> strategy(
        flat,
        {first(state.points, population * n), first(state.steps, population * n),
         first(state.losses, population), first(state.order, population),
         first(state.weights, population), first(state.values, n), first(state.vectors, n * n),
         first(state.matrix, n * n), first(state.moved, n), first(state.rotated, n)});
    Generator random(scattered_seed(static_cast<std::uint64_t>(options.seed),
                                    static_cast<std::uint64_t>(state.evaluations)));
    state.best = strategy.evolve(mean, memory, random);
    flat.write(mean);
    state.sigma = memory.sigma;
    state.generation = memory.generation;

    flat_step::tell(inspector, flat, state.start, state.mean, kMove,
                    [&](Inspector& watcher, std::size_t place) {
                      watcher.symbol(kSigma, sigma);
                      watcher.symbol(kDeviation, variance);
                      watcher.symbol(kLoss, state.best);
                      watcher.symbol(kMean, state.moved[place]);
                    });
  }

  template <class Groups>
  static Status step(Groups& groups, const StepContext& context) {
    return flat_step::take(groups, context, FlatParameters::Members::kTrainable, &move);
  }
};

}  // namespace

OptimizerInfo cmaes_info() { return describe_optimizer<CMAES>(); }

}  // namespace steplab
