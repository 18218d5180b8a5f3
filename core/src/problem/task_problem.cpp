// SPDX-License-Identifier: MIT
#include "steplab/problem/task_problem.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "problem/batch_sampler.hpp"
#include "problem/class_predictor.hpp"
#include "problem/classifier_evaluator.hpp"
#include "problem/classifier_pass.hpp"
#include "problem/label_sampler.hpp"
#include "problem/loop_error.hpp"
#include "problem/parameter_archive.hpp"
#include "steplab/base/random.hpp"

namespace steplab {
namespace {

std::vector<std::size_t> layer_widths(const Dataset& dataset, const TaskOptions& options) {
  std::vector<std::size_t> widths{dataset.features};
  widths.insert(widths.end(), options.hidden.begin(), options.hidden.end());
  widths.push_back(output_count(options.loss, dataset.classes));
  return widths;
}

Mlp make_model(const Dataset& dataset, const TaskOptions& options) {
  Generator generator(options.seed);
  return Mlp(layer_widths(dataset, options), options.activation, generator);
}

class TaskProblem final : public Problem {
 public:
  TaskProblem(std::shared_ptr<const Dataset> dataset, const TaskOptions& options)
      : dataset_(std::move(dataset)),
        model_(make_model(*dataset_, options)),
        parameters_(model_.parameters()),
        sampler_(dataset_->train_labels.size(), options.batch_size, options.seed),
        training_(model_, options.loss, options.batch_size, dataset_->features, dataset_->classes),
        train_evaluator_(model_, options.loss, dataset_->train_x, dataset_->train_labels,
                         dataset_->classes),
        test_evaluator_(model_, options.loss, dataset_->test_x, dataset_->test_labels,
                        dataset_->classes),
        predictor_(model_, options.loss, dataset_->features, dataset_->classes),
        loss_kind_(options.loss),
        label_sampler_(options.batch_size, dataset_->classes, options.seed) {}

  std::span<Parameter* const> parameters() override { return parameters_; }

  void forward(std::size_t iteration) override {
    const std::size_t features = dataset_->features;
    const std::span<const float> samples = dataset_->train_x.span();
    auto row = training_.x().begin();
    std::size_t place = 0;
    for (const std::uint32_t index : sampler_.batch(iteration)) {
      const std::span<const float> sample = samples.subspan(index * features, features);
      row = std::copy(sample.begin(), sample.end(), row);
      training_.set_target(place++, dataset_->train_labels[index]);
    }
    training_.forward();
    has_loss_ = true;
  }

  std::optional<float> loss() const override {
    if (!has_loss_) return std::nullopt;
    return training_.loss();
  }

  Status backward(bool retain_graph) override {
    if (!has_loss_) return loss_is_not_defined();
    return training_.backward(retain_graph);
  }

  // Cross-entropy's outputs are a distribution over classes; MSE's are none.
  bool predicts_labels() const override { return loss_kind_ == Loss::kCrossEntropy; }

  Status backward_of_sampled_labels(std::size_t iteration) override {
    forward(iteration);
    label_sampler_.draw(training_, iteration);
    training_.forward();
    const Status status = training_.backward(false);
    forward(iteration);
    return status;
  }

  std::optional<Evaluation> evaluate() override {
    const ClassifierEvaluator::Figures train = train_evaluator_.run();
    const ClassifierEvaluator::Figures test = test_evaluator_.run();
    return Evaluation{train.loss, train.accuracy, test.loss, test.accuracy};
  }

  bool predict(std::span<const float> points, std::span<float> scores) override {
    predictor_.run(points, scores);
    return true;
  }

  void archive(Archive& archive) override {
    for (Parameter* parameter : parameters_) archive_parameter(archive, *parameter);
    archive.value(has_loss_);
    // The sampler needs no place here: what it caches follows from the iteration.
    training_.archive(archive);
  }

 private:
  std::shared_ptr<const Dataset> dataset_;
  Mlp model_;
  std::vector<Parameter*> parameters_;
  BatchSampler sampler_;
  ClassifierPass training_;
  ClassifierEvaluator train_evaluator_;
  ClassifierEvaluator test_evaluator_;
  ClassPredictor predictor_;
  Loss loss_kind_;
  LabelSampler label_sampler_;
  bool has_loss_ = false;
};

Error invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, "", std::move(message), -1};
}

}  // namespace

std::optional<Loss> loss_from_name(std::string_view name) {
  if (name == "cross_entropy") return Loss::kCrossEntropy;
  if (name == "mse") return Loss::kMse;
  return std::nullopt;
}

Result<std::unique_ptr<Problem>> make_task_problem(std::shared_ptr<const Dataset> dataset,
                                                   const TaskOptions& options) {
  const std::size_t samples = dataset->train_labels.size();
  if (options.batch_size == 0 || options.batch_size > samples) {
    return invalid("the batch size must be from 1 to the number of train samples, " +
                   std::to_string(samples) + ", not " + std::to_string(options.batch_size));
  }
  if (std::find(options.hidden.begin(), options.hidden.end(), 0U) != options.hidden.end()) {
    return invalid("a hidden layer must have at least one unit");
  }
  return std::unique_ptr<Problem>(std::make_unique<TaskProblem>(std::move(dataset), options));
}

}  // namespace steplab
