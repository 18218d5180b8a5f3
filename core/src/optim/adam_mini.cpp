// SPDX-License-Identifier: MIT
// Adam-mini, as Adam_mini of adam-mini 1.1.1, which chooses a tensor's partition by the parameter's
// name; here it is a hyper-parameter of the group. Its partition by attention head is not offered.
#include <cmath>
#include <cstdint>
#include <string>

#include "optim/elementwise.hpp"
#include "optim/families.hpp"
#include "optim/reductions.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"
#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

// What shares a second moment.
enum class Partition : std::uint8_t { kRows, kWhole, kElements, kUnknown };

Partition partition_from(std::string_view name) {
  if (name == "rows") return Partition::kRows;
  if (name == "whole") return Partition::kWhole;
  if (name == "elements") return Partition::kElements;
  return Partition::kUnknown;
}

struct AdamMini {
  static constexpr std::string_view kName = "AdamMini";
  static constexpr std::string_view kPytorchClass = {};
  static constexpr std::string_view kFamily = families::kAdamRelatives;
  static constexpr std::string_view kCheckedAgainst = STEPLAB_TEXT("Adam_mini of adam-mini 1.1.1");
  static constexpr std::string_view kAgreement = agreement::kBitForBit;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "AdamW that keeps one mean square for each neuron instead of each weight: half the memory, "
      "and one step size a neuron.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "Y. Zhang, C. Chen, Z. Li, T. Ding, C. Wu, D. P. Kingma, Y. Ye, Z.-Q. Luo, R. Sun: "
      "Adam-mini: "
      "Use Fewer Learning Rates To Gain More, ICLR 2025; https://arxiv.org/abs/2406.16793");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
g_t &= \nabla f(\theta_{t-1}) \\
m_t &= \beta_1 m_{t-1} + (1-\beta_1)\,g_t \\
v_t &= \beta_2 v_{t-1} + (1-\beta_2)\,\operatorname{mean}_{\text{block}}(g_t^2) \\
\hat m_t &= m_t/(1-\beta_1^t), \qquad \hat v_t = v_t/(1-\beta_2^t) \\
\theta_t &= (1-\gamma\lambda)\,\theta_{t-1} - \gamma\,\hat m_t / (\sqrt{\hat v_t} + \epsilon)
\end{aligned})");
  static constexpr std::string_view kPython =
      STEPLAB_PYTHON(R"(class AdamMini(torch.optim.Optimizer):
    """Adam-mini (Zhang et al., 2025) with a partition by output rows, whole tensors or elements."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, partition="rows"):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, partition=partition))

    @staticmethod
    def mean_square(grad, partition):
        if partition == "elements":
            return grad * grad
        if partition == "whole" or grad.dim() == 0:
            return (grad * grad).mean()
        return (grad * grad).flatten(1).mean(dim=1).view(-1, *[1] * (grad.dim() - 1)) if grad.dim() > 1 else grad * grad

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            lr, (beta1, beta2), decay = group["lr"], group["betas"], group["weight_decay"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                state, square = self.state[p], self.mean_square(p.grad, group["partition"])
                if not state:
                    state.update(step=0, m=torch.zeros_like(p), v=torch.zeros_like(square))
                state["step"] += 1
                state["v"].mul_(beta2).add_(square, alpha=1 - beta2)
                if decay > 0:
                    p.mul_(1 - lr * decay)
                state["m"].lerp_(p.grad, 1 - beta1)
                denominator = (state["v"].sqrt() / (1 - beta2 ** state["step"]) ** 0.5).add_(group["eps"])
                p.sub_(state["m"] * (1 / (1 - beta1 ** state["step"]) / denominator) * lr)
)");

  struct Options {
    double lr = 1e-3;
    std::array<double, 2> betas = {0.9, 0.999};
    double eps = 1e-8;
    double weight_decay = 0.0;
    HyperName partition{"rows"};
  };

  struct State {
    std::int64_t step = 0;
    StateTensor m;
    StateTensor vmean;  // one number a block, or
    StateTensor v;      // one an element
    Partition partition = Partition::kRows;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-5, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("Learning rate γ: about how far a block's parameters move in a step, on "
                      "average.")},
        {STEPLAB_HYPER(betas), STEPLAB_TEXT("\\beta_1,\\beta_2"), 0.0, 0.9999, HyperScale::kLinear,
         STEPLAB_TEXT("β₁, β₂: how much of the mean and of the mean square survives a step.")},
        {STEPLAB_HYPER(eps), STEPLAB_TEXT("\\epsilon"), 1e-10, 1e-2, HyperScale::kLogarithmic,
         STEPLAB_TEXT("ε: added to the denominator, so that tiny gradients are not blown up.")},
        {STEPLAB_HYPER(weight_decay), STEPLAB_TEXT("\\lambda"), 0.0, 1.0, HyperScale::kLinear,
         STEPLAB_TEXT("λ: every step multiplies the parameters by 1 − γλ first.")},
        {STEPLAB_HYPER(partition),
         {},
         0.0,
         0.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("What shares a mean square: the weights of a neuron (rows along the first "
                      "axis, so that each bias has its own), the whole tensor, or nothing."),
         "rows whole elements"},
    };
    return kFields;
  }

  static std::span<const StateField> state_fields() {
    static constexpr StateField kFields[] = {
        {STEPLAB_STATE(m), STEPLAB_TEXT("m_t"), STEPLAB_TEXT("m: the running mean of gradients.")},
        {STEPLAB_STATE(step), STEPLAB_TEXT("t"),
         STEPLAB_TEXT("t: how many updates this parameter has had.")},
        {STEPLAB_STATE(vmean), STEPLAB_TEXT("v_t"),
         STEPLAB_TEXT("v: the running mean square of each block.")},
        {STEPLAB_STATE(v),
         {},
         STEPLAB_TEXT("v: the running mean of squared gradients, when each element has its own.")},
    };
    return kFields;
  }

  enum Symbol : unsigned { kGradient, kMeanHat, kMeanSquareHat, kDecay, kStep };

  static std::span<const SymbolField> symbols() {
    static constexpr SymbolField kSymbols[] = {
        {STEPLAB_TEXT("g_t"), STEPLAB_TEXT("The gradient.")},
        {STEPLAB_TEXT("\\hat m_t"),
         STEPLAB_TEXT("The running mean without its bias towards its start at zero.")},
        {STEPLAB_TEXT("\\hat v_t"),
         STEPLAB_TEXT("The block's mean square without its bias towards its start at zero.")},
        {STEPLAB_TEXT("-\\gamma\\lambda\\,\\theta_{t-1}"),
         STEPLAB_TEXT(
             "The decay: the parameter shrinks by the factor 1 − γλ, apart from the gradient.")},
        {STEPLAB_TEXT("-\\gamma\\,\\hat m_t/(\\sqrt{\\hat v_t}+\\epsilon)"),
         STEPLAB_TEXT("The step: about the learning rate in size, on average over the block.")},
    };
    return kSymbols;
  }

  static Status known_partition(const HyperName& name) {
    if (partition_from(name.text()) != Partition::kUnknown) return {};
    return invalid_hyper("partition",
                         "partition must be one of 'rows', 'whole' or 'elements', instead got " +
                             std::string(name.is_none() ? "None" : name.text()));
  }

  // The reference leaves eps unchecked.
  static Status validate(const Options& options) {
    return rules::all(
        rules::not_negative("lr", "learning rate", options.lr),
        rules::betas_below_one(options.betas),
        rules::not_negative("weight_decay", "weight_decay value", options.weight_decay),
        known_partition(options.partition));
  }

  // One row for each index along the first axis; a number is one row.
  static Shape blocks_of(const Shape& shape, Partition partition) {
    if (partition == Partition::kWhole || shape.empty()) return {};
    Shape blocks(shape.size(), 1);
    blocks[0] = shape[0];
    return blocks;
  }

  static void allocate_state(State& state, const Parameter& parameter, const Options& group) {
    state.partition = partition_from(group.partition.text());
    state.m.allocate(parameter.shape());
    if (state.partition == Partition::kElements) {
      state.v.allocate(parameter.shape());
    } else {
      state.vmean.allocate(blocks_of(parameter.shape(), state.partition));
    }
  }

  static void create_state(State& state, const Options&, const Options&) {
    state.m.create();
    (state.partition == Partition::kElements ? state.v : state.vmean).create();
  }

  // The reference's partition lies in the names of parameters, which do not change.
  static Status prepare(const State& state, const Options& options) {
    if (Status status = known_partition(options.partition); !status) return status;
    if (partition_from(options.partition.text()) == state.partition) return {};
    return invalid_hyper("partition", "partition cannot change once parameters are in their group");
  }

  static void update(const StepContext& context, Parameter& parameter, State& state,
                     const Options& options) {
    ++state.step;
    if (state.partition == Partition::kElements) {
      update_elements(context, parameter, state, options);
    } else {
      update_blocks(context, parameter, state, options);
    }
    if (options.weight_decay > 0.0) parameter.bump_version();
    parameter.bump_version();
  }

 private:
  // A step's scalars: computed in double, rounded once where they meet the tensor.
  struct Coefficients {
    double first_correction;
    double second_correction;
    float first_weight;
    float second_decay;
    float second_weight;
    float root_correction;
    float eps;
    bool shrinks;
    float keep;

    Coefficients(const Options& options, std::uint64_t step)
        : first_correction(1.0 - exact_powi(options.betas[0], step)),
          second_correction(1.0 - exact_powi(options.betas[1], step)),
          first_weight(static_cast<float>(1.0 - options.betas[0])),
          second_decay(static_cast<float>(options.betas[1])),
          second_weight(static_cast<float>(1.0 - options.betas[1])),
          root_correction(static_cast<float>(std::sqrt(second_correction))),
          eps(static_cast<float>(options.eps)),
          shrinks(options.weight_decay > 0.0),
          keep(static_cast<float>(1.0 - options.lr * options.weight_decay)) {}

    float denominator(float mean_square) const {
      return std::sqrt(mean_square) / root_correction + eps;
    }

    // Tells of all but the step; returns where that starts.
    template <class Probe>
    float start(const Probe& probe, float value, float grad, float mean, float mean_square) const {
      probe.symbol(kGradient, grad);
      probe.symbol(kMeanHat, static_cast<float>(mean / first_correction));
      probe.symbol(kMeanSquareHat, static_cast<float>(mean_square / second_correction));
      return shrinks ? probe.scale(kDecay, value, keep) : value;
    }
  };

  // Adam's: the reference treats biases so.
  static void update_elements(const StepContext& context, Parameter& parameter, State& state,
                              const Options& options) {
    const Coefficients with(options, static_cast<std::uint64_t>(state.step));
    const auto rate = static_cast<float>(-(options.lr / with.first_correction));
    const auto element = [=](const auto& probe, float& value, float grad, float& m, float& v) {
      v = elementwise::addcmul(v * with.second_decay, grad, grad, with.second_weight);
      m = elementwise::lerp(m, grad, with.first_weight);
      const float start = with.start(probe, value, grad, m, v);
      value = probe.add(kStep, start, elementwise::quotient(m, with.denominator(v), rate));
    };
    elementwise::for_each(context, parameter, element, state.m, state.v);
  }

  static void update_blocks(const StepContext& context, Parameter& parameter, State& state,
                            const Options& options) {
    const Coefficients with(options, static_cast<std::uint64_t>(state.step));
    const auto mean_factor = static_cast<float>(1.0 / with.first_correction);
    const auto rate = static_cast<float>(options.lr);
    const std::span<const float> grad = parameter.grad().span();
    const std::span<float> value = parameter.mutable_value().span();
    const std::span<float> m = state.m.span();
    const std::span<float> vmean = state.vmean.span();
    if (value.empty()) return;
    Inspector* const inspector = context.watcher(parameter);
    const std::size_t length = value.size() / vmean.size();
    for (std::size_t block = 0; block < vmean.size(); ++block) {
      const std::size_t first = block * length;
      const float sum =
          reductions::sum(length, [&](std::size_t i) { return grad[first + i] * grad[first + i]; });
      vmean[block] = elementwise::axpy(vmean[block] * with.second_decay,
                                       sum / static_cast<float>(length), with.second_weight);
      const float mean_square = vmean[block];
      const float size = 1.0F / with.denominator(mean_square) * mean_factor;
      const auto element = [=](const auto& probe, float& parameter_value, float g, float& mean) {
        mean = elementwise::lerp(mean, g, with.first_weight);
        const float start = with.start(probe, parameter_value, g, mean, mean_square);
        parameter_value = probe.add(kStep, start, -(mean * size * rate));
      };
      if (inspector != nullptr && inspector->element() / length == block) {
        const std::size_t i = inspector->element();
        elementwise::inspect(*inspector, element, value[i], grad[i], m[i]);
      }
      elementwise::for_each(length, element, &value[first], &grad[first], &m[first]);
    }
  }
};

}  // namespace

OptimizerInfo adam_mini_info() { return describe_optimizer<AdamMini>(); }

}  // namespace steplab
