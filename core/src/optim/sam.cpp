// SPDX-License-Identifier: MIT
// Sharpness-aware minimization around any optimizer, after davda54/sam.
#include <cmath>
#include <string>

#include "optim/families.hpp"
#include "optim/hyper_table.hpp"
#include "optim/wrapped_optimizer.hpp"
#include "steplab/optim/registry.hpp"

namespace steplab {
namespace {

constexpr std::string_view kName = "SAM";

struct Options {
  double rho = 0.05;
  bool adaptive = false;
};

std::span<const HyperField> hyper_fields() {
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

class Sam final : public WrappedOptimizer {
 public:
  Sam(std::unique_ptr<Optimizer> inner, const Options& options)
      : WrappedOptimizer(std::move(inner)), options_(options) {}

  bool needs_closure() const override { return true; }

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

 protected:
  // The copies hold what is come back to, within a step.
  std::string_view copies_name() const override { return {}; }

 private:
  // |θ|·g for ASAM, g otherwise.
  float weighed(float value, float grad) const {
    return options_.adaptive ? std::fabs(value) * grad : grad;
  }

  float gradient_norm() {
    double squares = 0.0;
    for (const Copy& copy : copies()) {
      if (!copy.parameter->has_grad()) continue;
      const std::span<const float> value = copy.parameter->value().span();
      const std::span<const float> grad = copy.parameter->grad().span();
      for (std::size_t i = 0; i < grad.size(); ++i) {
        const double element = static_cast<double>(weighed(value[i], grad[i]));
        squares += element * element;
      }
    }
    return static_cast<float>(std::sqrt(squares));
  }

  void climb() {
    const float scale = (1.0F / (gradient_norm() + 1e-12F)) * static_cast<float>(options_.rho);
    for (Copy& copy : copies()) {
      const std::span<float> value = copy.parameter->mutable_value().span();
      std::copy(value.begin(), value.end(), copy.values.begin());
      if (!copy.parameter->has_grad()) continue;
      const std::span<const float> grad = copy.parameter->grad().span();
      for (std::size_t i = 0; i < value.size(); ++i) {
        const float factor = options_.adaptive ? value[i] * value[i] : 1.0F;
        value[i] += factor * grad[i] * scale;
      }
      copy.parameter->bump_version();
    }
  }

  void go_back() {
    for (Copy& copy : copies()) {
      const std::span<float> value = copy.parameter->mutable_value().span();
      std::copy(copy.values.begin(), copy.values.end(), value.begin());
    }
  }

  Options options_;
};

Result<std::unique_ptr<Optimizer>> create(std::unique_ptr<Optimizer> inner,
                                          const HyperValues& values) {
  Options options;
  const HyperTable table(kName, hyper_fields());
  if (Status status = table.set_all(&options, values); !status) return status.error();
  if (!(options.rho >= 0.0)) {
    return invalid_hyper("rho", "Invalid rho, should be non-negative: " + to_python(options.rho));
  }
  return std::unique_ptr<Optimizer>(new Sam(std::move(inner), options));
}

}  // namespace

WrapperInfo sam_info() {
  WrapperInfo info;
  info.name = kName;
  info.summary = STEPLAB_TEXT(
      "Climbs a little way up first and takes the gradient there, so that the optimizer prefers "
      "wide minima to narrow ones. Costs two gradients a step.");
  info.checked_against = STEPLAB_TEXT("the authors' formula, in PyTorch 2.13.0");
  info.agreement = agreement::kWithin1e5;
  info.paper = STEPLAB_TEXT(
      "P. Foret, A. Kleiner, H. Mobahi, B. Neyshabur: Sharpness-Aware Minimization for Efficiently "
      "Improving Generalization, ICLR 2021; https://arxiv.org/abs/2010.01412");
  info.formula = STEPLAB_TEXT(R"(\begin{aligned}
\varepsilon_t &= \rho\,\nabla f(\theta_{t-1}) / \lVert \nabla f(\theta_{t-1}) \rVert_2 \\
g_t &= \nabla f(\theta_{t-1} + \varepsilon_t) \\
\theta_t &= \text{the optimizer's step from } \theta_{t-1} \text{ along } g_t
\end{aligned})");
  info.python = STEPLAB_PYTHON(R"(class SAM:
    """Sharpness-aware minimization (Foret et al., 2021) around an optimizer."""

    def __init__(self, optimizer, rho=0.05, adaptive=False):
        self.optimizer, self.rho, self.adaptive = optimizer, rho, adaptive
        self.param_groups, self.zero_grad = optimizer.param_groups, optimizer.zero_grad

    def step(self, closure):
        with torch.no_grad():
            params = [p for group in self.param_groups for p in group["params"] if p.grad is not None]
            weights = [p.abs() if self.adaptive else 1.0 for p in params]
            norms = [(w * p.grad).norm() for w, p in zip(weights, params)]
            norm = torch.stack([torch.zeros(()), *norms]).norm()
            before = [p.clone() for p in params]
            for w, p in zip(weights, params):
                p.add_(w * w * p.grad * (self.rho / (norm + 1e-12)))
        loss = closure()
        with torch.no_grad():
            for p, value in zip(params, before):
                p.copy_(value)
        self.optimizer.step()
        return loss
)");
  info.needs_closure = true;
  const Options defaults;
  info.hyper_parameters = HyperTable(kName, hyper_fields()).infos(&defaults);
  info.create = &create;
  return info;
}

}  // namespace steplab
