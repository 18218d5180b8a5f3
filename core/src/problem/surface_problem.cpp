// SPDX-License-Identifier: MIT
#include "steplab/problem/surface_problem.hpp"

#include <utility>

#include "problem/loss_tape.hpp"
#include "problem/parameter_archive.hpp"
#include "steplab/autograd/graph.hpp"
#include "steplab/problem/formula.hpp"

namespace steplab {
namespace {

Tensor scalar(double value) {
  Tensor tensor;
  tensor.fill(static_cast<float>(value));
  return tensor;
}

class SurfaceProblem final : public Problem {
 public:
  explicit SurfaceProblem(std::array<double, 2> start)
      : x_("x", scalar(start[0])), y_("y", scalar(start[1])) {}

  Status record(std::string_view formula) {
    const Node x = graph_.parameter(x_);
    const Result<Node> loss = record_formula(graph_, formula, x, graph_.parameter(y_));
    if (!loss) return loss.error();
    loss_ = loss.value();
    return {};
  }

  std::span<Parameter* const> parameters() override { return parameters_; }

  void forward(std::size_t /*iteration*/, bool grad_enabled) override {
    graph_.forward(grad_enabled);
    tape_.define();
  }

  std::optional<float> loss() const override {
    if (!tape_.is_defined()) return std::nullopt;
    return tape_.value(graph_.value(loss_)[0]);
  }

  Status backward(bool retain_graph) override {
    if (Status checked = tape_.check(); !checked) return checked;
    return graph_.backward(loss_, retain_graph, tape_.derivative());
  }

  Status scale_loss(std::size_t divisor) override { return tape_.divide(divisor); }
  Status detach_loss() override { return tape_.detach(); }

  std::string_view first_non_finite_result() const override {
    return graph_.first_non_finite_result();
  }
  std::string_view first_non_finite_gradient() const override {
    return graph_.first_non_finite_gradient();
  }

  void archive(Archive& archive) override {
    for (Parameter* parameter : parameters_) archive_parameter(archive, *parameter);
    tape_.archive(archive);
    graph_.archive(archive);
  }

 private:
  Parameter x_;
  Parameter y_;
  std::array<Parameter*, 2> parameters_{&x_, &y_};
  Graph graph_;
  Node loss_;
  LossTape tape_;
};

}  // namespace

Result<std::unique_ptr<Problem>> make_surface_problem(std::string_view formula,
                                                      std::array<double, 2> start) {
  auto problem = std::make_unique<SurfaceProblem>(start);
  if (const Status recorded = problem->record(formula); !recorded) return recorded.error();
  return std::unique_ptr<Problem>(std::move(problem));
}

}  // namespace steplab
