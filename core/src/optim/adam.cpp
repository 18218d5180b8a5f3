// SPDX-License-Identifier: MIT
// torch.optim.Adam.
#include "optim/adam_update.hpp"
#include "optim/families.hpp"
#include "optim/rule.hpp"
#include "optim/rules.hpp"

namespace steplab {
namespace {

struct Adam {
  static constexpr std::string_view kName = "Adam";
  static constexpr std::string_view kPytorchClass = "torch.optim.Adam";
  static constexpr std::string_view kFamily = families::kFirstSteps;
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("torch.optim.Adam of PyTorch 2.13.0");
  static constexpr std::string_view kAgreement = agreement::kBitForBit;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Divides a running mean of gradients by their running size, so that every parameter moves "
      "about lr a step.");
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "D. Kingma, J. Ba: Adam: A Method for Stochastic Optimization, ICLR 2015; "
      "https://arxiv.org/abs/1412.6980");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
g_t &= \nabla f(\theta_{t-1}) + \lambda\,\theta_{t-1} \\
m_t &= \beta_1 m_{t-1} + (1-\beta_1)\,g_t \\
v_t &= \beta_2 v_{t-1} + (1-\beta_2)\,g_t^2 \\
\hat m_t &= m_t/(1-\beta_1^t), \qquad \hat v_t = v_t/(1-\beta_2^t) \\
\theta_t &= \theta_{t-1} - \gamma\,\hat m_t / (\sqrt{\hat v_t} + \epsilon)
\end{aligned})");

  static constexpr std::string_view kLayoutRefusal = adam::kLayoutRefusal;

  struct Options {
    double lr = 1e-3;
    std::array<double, 2> betas = {0.9, 0.999};
    double eps = 1e-8;
    double weight_decay = 0.0;
    bool amsgrad = false;
    bool maximize = false;
    bool decoupled_weight_decay = false;
  };

  using State = adam::State;

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(lr), STEPLAB_TEXT("\\gamma"), 1e-5, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("Learning rate γ: about how far every parameter moves in a step.")},
        {STEPLAB_HYPER(betas), STEPLAB_TEXT("\\beta_1,\\beta_2"), 0.0, 0.9999, HyperScale::kLinear,
         STEPLAB_TEXT("β₁, β₂: how much of the mean and of the mean square survives a step.")},
        {STEPLAB_HYPER(eps), STEPLAB_TEXT("\\epsilon"), 1e-10, 1e-2, HyperScale::kLogarithmic,
         STEPLAB_TEXT("ε: added to the denominator, so that tiny gradients are not blown up.")},
        {STEPLAB_HYPER(weight_decay), STEPLAB_TEXT("\\lambda"), 0.0, 0.1, HyperScale::kLinear,
         STEPLAB_TEXT("λ: pulls parameters to zero by adding λθ to the gradient (L2).")},
        {STEPLAB_HYPER(amsgrad),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Divides by the largest mean square seen, so that steps never grow again.")},
        {STEPLAB_HYPER(maximize),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Climbs instead of descending.")},
        {STEPLAB_HYPER(decoupled_weight_decay),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Shrinks the parameters themselves and leaves the gradient alone: AdamW.")},
    };
    return kFields;
  }

  static std::span<const StateField> state_fields() { return adam::state_fields(); }

  static std::span<const SymbolField> symbols() { return adam::symbols(); }

  static Status validate(const Options& options) {
    return rules::all(
        rules::not_negative("lr", "learning rate", options.lr),
        rules::not_negative("eps", "epsilon value", options.eps),
        rules::betas_below_one(options.betas),
        rules::not_negative("weight_decay", "weight_decay value", options.weight_decay));
  }

  static void create_state(State& state, const Options& group, const Options&) {
    adam::create_state(state, group.amsgrad);
  }

  static Status prepare(const State& state, const Options& options) {
    return adam::prepare(state, options.amsgrad);
  }

  static void update(const StepContext& context, Parameter& parameter, State& state,
                     const Options& options) {
    adam::update(context, parameter, state,
                 {options.lr, options.betas, options.eps, options.weight_decay, options.amsgrad,
                  options.maximize, options.decoupled_weight_decay});
  }
};

}  // namespace

OptimizerInfo adam_info() { return describe_optimizer<Adam>(); }

}  // namespace steplab
