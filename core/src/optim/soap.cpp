// SPDX-License-Identifier: MIT
// SOAP, after the authors' code (nikhilvyas/SOAP). merge_dims and normalize_grads are not offered:
// StepLab's weights have at most two axes.
//
// Decompositions take memory every precondition_frequency steps.
#include <string>
#include <vector>

#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/matrix_modes.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"
#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

struct Soap {
  static constexpr std::string_view kName = "SOAP";
  static constexpr std::string_view kFamily = families::kMatrix;
  static constexpr std::string_view kPytorchClass = {};
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("the authors' formula, in PyTorch 2.13.0");
  static constexpr std::string_view kAgreement = agreement::kWithin1e3;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Adam in the axes in which Shampoo would precondition: the gradient is turned "
      "there, and the step turned back.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "N. Vyas, D. Morwani, R. Zhao, I. Shapira, D. Brandfonbrener, L. Janson, S. "
      "Kakade: SOAP: Improving and Stabilizing Shampoo using Adam, ICLR 2025; "
      "https://arxiv.org/abs/2409.11321");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
G_t &= \nabla f(\theta_{t-1}), \qquad G_t' = Q_L^\top G_t\, Q_R \\
m_t &= \beta_1 m_{t-1} + (1-\beta_1)\,G_t \\
v_t &= \beta_2 v_{t-1} + (1-\beta_2)\,G_t'^{\,2} \\
U_t &= Q_L \bigl( Q_L^\top m_t\, Q_R / (\sqrt{v_t}+\epsilon) \bigr) Q_R^\top \\
\theta_t' &= \theta_{t-1} - \gamma\,\tfrac{\sqrt{1-\beta_2^t}}{1-\beta_1^t}\,U_t \\
\theta_t &= \theta_t' - \gamma\lambda\,\theta_t' \\
L_t &= \beta L_{t-1} + (1-\beta)\,G_t G_t^\top, \qquad R_t = \beta R_{t-1} + (1-\beta)\,G_t^\top G_t
\end{aligned})");
  static constexpr std::string_view kPython = STEPLAB_PYTHON(R"(class SOAP(torch.optim.Optimizer):
    """SOAP (Vyas et al., 2025)."""

    def __init__(self, params, lr=3e-3, betas=(0.95, 0.95), shampoo_beta=-1.0, eps=1e-8, weight_decay=0.01,
                 precondition_frequency=10, max_precond_dim=10000, precondition_1d=False, correct_bias=True):
        defaults = dict(lr=lr, betas=betas, shampoo_beta=shampoo_beta, eps=eps, weight_decay=weight_decay,
                        precondition_frequency=precondition_frequency, max_precond_dim=max_precond_dim,
                        precondition_1d=precondition_1d, correct_bias=correct_bias)
        super().__init__(params, defaults)

    @staticmethod
    def rotate(tensor, state, back=False):
        for axis, basis in state["bases"].items():
            matrix = basis if back else basis.T
            tensor = torch.tensordot(matrix, tensor, dims=([1], [axis])).movedim(0, axis)
        return tensor

    def update_grams(self, grad, state, beta):
        for axis, gram in state["grams"].items():
            unfolded = grad.movedim(axis, 0).reshape(gram.shape[0], -1)
            gram.lerp_(unfolded @ unfolded.T, 1 - beta)

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            shampoo_beta = group["shampoo_beta"] if group["shampoo_beta"] >= 0 else beta2
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if not state:
                    axes = range(p.ndim) if p.ndim > 1 or group["precondition_1d"] else []
                    state["step"] = 0
                    state["exp_avg"], state["exp_avg_sq"] = torch.zeros_like(p), torch.zeros_like(p)
                    state["grams"] = {axis: torch.zeros(p.shape[axis], p.shape[axis]) for axis in axes
                                      if p.shape[axis] <= group["max_precond_dim"]}
                    self.update_grams(p.grad, state, shampoo_beta)
                    state["bases"] = {axis: torch.linalg.eigh(gram)[1].flip(1)
                                      for axis, gram in state["grams"].items()}
                    continue
                state["step"] += 1
                projected = self.rotate(p.grad, state)
                state["exp_avg"].mul_(beta1).add_(p.grad, alpha=1 - beta1)
                state["exp_avg_sq"].mul_(beta2).add_(projected.square(), alpha=1 - beta2)
                direction = self.rotate(state["exp_avg"], state) / (state["exp_avg_sq"].sqrt() + group["eps"])
                size = group["lr"]
                if group["correct_bias"]:
                    size *= (1 - beta2 ** state["step"]) ** 0.5 / (1 - beta1 ** state["step"])
                p.add_(self.rotate(direction, state, back=True), alpha=-size)
                if group["weight_decay"] > 0:
                    p.add_(p, alpha=-group["lr"] * group["weight_decay"])
                self.update_grams(p.grad, state, shampoo_beta)
                if state["step"] % group["precondition_frequency"] == 0:
                    for axis, gram in state["grams"].items():
                        basis = state["bases"][axis]
                        order = torch.argsort(torch.diag(basis.T @ gram @ basis), descending=True)
                        state["exp_avg_sq"] = state["exp_avg_sq"].index_select(axis, order)
                        state["bases"][axis] = torch.linalg.qr(gram @ basis[:, order])[0]
)");

  struct Options {
    double lr = 3e-3;
    std::array<double, 2> betas = {0.95, 0.95};
    double shampoo_beta = -1.0;
    double eps = 1e-8;
    double weight_decay = 0.01;
    double precondition_frequency = 10.0;
    double max_precond_dim = 10000.0;
    bool precondition_1d = false;
    bool correct_bias = true;
  };

  // The reference's lists GG and Q lie in one tensor each, one matrix after the other; an axis that
  // is not preconditioned has none.
  struct State {
    float step = 0.0F;
    StateTensor exp_avg;
    StateTensor exp_avg_sq;
    StateTensor GG;
    StateTensor Q;
    Tensor direction;
    Tensor scratch;
    std::vector<std::size_t> order;
    Shape shape;
    std::vector<bool> is_preconditioned;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-5, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("Learning rate γ: about how far every turned axis moves in a step.")},
        {STEPLAB_HYPER(betas), STEPLAB_TEXT("\\beta_1,\\beta_2"), 0.0, 0.9999, HyperScale::kLinear,
         STEPLAB_TEXT("β₁, β₂: how much of the mean and of the mean square survives a step.")},
        {STEPLAB_HYPER(shampoo_beta), STEPLAB_TEXT("\\beta"), -1.0, 0.9999, HyperScale::kLinear,
         STEPLAB_TEXT("β: how much of L and R survives a step; below 0 it is β₂.")},
        {STEPLAB_HYPER(eps), STEPLAB_TEXT("\\epsilon"), 1e-10, 1e-2, HyperScale::kLogarithmic,
         STEPLAB_TEXT("ε: added to the denominator, so that tiny gradients are not blown up.")},
        {STEPLAB_HYPER(weight_decay), STEPLAB_TEXT("\\lambda"), 0.0, 1.0, HyperScale::kLinear,
         STEPLAB_TEXT("λ: shrinks the parameters after the step.")},
        {STEPLAB_HYPER(precondition_frequency),
         {},
         1.0,
         100.0,
         HyperScale::kLogarithmic,
         STEPLAB_TEXT("How many steps the axes serve before they are turned anew.")},
        {STEPLAB_HYPER(max_precond_dim),
         {},
         1.0,
         10000.0,
         HyperScale::kLogarithmic,
         STEPLAB_TEXT("Axes longer than this are left as they are.")},
        {STEPLAB_HYPER(precondition_1d),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Turns vectors (biases) too; otherwise they have plain Adam.")},
        {STEPLAB_HYPER(correct_bias),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Corrects the running means' bias towards zero, as Adam does.")},
    };
    return kFields;
  }

  static std::span<const StateField> state_fields() {
    static constexpr StateField kFields[] = {
        {STEPLAB_STATE(step), STEPLAB_TEXT("t"),
         STEPLAB_TEXT("t: how many updates this parameter has had; the first gradient only sets "
                      "the axes.")},
        {STEPLAB_STATE(exp_avg), STEPLAB_TEXT("m_t"),
         STEPLAB_TEXT("m: the running mean of gradients.")},
        {STEPLAB_STATE(exp_avg_sq), STEPLAB_TEXT("v_t"),
         STEPLAB_TEXT("v: the running mean of squared gradients along the turned axes.")},
        {STEPLAB_STATE(GG), STEPLAB_TEXT("L_t"),
         STEPLAB_TEXT("L, R: the running means of products of gradients along each axis.")},
        {STEPLAB_STATE(Q), STEPLAB_TEXT("Q_L"),
         STEPLAB_TEXT("The turned axes: eigenvectors of L "
                      "and R.")},
    };
    return kFields;
  }

  enum Symbol : unsigned { kDirection, kStep, kDecay };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("U_t"), STEPLAB_TEXT("Adam's direction, turned back.")},
        {STEPLAB_TEXT("-\\gamma\\,\\tfrac{\\sqrt{1-\\beta_2^t}}{1-\\beta_1^t}\\,U_t"),
         STEPLAB_TEXT("The step.")},
        {STEPLAB_TEXT("-\\gamma\\lambda\\,\\theta_t'"), STEPLAB_TEXT("The decay, after the step.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    return rules::all(
        rules::not_negative("lr", "learning rate", options.lr),
        rules::not_negative("eps", "epsilon value", options.eps),
        rules::betas_below_one(options.betas),
        rules::not_negative("weight_decay", "weight_decay value", options.weight_decay),
        options.precondition_frequency < 1.0
            ? Status(invalid_hyper("precondition_frequency",
                                   "precondition_frequency must be at least 1, got " +
                                       to_python(options.precondition_frequency)))
            : Status());
  }

  static void allocate_state(State& state, const Parameter& parameter, const Options& group) {
    state.shape = parameter.shape();
    std::size_t elements = 0;
    std::size_t longest = 0;
    state.is_preconditioned.clear();
    for (const std::size_t size : state.shape) {
      const bool fits = static_cast<double>(size) <= group.max_precond_dim;
      const bool wanted = state.shape.size() > 1 || group.precondition_1d;
      state.is_preconditioned.push_back(fits && wanted);
      if (!state.is_preconditioned.back()) continue;
      elements += size * size;
      longest = std::max(longest, size);
    }
    for (StateTensor* tensor : {&state.exp_avg, &state.exp_avg_sq}) tensor->allocate(state.shape);
    state.GG.allocate({elements});
    state.Q.allocate({elements});
    state.direction = Tensor(state.shape);
    state.scratch = Tensor(state.shape);
    state.order.resize(longest);
  }

  // Q comes into being with the first gradient, which moves nothing.
  static void create_state(State& state, const Options&, const Options&) {
    for (StateTensor* tensor : {&state.exp_avg, &state.exp_avg_sq, &state.GG}) tensor->create();
  }

  // visit(axis, size, gram, basis) for every preconditioned axis.
  template <class Visit>
  static void for_each_axis(State& state, Visit visit) {
    std::size_t offset = 0;
    for (std::size_t axis = 0; axis < state.shape.size(); ++axis) {
      if (!state.is_preconditioned[axis]) continue;
      const std::size_t size = state.shape[axis];
      visit(axis, size, state.GG.span().subspan(offset, size * size),
            state.Q.span().subspan(offset, size * size));
      offset += size * size;
    }
  }

  static void rotate(State& state, std::span<float> tensor, bool back) {
    for_each_axis(state, [&](std::size_t axis, std::size_t, std::span<float>, auto basis) {
      matrix_modes::apply(basis, !back, tensor, state.scratch.span(), state.shape, axis);
    });
  }

  static void update_grams(State& state, std::span<const float> grad, const Options& options) {
    const double beta = options.shampoo_beta >= 0.0 ? options.shampoo_beta : options.betas[1];
    for_each_axis(state, [&](std::size_t axis, std::size_t, std::span<float> gram, auto) {
      matrix_modes::accumulate_gram(gram, grad, state.shape, axis, beta, 1.0 - beta);
    });
  }

  static void refine_bases(State& state) {
    for_each_axis(state, [&](std::size_t axis, std::size_t size, std::span<float> gram,
                             std::span<float> basis) {
      const std::span<std::size_t> order = std::span<std::size_t>(state.order).first(size);
      matrix_modes::refine_basis(gram, size, basis, order);
      matrix_modes::permute(order, state.exp_avg_sq.span(), state.scratch.span(), state.shape,
                            axis);
    });
  }

  static void update(const StepContext& context, Parameter& parameter, State& state,
                     const Options& options) {
    const std::span<const float> grad = parameter.grad().span();
    if (!state.Q.exists()) {
      state.Q.create();
      update_grams(state, grad, options);
      for_each_axis(state, [](std::size_t, std::size_t size, auto gram, std::span<float> basis) {
        matrix_modes::eigenvectors(gram, size, basis);
      });
      return;
    }
    state.step += 1.0F;
    find_direction(state, grad, options);
    move(context, parameter, state, options);
    update_grams(state, grad, options);
    const auto every = static_cast<std::uint64_t>(options.precondition_frequency);
    if (static_cast<std::uint64_t>(state.step) % every == 0) refine_bases(state);
  }

  // Leaves U in state.direction.
  static void find_direction(State& state, std::span<const float> grad, const Options& options) {
    const std::span<float> direction = state.direction.span();
    const auto first_decay = static_cast<float>(options.betas[0]);
    const auto first_weight = static_cast<float>(1.0 - options.betas[0]);
    const auto second_decay = static_cast<float>(options.betas[1]);
    const auto second_weight = static_cast<float>(1.0 - options.betas[1]);
    const auto eps = static_cast<float>(options.eps);

    std::copy(grad.begin(), grad.end(), direction.begin());
    rotate(state, direction, false);
    for (std::size_t i = 0; i < direction.size(); ++i) {
      float& mean_square = state.exp_avg_sq.data()[i];
      mean_square =
          elementwise::axpy(mean_square * second_decay, direction[i] * direction[i], second_weight);
      float& mean = state.exp_avg.data()[i];
      mean = elementwise::axpy(mean * first_decay, grad[i], first_weight);
    }
    std::copy(state.exp_avg.values().begin(), state.exp_avg.values().end(), direction.begin());
    rotate(state, direction, false);
    for (std::size_t i = 0; i < direction.size(); ++i) {
      direction[i] /= std::sqrt(state.exp_avg_sq.data()[i]) + eps;
    }
    rotate(state, direction, true);
  }

  static void move(const StepContext& context, Parameter& parameter, State& state,
                   const Options& options) {
    double size = options.lr;
    if (options.correct_bias) {
      const auto t = static_cast<std::uint64_t>(state.step);
      size = size * std::sqrt(1.0 - exact_powi(options.betas[1], t)) /
             (1.0 - exact_powi(options.betas[0], t));
    }
    const auto rate = static_cast<float>(-size);
    const bool decays = options.weight_decay > 0.0;
    const auto decay = static_cast<float>(-options.lr * options.weight_decay);
    std::span<float> direction = state.direction.span();
    const auto element = [=](const auto& probe, float& value, float, float& along) {
      probe.symbol(kDirection, along);
      value = probe.add(kStep, value, along * rate);
      if (decays) value = probe.add(kDecay, value, value * decay);
    };
    elementwise::for_each(context, parameter, element, direction);
    parameter.bump_version();
    if (decays) parameter.bump_version();
  }
};

}  // namespace

OptimizerInfo soap_info() { return describe_optimizer<Soap>(); }

}  // namespace steplab
