// SPDX-License-Identifier: MIT
// Sharpness-aware minimization around any optimizer, after davda54/sam.
#include <algorithm>
#include <cmath>
#include <string>

#include "optim/families.hpp"
#include "optim/reductions.hpp"
#include "optim/wrapped_optimizer.hpp"

namespace steplab {
namespace {

class Sam final : public WrappedOptimizer {
 public:
  static constexpr std::string_view kName = "SAM";
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Climbs a little way up first and takes the gradient there, so that the optimizer prefers "
      "wide minima to narrow ones. Costs two gradients a step.");
  static constexpr std::string_view kCheckedAgainst =
      STEPLAB_TEXT("the authors' formula, in PyTorch 2.13.0");
  static constexpr std::string_view kAgreement = agreement::kBitForBit;
  static constexpr std::string_view kPaper = STEPLAB_TEXT(
      "P. Foret, A. Kleiner, H. Mobahi, B. Neyshabur: Sharpness-Aware Minimization for Efficiently "
      "Improving Generalization, ICLR 2021; https://arxiv.org/abs/2010.01412");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
\varepsilon_t &= \rho\,\nabla f(\theta_{t-1}) / \lVert \nabla f(\theta_{t-1}) \rVert_2 \\
g_t &= \nabla f(\theta_{t-1} + \varepsilon_t) \\
\theta_t &= \text{the optimizer's step from } \theta_{t-1} \text{ along } g_t
\end{aligned})");
  static constexpr std::string_view kPython = STEPLAB_PYTHON(R"(class SAM:
    """Sharpness-aware minimization (Foret et al., 2021) around an optimizer."""

    def __init__(self, optimizer, rho=0.05, adaptive=False):
        self.optimizer, self.param_groups, self.zero_grad = optimizer, optimizer.param_groups, optimizer.zero_grad
        self.own = {"rho": rho, "adaptive": adaptive}
        self.fixed = {key: value for key, value in self.own.items() if key in optimizer.defaults}  # SophiaG's rho

    def step(self, closure):
        with torch.no_grad():
            groups = [{**self.own, **group, **self.fixed} for group in self.param_groups]
            pairs = [(p, group) for group in groups for p in group["params"] if p.grad is not None]
            weights = [p.abs() if group["adaptive"] else 1.0 for p, group in pairs]
            norms = [(w * p.grad).norm() for w, (p, _) in zip(weights, pairs)]
            norm = torch.stack(norms).norm() if norms else torch.zeros(())
            before = [p.clone() for p, _ in pairs]
            for w, (p, group) in zip(weights, pairs):
                p.add_(w * w * p.grad * (group["rho"] / (norm + 1e-12)))
        loss = closure()
        with torch.no_grad():
            for (p, _), value in zip(pairs, before):
                p.copy_(value)
        self.optimizer.step()
        return loss

    def state_dict(self):
        return self.optimizer.state_dict()

    def load_state_dict(self, saved):
        self.optimizer.load_state_dict(saved)
        self.param_groups = self.optimizer.param_groups
)");
  static constexpr bool kNeedsClosure = true;

  struct Options {
    double rho = 0.05;
    bool adaptive = false;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(rho), STEPLAB_TEXT("\\rho"), 1e-3, 1.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("ρ: how far to climb before the gradient is taken.")},
        {STEPLAB_HYPER(adaptive),
         {},
         0.0,
         1.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("Climbs further along large parameters (ASAM).")},
    };
    return kFields;
  }

  static std::vector<StateInfo> state_infos() { return {}; }
  static std::vector<SymbolInfo> symbols() { return {}; }

  static Status validate(const Options& options) {
    if (!(options.rho >= 0.0)) {
      return invalid_hyper("rho", "Invalid rho, should be non-negative: " + to_python(options.rho));
    }
    return {};
  }

  Sam(std::unique_ptr<Optimizer> inner, const Options& options)
      : WrappedOptimizer(std::move(inner)), constructor_options_(options) {}

  bool needs_closure() const override { return kNeedsClosure; }

  // Groups have a rho of their own, as in the authors' code. A name that the optimizer inside knows
  // too (Sophia-G's rho) is that one's; SAM's is then the constructor's in all groups.
  Status add_param_group(std::vector<Parameter*> params, const HyperValues& overrides) override {
    Options options = constructor_options_;
    HyperValues of_inner;
    for (const auto& [name, value] : overrides) {
      if (!is_own(name)) {
        of_inner.emplace_back(name, value);
      } else if (Status status = table().set(&options, name, value); !status) {
        return status;
      }
    }
    const Status added = WrappedOptimizer::add_param_group(std::move(params), of_inner);
    if (added) options_.push_back(options);
    return added;
  }
  Result<HyperValue> hyper(std::size_t group, std::string_view name) const override {
    return group < options_.size() && is_own(name) ? table().get(&options_[group], name)
                                                   : WrappedOptimizer::hyper(group, name);
  }
  Status set_hyper(std::size_t group, std::string_view name, const HyperValue& value) override {
    return group < options_.size() && is_own(name)
               ? table().set(&options_[group], name, value)
               : WrappedOptimizer::set_hyper(group, name, value);
  }
  Status check_hyper(std::size_t group, std::string_view name,
                     const HyperValue& value) const override {
    if (group >= options_.size() || !is_own(name)) {
      return WrappedOptimizer::check_hyper(group, name, value);
    }
    Options scratch = options_[group];
    return table().set(&scratch, name, value);
  }

  Status step(Closure* closure) override {
    if (closure == nullptr) {
      return Error{ErrorCode::kLoop, "",
                   "Sharpness Aware Minimization requires closure, but it was not provided"};
    }
    ++step_count_;
    for (const Copy& copy : copies()) {
      if (copy.parameter->has_sparse_grad()) {
        return Error{ErrorCode::kInvalidArgument, "", "SAM does not support sparse gradients"};
      }
    }
    climb();
    const Result<float> loss = closure->evaluate();
    go_back();
    if (!loss) return loss.error();
    return inner().step(inner().needs_closure() ? closure : nullptr);
  }

  void archive(Archive& archive) override {
    WrappedOptimizer::archive(archive);
    for (Options& options : options_) archive.value(options);
  }

 protected:
  // The copies hold what is come back to, within a step.
  std::string_view copies_name() const override { return {}; }

 private:
  static HyperTable table() { return {kName, hyper_fields()}; }

  bool is_own(std::string_view name) const {
    const auto& inner_ones = info().hyper_parameters;
    return table().find(name) != nullptr &&
           std::none_of(inner_ones.begin(), inner_ones.end(),
                        [&](const HyperParameterInfo& hyper) { return hyper.name == name; });
  }

  // visit(copy, options of its group)
  template <class Visit>
  void for_each_copy(Visit visit) {
    auto copy = copies().begin();
    for (std::size_t group = 0; group < group_count(); ++group) {
      for (std::size_t i = 0; i < group_parameters(group).size(); ++i) {
        visit(*copy++, options_[group]);
      }
    }
  }

  // Of the norms of all gradients, for ASAM of |θ|·g.
  float gradient_norm() {
    reductions::RunningNorm norms;
    for_each_copy([&](const Copy& copy, const Options& options) {
      if (!copy.parameter->has_grad()) return;
      const std::span<const float> value = copy.parameter->value().span();
      const std::span<const float> grad = copy.parameter->grad().span();
      norms.add(reductions::norm(grad.size(), [&](std::size_t i) {
        return options.adaptive ? std::fabs(value[i]) * grad[i] : grad[i];
      }));
    });
    return norms.value();
  }

  void climb() {
    const float inverse = 1.0F / (gradient_norm() + 1e-12F);
    for_each_copy([inverse](Copy& copy, const Options& options) {
      const float scale = inverse * static_cast<float>(options.rho);
      const std::span<float> value = copy.parameter->mutable_value().span();
      std::copy(value.begin(), value.end(), copy.values.begin());
      if (!copy.parameter->has_grad()) return;
      const std::span<const float> grad = copy.parameter->grad().span();
      for (std::size_t i = 0; i < value.size(); ++i) {
        const float factor = options.adaptive ? value[i] * value[i] : 1.0F;
        value[i] += factor * grad[i] * scale;
      }
      copy.parameter->bump_version();
    });
  }

  void go_back() {
    for (Copy& copy : copies()) {
      const std::span<float> value = copy.parameter->mutable_value().span();
      std::copy(copy.values.begin(), copy.values.end(), value.begin());
    }
  }

  Options constructor_options_;
  std::vector<Options> options_;  // one a group
};

}  // namespace

WrapperInfo sam_info() { return describe_wrapper<Sam>(); }

}  // namespace steplab
