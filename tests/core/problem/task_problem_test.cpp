// SPDX-License-Identifier: MIT
#include "steplab/problem/task_problem.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "snapshot.hpp"
#include "steplab/optim/registry.hpp"

namespace steplab {
namespace {

using ::testing::HasSubstr;

std::shared_ptr<const Dataset> data(const DatasetOptions& options) {
  auto made = make_dataset(options);
  EXPECT_TRUE(made.ok());
  return std::move(made).value();
}

std::unique_ptr<Problem> make(std::shared_ptr<const Dataset> dataset, const TaskOptions& options) {
  auto made = make_task_problem(std::move(dataset), options);
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
  return std::move(made).value();
}

std::unique_ptr<Optimizer> optimize(Problem& problem, std::string_view name,
                                    const HyperValues& options) {
  auto created = find_optimizer(name)->create(options);
  EXPECT_TRUE(created.ok());
  std::unique_ptr<Optimizer> optimizer = std::move(created).value();
  const auto parameters = problem.parameters();
  EXPECT_TRUE(optimizer->add_param_group({parameters.begin(), parameters.end()}, {}).ok());
  return optimizer;
}

void train(Problem& problem, Optimizer& optimizer, std::size_t iterations) {
  for (std::size_t i = 0; i < iterations; ++i) {
    optimizer.zero_grad();
    problem.forward(i);
    ASSERT_TRUE(problem.backward(false).ok());
    ASSERT_TRUE(optimizer.step().ok());
  }
}

std::vector<float> all_gradients(Problem& problem) {
  std::vector<float> all;
  for (const Parameter* parameter : problem.parameters()) {
    const auto grad = parameter->grad().span();
    all.insert(all.end(), grad.begin(), grad.end());
  }
  return all;
}

struct TaskCase {
  const char* name;
  const char* data;
  Loss loss;
  std::size_t outputs;
};

class Task : public ::testing::TestWithParam<TaskCase> {
 protected:
  std::shared_ptr<const Dataset> dataset_ = data({GetParam().data, 150, 0.1, 5, 0.3});
  TaskOptions options_{{6}, Activation::kTanh, GetParam().loss, 16, 12};
};

TEST_P(Task, StartsAsAnMlpOfItsSeed) {
  const auto problem = make(dataset_, options_);
  Generator generator(options_.seed);
  Mlp model({2, 6, GetParam().outputs}, Activation::kTanh, generator);
  const auto actual = problem->parameters();
  const auto expected = model.parameters();
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(actual[i]->name(), expected[i]->name());
    EXPECT_TRUE(std::equal(actual[i]->value().span().begin(), actual[i]->value().span().end(),
                           expected[i]->value().span().begin()));
  }
}

TEST_P(Task, HasTheGradientOfItsLoss) {
  const auto problem = make(dataset_, options_);
  problem->forward(3);
  ASSERT_TRUE(problem->backward(false).ok());
  for (Parameter* parameter : problem->parameters()) {
    const std::span<float> value = parameter->mutable_value().span();
    for (std::size_t i = 0; i < value.size(); ++i) {
      const float original = value[i];
      const auto loss_at = [&](float moved) {
        value[i] = moved;
        problem->forward(3);
        return static_cast<double>(*problem->loss());
      };
      constexpr float kStep = 1e-2F;
      const double slope = (loss_at(original + kStep) - loss_at(original - kStep)) /
                           (2 * static_cast<double>(kStep));
      value[i] = original;
      EXPECT_NEAR(parameter->grad().span()[i], slope, 1e-3) << parameter->name() << i;
    }
  }
}

TEST_P(Task, EvaluatesWhatItPredicts) {
  const auto problem = make(dataset_, options_);
  const auto optimizer = optimize(*problem, "Adam", {{"lr", 0.02}});
  train(*problem, *optimizer, 40);
  const Evaluation evaluation = *problem->evaluate();
  const auto check = [&](const Tensor& x, const std::vector<std::uint32_t>& labels, double loss,
                         double accuracy) {
    const std::size_t classes = dataset_->classes;
    std::vector<float> scores(labels.size() * classes);
    ASSERT_TRUE(problem->predict(x.span(), scores));
    double sum = 0.0;
    double right = 0.0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const std::span<const float> row =
          std::span<const float>(scores).subspan(i * classes, classes);
      const auto best = std::max_element(row.begin(), row.end()) - row.begin();
      right += static_cast<std::size_t>(best) == labels[i] ? 1.0 : 0.0;
      if (GetParam().loss == Loss::kCrossEntropy) {
        sum -= std::log(static_cast<double>(row[labels[i]]));
      } else if (GetParam().outputs == 1) {
        EXPECT_EQ(row[0], -row[1]);
        const double target = labels[i] == 1 ? 1.0 : -1.0;
        sum += std::pow(static_cast<double>(row[1]) - target, 2);
      } else {
        for (std::size_t c = 0; c < classes; ++c) {
          const double target = c == labels[i] ? 1.0 : 0.0;
          sum += std::pow(static_cast<double>(row[c]) - target, 2) / static_cast<double>(classes);
        }
      }
    }
    const auto count = static_cast<double>(labels.size());
    EXPECT_NEAR(loss, sum / count, 1e-5);
    EXPECT_NEAR(accuracy, right / count, 1e-12);
  };
  check(dataset_->train_x, dataset_->train_labels, evaluation.train_loss,
        evaluation.train_accuracy);
  check(dataset_->test_x, dataset_->test_labels, evaluation.test_loss, evaluation.test_accuracy);
}

TEST_P(Task, PeeksWithoutDisturbing) {
  const auto quiet = make(dataset_, options_);
  const auto watched = make(dataset_, options_);
  std::vector<float> scores(3 * dataset_->classes);
  const std::vector<float> points{0, 0, 1, 1, -1, 0.5F};
  for (std::size_t i = 0; i < 3; ++i) {
    quiet->forward(i);
    watched->forward(i);
    const std::vector<std::byte> before = save(*watched);
    watched->evaluate();
    watched->predict(points, scores);
    EXPECT_EQ(save(*watched), before);
    ASSERT_TRUE(quiet->backward(false).ok());
    ASSERT_TRUE(watched->backward(false).ok());
    watched->evaluate();
    EXPECT_EQ(all_gradients(*watched), all_gradients(*quiet));
    EXPECT_EQ(watched->loss(), quiet->loss());
  }
}

TEST_P(Task, ComesBackFromAnyInstruction) {
  const auto problem = make(dataset_, options_);
  const auto optimizer = optimize(*problem, "SGD", {{"lr", 0.05}});
  constexpr std::size_t kInstructions = 4;
  // over the end of an epoch of six batches
  constexpr std::size_t kTotal = 8 * kInstructions;
  const auto execute = [&](std::size_t at) {
    switch (at % kInstructions) {
      case 0:
        optimizer->zero_grad();
        break;
      case 1:
        problem->forward(at / kInstructions);
        break;
      case 2:
        ASSERT_TRUE(problem->backward(false).ok());
        break;
      default:
        ASSERT_TRUE(optimizer->step().ok());
    }
  };
  std::vector<std::vector<std::byte>> snapshots;
  for (std::size_t at = 0; at < kTotal; ++at) {
    snapshots.push_back(save(*problem));
    execute(at);
  }
  const std::vector<std::byte> end = save(*problem);
  for (std::size_t from = 0; from < kTotal; ++from) {
    restore(*problem, snapshots[from]);
    EXPECT_EQ(save(*problem), snapshots[from]) << from;
    for (std::size_t at = from; at < kTotal; ++at) execute(at);
    EXPECT_EQ(save(*problem), end) << from;
  }
}

TEST_P(Task, IsTheSameInEveryInstance) {
  const auto first = make(dataset_, options_);
  const auto second = make(dataset_, options_);
  TaskOptions other = options_;
  other.seed = 13;
  const auto different = make(dataset_, other);
  for (const std::size_t i : {0U, 1U, 9U, 4U}) {
    first->forward(i);
    second->forward(i);
    different->forward(i);
    EXPECT_EQ(first->loss(), second->loss());
    EXPECT_NE(first->loss(), different->loss());
  }
}

INSTANTIATE_TEST_SUITE_P(Losses, Task,
                         ::testing::Values(TaskCase{"two_classes", "moons", Loss::kCrossEntropy, 2},
                                           TaskCase{"three_classes", "blobs", Loss::kCrossEntropy,
                                                    3},
                                           TaskCase{"two_classes_mse", "moons", Loss::kMse, 1},
                                           TaskCase{"three_classes_mse", "blobs", Loss::kMse, 3}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(TaskProblem, RaisesWhatPyTorchRaises) {
  const auto problem = make(data({"moons", 50, 0.1, 1, 0.2}), {{4}, Activation::kRelu});
  EXPECT_EQ(problem->loss(), std::nullopt);
  EXPECT_EQ(problem->backward(false).error().code, ErrorCode::kLoop);
  EXPECT_EQ(problem->backward(false).error().message, "name 'loss' is not defined");
  problem->forward(0);
  ASSERT_TRUE(problem->backward(false).ok());
  EXPECT_THAT(problem->backward(false).error().message, HasSubstr("second time"));
}

TEST(TaskProblem, RefusesWhatItCannotDo) {
  const auto dataset = data({"moons", 50, 0.1, 1, 0.2});
  const auto message = [&](const TaskOptions& options) {
    const auto made = make_task_problem(dataset, options);
    return made.ok() ? std::string() : made.error().message;
  };
  EXPECT_EQ(message({.hidden = {4}, .batch_size = 40}), "");
  EXPECT_EQ(message({.hidden = {4}, .batch_size = 41}),
            "the batch size must be from 1 to the number of train samples, 40, not 41");
  EXPECT_THAT(message({.hidden = {4}, .batch_size = 0}), HasSubstr("not 0"));
  EXPECT_THAT(message({.hidden = {4, 0}}), HasSubstr("at least one unit"));
}

TEST(TaskProblem, HasLossNames) {
  EXPECT_EQ(loss_from_name("cross_entropy"), Loss::kCrossEntropy);
  EXPECT_EQ(loss_from_name("mse"), Loss::kMse);
  EXPECT_EQ(loss_from_name("l1"), std::nullopt);
}

struct LearningCase {
  const char* data;
  std::vector<std::size_t> hidden;
  std::size_t iterations;
};

class ToyTask : public ::testing::TestWithParam<LearningCase> {};

TEST_P(ToyTask, CanBeLearnt) {
  const auto problem = make(data({GetParam().data, 500, 0.08, 4, 0.2}),
                            {GetParam().hidden, Activation::kTanh, Loss::kCrossEntropy, 32, 1});
  const auto optimizer = optimize(*problem, "Adam", {{"lr", 0.01}});
  train(*problem, *optimizer, GetParam().iterations);
  EXPECT_GT(problem->evaluate()->test_accuracy, 0.95);
}

INSTANTIATE_TEST_SUITE_P(Sets, ToyTask,
                         ::testing::Values(LearningCase{"moons", {8, 8}, 600},
                                           LearningCase{"circles", {8}, 600},
                                           LearningCase{"spirals", {16, 16}, 2000},
                                           LearningCase{"blobs", {}, 300}),
                         [](const auto& test) { return std::string(test.param.data); });

class DigitsTask : public ::testing::TestWithParam<std::pair<const char*, double>> {};

TEST_P(DigitsTask, PassesNinetyFivePercent) {
  const auto problem =
      make(data({.name = "digits"}), {{64, 32}, Activation::kRelu, Loss::kCrossEntropy, 64, 0});
  const auto [name, lr] = GetParam();
  const auto optimizer = optimize(*problem, name, {{"lr", lr}});
  EXPECT_LT(problem->evaluate()->test_accuracy, 0.3);
  train(*problem, *optimizer, 1000);
  const Evaluation evaluation = *problem->evaluate();
  EXPECT_GT(evaluation.test_accuracy, 0.95);
  EXPECT_GT(evaluation.train_accuracy, 0.99);
  RecordProperty("test_accuracy", std::to_string(evaluation.test_accuracy));
}

INSTANTIATE_TEST_SUITE_P(Optimizers, DigitsTask,
                         ::testing::Values(std::pair{"Adam", 1e-3}, std::pair{"SGD", 0.2}),
                         [](const auto& test) { return std::string(test.param.first); });

}  // namespace
}  // namespace steplab
