// SPDX-License-Identifier: MIT
#include "steplab/problem/surface_problem.hpp"

#include <utility>

#include "problem/loop_error.hpp"
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

  void forward(std::size_t /*iteration*/) override {
    graph_.forward();
    has_loss_ = true;
  }

  std::optional<float> loss() const override {
    if (!has_loss_) return std::nullopt;
    return graph_.value(loss_)[0];
  }

  Status backward(bool retain_graph) override {
    if (!has_loss_) return loss_is_not_defined();
    return graph_.backward(loss_, retain_graph);
  }

  void archive(Archive& archive) override {
    for (Parameter* parameter : parameters_) archive_parameter(archive, *parameter);
    archive.value(has_loss_);
    graph_.archive(archive);
  }

 private:
  Parameter x_;
  Parameter y_;
  std::array<Parameter*, 2> parameters_{&x_, &y_};
  Graph graph_;
  Node loss_;
  bool has_loss_ = false;
};

}  // namespace

Result<std::unique_ptr<Problem>> make_surface_problem(std::string_view formula,
                                                      std::array<double, 2> start) {
  auto problem = std::make_unique<SurfaceProblem>(start);
  if (const Status recorded = problem->record(formula); !recorded) return recorded.error();
  return std::unique_ptr<Problem>(std::move(problem));
}

}  // namespace steplab
