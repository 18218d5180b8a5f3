// SPDX-License-Identifier: MIT
// What no optimizer mends: labels without meaning, features of very different sizes, a loss that is
// not the one for the task. Each is shown by a sweep that does not help, and a change that does.
#include <algorithm>
#include <cmath>

#include "analysis/case.hpp"
#include "analysis/findings/questions.hpp"
#include "analysis/rescue_sweep.hpp"
#include "analysis/wording.hpp"
#include "session/assemble.hpp"

namespace steplab {
namespace {

// In accuracy; less is luck of a small test set.
constexpr double kClearly = 0.1;
constexpr std::size_t kMinIterations = 50;

Experiment with_task(const Case& run, const TaskSpec& task) {
  Experiment changed = run.alone;
  changed.problem = task;
  return changed;
}

std::string tried(const RescueSweep& sweep) {
  return counted(sweep.settings, "setting", "settings") +
         " of SGD, momentum and Adam with five learning rates each were tried for " +
         counted(sweep.iterations, "iteration", "iterations");
}

// What guessing the most frequent class would get.
double guess_accuracy(const Dataset& data) {
  std::vector<std::size_t> counts(data.classes, 0);
  for (const std::uint32_t label : data.test_labels) ++counts[label];
  return static_cast<double>(*std::max_element(counts.begin(), counts.end())) /
         static_cast<double>(data.test_labels.size());
}

std::optional<Finding> shuffled(const Case& run, const Dataset& data) {
  if (!run.task()->data.shuffle_labels) return {};
  TaskSpec mended = *run.task();
  mended.data.shuffle_labels = false;
  const auto found = sweep(run, *run.task());
  const auto after = sweep(run, mended);
  if (!found || !after) return {};
  const double guess = guess_accuracy(data);
  if (found->best_test_accuracy > guess + kClearly ||
      after->best_test_accuracy < found->best_test_accuracy + kClearly) {
    return {};
  }
  return Finding{
      .id = "shuffled_labels",
      .severity = Severity::kError,
      .line = std::nullopt,
      .iteration = std::nullopt,
      .title = "The labels have nothing to do with the samples",
      .explanation = tried(*found) +
                     ": none gets clearly beyond guessing on data that it has not seen. With every "
                     "label at its own sample the same sweep does. An optimizer can only find what "
                     "is in the data.",
      .pytorch = "PyTorch says nothing: it cannot know what a label should be.",
      .evidence = {{"test accuracy of guessing", guess},
                   {"best test accuracy of the sweep", found->best_test_accuracy},
                   {"best test accuracy of the sweep with the right labels",
                    after->best_test_accuracy}},
      .remedy = Remedy{"Give every sample its own label", run.in_document(with_task(run, mended)),
                       false, "best test accuracy of the sweep", found->best_test_accuracy,
                       after->best_test_accuracy}};
}

// The standard deviation of a feature of the training data.
double spread(const Dataset& data, std::size_t feature) {
  const std::span<const float> x = data.train_x.span();
  const std::size_t count = x.size() / data.features;
  double sum = 0.0;
  double squares = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    const double value = static_cast<double>(x[i * data.features + feature]);
    sum += value;
    squares += value * value;
  }
  const double mean = sum / static_cast<double>(count);
  return std::sqrt(std::max(0.0, squares / static_cast<double>(count) - mean * mean));
}

std::optional<Finding> unscaled(const Case& run, const Dataset& data) {
  if (run.task()->data.scale == 1.0 || data.features != 2) return {};
  const double first = spread(data, 0);
  const double second = spread(data, 1);
  const double ratio = std::max(first, second) / std::max(std::min(first, second), 1e-30);
  if (ratio < 10.0) return {};
  TaskSpec mended = *run.task();
  mended.data.scale = 1.0;
  const auto found = sweep(run, *run.task());
  const auto after = sweep(run, mended);
  if (!found || !after || !(after->best_loss < 0.9 * found->best_loss)) return {};
  return Finding{
      .id = "unscaled_inputs",
      .severity = Severity::kWarning,
      .line = std::nullopt,
      .iteration = std::nullopt,
      .title = "The features differ in size, and no learning rate suits both",
      .explanation =
          "One feature is " + in_words(ratio) +
          " times as wide as the other, so the loss bends that much more in its weights. " +
          tried(*found) +
          ": the best of them stays above what the same sweep reaches with "
          "features of one size. Scale the features, for instance to a standard "
          "deviation of 1.",
      .pytorch = "PyTorch says nothing: it takes inputs as they come.",
      .evidence = {{"standard deviation of the first feature", first},
                   {"standard deviation of the second feature", second},
                   {"best training loss of the sweep", found->best_loss},
                   {"best training loss of the sweep with features of one size", after->best_loss}},
      .remedy =
          Remedy{"Scale the second feature back", run.in_document(with_task(run, mended)), false,
                 "best training loss of the sweep", found->best_loss, after->best_loss}};
}

std::optional<Finding> twice_softmax(const Case& run, const Dataset& data) {
  if (run.task()->loss != "cross_entropy_of_softmax") return {};
  TaskSpec mended = *run.task();
  mended.loss = "cross_entropy";
  const auto found = sweep(run, *run.task());
  const auto after = sweep(run, mended);
  if (!found || !after) return {};
  // Outputs of a softmax are from 0 to 1: at best 1 for the right class and 0 for the others.
  constexpr double kE = 2.718281828459045;
  const double floor = std::log(1.0 + static_cast<double>(data.classes - 1) / kE);
  if (found->best_loss < floor || after->best_loss >= found->best_loss) return {};
  return Finding{
      .id = "wrong_loss",
      .severity = Severity::kError,
      .line = run.line_of(InstructionKind::kForward),
      .iteration = std::nullopt,
      .title = "Softmax is applied twice",
      .explanation =
          "torch.nn.CrossEntropyLoss takes raw outputs and applies softmax itself. Fed with "
          "probabilities it cannot get below " +
          in_words(floor) +
          ", however right the model is, and its gradients are small "
          "everywhere. " +
          tried(*found) + ", and none could.",
      .pytorch = "PyTorch says nothing: probabilities are numbers, and so are raw outputs.",
      .evidence = {{"lowest loss that is possible", floor},
                   {"best training loss of the sweep", found->best_loss},
                   {"best training loss of the sweep without the softmax", after->best_loss}},
      .remedy =
          Remedy{"Give the loss the raw outputs", run.in_document(with_task(run, mended)), false,
                 "best training loss of the sweep", found->best_loss, after->best_loss}};
}

std::optional<Finding> mse_on_classes(const Case& run) {
  if (run.task()->loss != "mse") return {};
  TaskSpec mended = *run.task();
  mended.loss = "cross_entropy";
  const auto found = sweep(run, *run.task());
  const auto after = sweep(run, mended);
  if (!found || !after || after->best_accuracy < found->best_accuracy + 0.02) return {};
  return Finding{.id = "wrong_loss",
                 .severity = Severity::kWarning,
                 .line = run.line_of(InstructionKind::kForward),
                 .iteration = std::nullopt,
                 .title = "Mean squared error is not made for classes",
                 .explanation =
                     "Mean squared error asks for one exact number per class and punishes outputs "
                     "that are too sure as much as those that are wrong. Cross-entropy only asks "
                     "that the right class comes out ahead. " +
                     tried(*found) + ", and with mean squared error all get fewer samples right.",
                 .pytorch = "PyTorch says nothing: any loss can be minimised.",
                 .evidence = {{"best training accuracy of the sweep", found->best_accuracy},
                              {"best training accuracy of the sweep with cross-entropy",
                               after->best_accuracy}},
                 .remedy = Remedy{"Use cross-entropy", run.in_document(with_task(run, mended)),
                                  false, "best training accuracy of the sweep",
                                  found->best_accuracy, after->best_accuracy}};
}

}  // namespace

std::vector<Finding> find_not_the_optimizer(const Case& run) {
  if (run.task() == nullptr || run.steps() < kMinIterations) return {};
  const auto dataset = assemble_dataset(run.alone);
  if (!dataset) return {};
  std::vector<Finding> found;
  if (auto finding = shuffled(run, **dataset)) found.push_back(std::move(*finding));
  if (auto finding = unscaled(run, **dataset)) found.push_back(std::move(*finding));
  if (auto finding = twice_softmax(run, **dataset)) found.push_back(std::move(*finding));
  if (auto finding = mse_on_classes(run)) found.push_back(std::move(*finding));
  return found;
}

}  // namespace steplab
