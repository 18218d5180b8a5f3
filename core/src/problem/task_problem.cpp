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
#include "problem/loss_tape.hpp"
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
  return Mlp(layer_widths(dataset, options), options.activation, Generator(options.seed),
             options.initialisation);
}

class TaskProblem final : public Problem {
 public:
  TaskProblem(std::shared_ptr<const Dataset> dataset, const TaskOptions& options)
      : dataset_(std::move(dataset)),
        model_(make_model(*dataset_, options)),
        sampler_(dataset_->train_labels.size(), options.batch_size, options.seed),
        loss_kind_(options.loss),
        batch_size_(options.batch_size),
        label_sampler_(options.batch_size, dataset_->classes, options.seed) {
    lay_out();
    take_new_layers();
  }

  std::span<Parameter* const> parameters() override { return parameters_; }

  void forward(std::size_t iteration, bool grad_enabled) override {
    take_new_layers();
    const std::size_t features = dataset_->features;
    const std::span<const float> samples = dataset_->train_x.span();
    auto row = training_->x().begin();
    std::size_t place = 0;
    for (const std::uint32_t index : sampler_.batch(iteration)) {
      const std::span<const float> sample = samples.subspan(index * features, features);
      row = std::copy(sample.begin(), sample.end(), row);
      training_->set_target(place++, dataset_->train_labels[index]);
    }
    training_->forward(grad_enabled);
    tape_.define();
  }

  std::optional<float> loss() const override {
    if (!tape_.is_defined()) return std::nullopt;
    return tape_.value(training_->loss());
  }

  Status backward(bool retain_graph) override {
    if (Status checked = tape_.check(); !checked) return checked;
    return training_->backward(retain_graph, tape_.derivative());
  }

  Status scale_loss(std::size_t divisor) override { return tape_.divide(divisor); }
  Status detach_loss() override { return tape_.detach(); }

  Status add_layer() override {
    model_.add_layer();
    lay_out();
    return {};
  }

  Status replace_layer(std::string_view layer) override {
    if (Status replaced = model_.replace_layer(layer); !replaced) return replaced;
    lay_out();
    return {};
  }

  bool has_new_layers() const override { return next_ != nullptr; }
  void take_new_layers() override {
    if (next_ != nullptr) training_ = std::move(next_);
  }

  std::string_view first_non_finite_result() const override {
    return training_->first_non_finite_result();
  }
  std::string_view first_non_finite_gradient() const override {
    return training_->first_non_finite_gradient();
  }

  // Cross-entropy's outputs are a distribution over classes; MSE's are none.
  bool predicts_labels() const override { return loss_kind_ == Loss::kCrossEntropy; }

  Status backward_of_sampled_labels(std::size_t iteration) override {
    forward(iteration, true);
    label_sampler_.draw(*training_, iteration);
    training_->forward();
    const Status status = training_->backward(false);
    forward(iteration, true);
    return status;
  }

  std::optional<Evaluation> evaluate() override {
    const ClassifierEvaluator::Figures train = train_evaluator_->run();
    const ClassifierEvaluator::Figures test = test_evaluator_->run();
    return Evaluation{train.loss, train.accuracy, test.loss, test.accuracy};
  }

  bool predict(std::span<const float> points, std::span<float> scores) override {
    predictor_->run(points, scores);
    return true;
  }

  void archive(Archive& archive) override {
    for (Parameter& parameter : model_.every_parameter()) archive_parameter(archive, parameter);
    tape_.archive(archive);
    // The sampler needs no place here: what it caches follows from the iteration.
    training_->archive(archive);
  }

 private:
  // Passes through the present layers. The last one that was trained stays until the next forward:
  // its backward may still come.
  void lay_out() {
    parameters_ = model_.parameters();
    const Dataset& data = *dataset_;
    next_ = std::make_unique<ClassifierPass>(model_, loss_kind_, batch_size_, data.features,
                                             data.classes);
    train_evaluator_.emplace(model_, loss_kind_, data.train_x, data.train_labels, data.classes);
    test_evaluator_.emplace(model_, loss_kind_, data.test_x, data.test_labels, data.classes);
    predictor_.emplace(model_, loss_kind_, data.features, data.classes);
  }

  std::shared_ptr<const Dataset> dataset_;
  Mlp model_;
  std::vector<Parameter*> parameters_;
  BatchSampler sampler_;
  Loss loss_kind_;
  std::size_t batch_size_;
  std::unique_ptr<ClassifierPass> training_;
  std::unique_ptr<ClassifierPass> next_;  ///< through layers that no forward has seen yet
  std::optional<ClassifierEvaluator> train_evaluator_;
  std::optional<ClassifierEvaluator> test_evaluator_;
  std::optional<ClassPredictor> predictor_;
  LabelSampler label_sampler_;
  LossTape tape_;
};

Error invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, "", std::move(message), -1};
}

}  // namespace

std::optional<Loss> loss_from_name(std::string_view name) {
  if (name == "cross_entropy") return Loss::kCrossEntropy;
  if (name == "mse") return Loss::kMse;
  if (name == "cross_entropy_of_softmax") return Loss::kCrossEntropyOfSoftmax;
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
