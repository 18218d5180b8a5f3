// SPDX-License-Identifier: MIT
// Shampoo as pytorch_optimizer.Shampoo has it: the inverse root of a matrix's preconditioners is
// −1/2 and not the paper's −1/4, and momentum mixes in the last preconditioned direction.
//
// Decompositions take memory in each step, which a step of no other optimizer does but SOAP's.
#include <string>
#include <vector>

#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/matrix_modes.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"

namespace steplab {
namespace {

struct Shampoo {
  static constexpr std::string_view kName = "Shampoo";
  static constexpr std::string_view kFamily = families::kMatrix;
  static constexpr std::string_view kPytorchClass = {};
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("Shampoo of pytorch_optimizer 3.9.0");
  static constexpr std::string_view kAgreement =
      STEPLAB_TEXT("within 1e-3 over the first ten steps");
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Adagrad for matrices: each axis of a weight has a matrix that undoes how its "
      "gradients are correlated.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "V. Gupta, T. Koren, Y. Singer: Shampoo: Preconditioned Stochastic Tensor "
      "Optimization, ICML 2018; https://arxiv.org/abs/1802.09568");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
G_t &= (1-\mu)\,\nabla f(\theta_{t-1}) + \mu\,U_{t-1} + \lambda\,\theta_{t-1} \\
L_t &= L_{t-1} + G_t G_t^\top, \qquad L_0 = R_0 = \epsilon I \\
R_t &= R_{t-1} + G_t'^\top G_t', \qquad G_t' = L_t^{-1/2} G_t \\
U_t &= L_t^{-1/2}\, G_t\, R_t^{-1/2} \\
\theta_t &= \theta_{t-1} - \gamma\,U_t
\end{aligned})");
  static constexpr std::string_view kPython =
      STEPLAB_PYTHON(R"(class Shampoo(torch.optim.Optimizer):
    """Shampoo (Gupta et al., 2018) with roots of order -1/dimensions, for parameters of up to two axes."""

    def __init__(self, params, lr=1e-3, momentum=0.0, weight_decay=0.0, preconditioning_compute_steps=1,
                 matrix_eps=1e-6):
        defaults = dict(lr=lr, momentum=momentum, weight_decay=weight_decay,
                        preconditioning_compute_steps=preconditioning_compute_steps, matrix_eps=matrix_eps)
        super().__init__(params, defaults)

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            group["step"] = group.get("step", 0) + 1
            for p in group["params"]:
                if p.grad is None:
                    continue
                state, grad, momentum = self.state[p], p.grad.clone(), group["momentum"]
                if not state:
                    state["momentum_buffer"] = grad.clone()
                    state["grams"] = [group["matrix_eps"] * torch.eye(n) for n in p.shape]
                    state["roots"] = [torch.zeros(n, n) for n in p.shape]
                if momentum > 0:
                    grad.mul_(1 - momentum).add_(state["momentum_buffer"], alpha=momentum)
                if group["weight_decay"] > 0:
                    grad.add_(p, alpha=group["weight_decay"])
                for axis, gram in enumerate(state["grams"]):
                    unfolded = grad.movedim(axis, 0).reshape(gram.shape[0], -1)
                    gram.add_(unfolded @ unfolded.T)
                    if group["step"] % group["preconditioning_compute_steps"] == 0:
                        u, s, vh = torch.linalg.svd(gram)
                        state["roots"][axis] = u @ (s ** (-1 / p.ndim)).diag() @ vh
                    grad = torch.tensordot(state["roots"][axis], grad, dims=([1], [axis])).movedim(0, axis)
                state["momentum_buffer"] = grad
                p.add_(grad, alpha=-group["lr"])
)");

  struct Options {
    double lr = 1e-3;
    double momentum = 0.0;
    double weight_decay = 0.0;
    double preconditioning_compute_steps = 1.0;
    double matrix_eps = 1e-6;
    double step = 0.0;  // the reference's, of the group
  };

  // The reference's keys are pre_cond_0, pre_cond_1, …; here all of a parameter's matrices lie in
  // one tensor, one after the other.
  struct State {
    StateTensor momentum_buffer;
    StateTensor pre_cond;
    StateTensor inv_pre_cond;
    Tensor direction;
    Tensor scratch;
    Shape shape;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-5, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("Learning rate γ: how far to go along the preconditioned direction.")},
        {STEPLAB_HYPER(momentum), STEPLAB_TEXT("\\mu"), 0.0, 0.999, HyperScale::kLinear,
         STEPLAB_TEXT("μ: the share of the last direction that is mixed into the gradient.")},
        {STEPLAB_HYPER(weight_decay), STEPLAB_TEXT("\\lambda"), 0.0, 0.1, HyperScale::kLinear,
         STEPLAB_TEXT("λ: pulls parameters to zero by adding λθ to the gradient (L2).")},
        {STEPLAB_HYPER(preconditioning_compute_steps),
         {},
         1.0,
         100.0,
         HyperScale::kLogarithmic,
         STEPLAB_TEXT("How many steps an inverse root serves before it is computed anew.")},
        {STEPLAB_HYPER(matrix_eps), STEPLAB_TEXT("\\epsilon"), 1e-12, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("ε: the preconditioners start as ε times the identity.")},
        {STEPLAB_HYPER(step), {}, 0.0, 1.0, HyperScale::kLinear, {}, {}, true},
    };
    return kFields;
  }

  static std::span<const StateField> state_fields() {
    static constexpr StateField kFields[] = {
        {STEPLAB_STATE(momentum_buffer), STEPLAB_TEXT("U_t"),
         STEPLAB_TEXT("U: the last preconditioned direction.")},
        {STEPLAB_STATE(pre_cond), STEPLAB_TEXT("L_t"),
         STEPLAB_TEXT("L, R: the summed products of gradients along each axis, one after the "
                      "other.")},
        {STEPLAB_STATE(inv_pre_cond), STEPLAB_TEXT("L_t^{-1/2}"),
         STEPLAB_TEXT("Their inverse roots.")},
    };
    return kFields;
  }

  enum Symbol : unsigned { kStep };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("-\\gamma\\,U_t"),
         STEPLAB_TEXT("The step: the learning rate times the preconditioned direction.")},
    };
    return kSymbols;
  }

  static Status validate(const Options& options) {
    const auto negative = [](std::string_view name, double value) {
      if (value >= 0.0) return Status();
      return Status(invalid_hyper(
          name, std::string(name) + " must be non-negative, got " + to_python(value)));
    };
    return rules::all(
        negative("lr", options.lr), negative("weight_decay", options.weight_decay),
        negative("matrix_eps", options.matrix_eps),
        options.momentum < 0.0 || options.momentum > 1.0
            ? Status(invalid_hyper(
                  "momentum", "momentum must be in [0, 1], got " + to_python(options.momentum)))
            : Status(),
        options.preconditioning_compute_steps < 1.0
            ? Status(invalid_hyper("preconditioning_compute_steps",
                                   "preconditioning_compute_steps must be at least "
                                   "1, got " +
                                       to_python(options.preconditioning_compute_steps)))
            : Status());
  }

  static void allocate_state(State& state, const Parameter& parameter, const Options&) {
    std::size_t elements = 0;
    for (const std::size_t size : parameter.shape()) elements += size * size;
    state.shape = parameter.shape();
    state.momentum_buffer.allocate(parameter.shape());
    state.pre_cond.allocate({elements});
    state.inv_pre_cond.allocate({elements});
    state.direction = Tensor(parameter.shape());
    state.scratch = Tensor(parameter.shape());
  }

  static void create_state(State& state, const Options& group, const Options&) {
    state.pre_cond.create();
    state.inv_pre_cond.create();
    std::size_t offset = 0;
    for (const std::size_t size : state.shape) {
      for (std::size_t i = 0; i < size; ++i) {
        state.pre_cond.data()[offset + i * size + i] = static_cast<float>(group.matrix_eps);
      }
      offset += size * size;
    }
  }

  template <class Groups>
  static Status step(Groups& groups, const StepContext& context) {
    if (Status status = groups.prepare(); !status) return status;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      Options& options = groups.options(g);
      options.step += 1.0;
      groups.for_each_gradient(g, [&](Parameter& parameter, State& state) {
        update(context, parameter, state, options);
      });
    }
    return {};
  }

 private:
  static void update(const StepContext& context, Parameter& parameter, State& state,
                     const Options& options) {
    const bool first = !state.momentum_buffer.exists();
    precondition(parameter, state, options, first);
    state.momentum_buffer.create_from(state.direction.span());

    const auto rate = static_cast<float>(-options.lr);
    const auto element = [=](const auto& probe, float& value, float, float& direction) {
      value = probe.add(kStep, value, direction * rate);
    };
    elementwise::for_each(context, parameter, element, state.momentum_buffer);
    parameter.bump_version();
  }

  // Leaves the preconditioned gradient in state.direction and updates the matrices on the way.
  static void precondition(const Parameter& parameter, State& state, const Options& options,
                           bool first) {
    const std::span<float> direction = state.direction.span();
    const std::span<const float> grad = parameter.grad().span();
    const std::span<const float> value = parameter.value().span();
    const auto fresh = static_cast<float>(1.0 - options.momentum);
    const auto kept = static_cast<float>(options.momentum);
    const elementwise::PenalizedGradient decayed(
        false, options.weight_decay > 0.0 ? options.weight_decay : 0.0);
    for (std::size_t i = 0; i < direction.size(); ++i) {
      const float last = first ? grad[i] : state.momentum_buffer.data()[i];
      const float mixed =
          options.momentum > 0.0 ? elementwise::axpy(grad[i] * fresh, last, kept) : grad[i];
      direction[i] = decayed(mixed, value[i]);
    }

    const auto every = static_cast<std::uint64_t>(options.preconditioning_compute_steps);
    const bool computes = static_cast<std::uint64_t>(options.step) % every == 0;
    std::size_t offset = 0;
    for (std::size_t axis = 0; axis < state.shape.size(); ++axis) {
      const std::size_t size = state.shape[axis];
      const std::span<float> gram = state.pre_cond.span().subspan(offset, size * size);
      const std::span<float> root = state.inv_pre_cond.span().subspan(offset, size * size);
      matrix_modes::accumulate_gram(gram, direction, state.shape, axis, 1.0, 1.0);
      if (computes) {
        matrix_modes::inverse_root(gram, size, static_cast<double>(state.shape.size()), root);
      }
      matrix_modes::apply(root, false, direction, state.scratch.span(), state.shape, axis);
      offset += size * size;
    }
  }
};

}  // namespace

OptimizerInfo shampoo_info() { return describe_optimizer<Shampoo>(); }

}  // namespace steplab
