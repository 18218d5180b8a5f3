// SPDX-License-Identifier: MIT
#include "steplab/kernels/softmax.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "support/sequences.hpp"

namespace steplab {
namespace {

using kernels::Into;

TEST(Softmax, ForwardAndBackwardAgreeWithDoubles) {
  for (std::size_t classes = 1; classes <= 17; ++classes) {
    for (const std::size_t rows : {1, 5, 8}) {
      const std::vector<float> logits = uniform_values(rows * classes, -6, 6, classes);
      std::vector<float> labels(rows);
      for (std::size_t row = 0; row < rows; ++row) {
        labels[row] = static_cast<float>((row * 7) % classes);
      }
      std::vector<float> scratch(logits.size());
      std::vector<float> log_probabilities(logits.size());
      kernels::log_softmax(classes, logits, scratch, log_probabilities);
      const float loss = kernels::mean_negative_log_likelihood(classes, log_probabilities, labels);
      std::vector<float> grad(logits.size(), 5.0F);
      kernels::cross_entropy_gradient(Into::kReplace, classes, 3.0F, log_probabilities, labels,
                                      scratch, grad);
      std::vector<float> added(logits.size(), 5.0F);
      kernels::cross_entropy_gradient(Into::kAdd, classes, 3.0F, log_probabilities, labels, scratch,
                                      added);

      double exact_loss = 0.0;
      for (std::size_t row = 0; row < rows; ++row) {
        const float* x = logits.data() + row * classes;
        double total = 0.0;
        for (std::size_t j = 0; j < classes; ++j) total += std::exp(static_cast<double>(x[j]));
        for (std::size_t j = 0; j < classes; ++j) {
          const std::size_t i = row * classes + j;
          const double exact = x[j] - std::log(total);
          EXPECT_NEAR(log_probabilities[i], exact, 2e-6);
          const bool is_label = static_cast<float>(j) == labels[row];
          if (is_label) exact_loss -= exact / static_cast<double>(rows);
          const double exact_grad =
              3.0 * (std::exp(exact) - (is_label ? 1.0 : 0.0)) / static_cast<double>(rows);
          EXPECT_NEAR(grad[i], exact_grad, 2e-6);
          EXPECT_EQ(added[i], 5.0F + grad[i]);
        }
      }
      EXPECT_NEAR(loss, exact_loss, 4e-6);
    }
  }
}

TEST(Softmax, ProbabilitiesAndTheirGradientAgreeWithDoubles) {
  constexpr std::size_t kRows = 5;
  for (const std::size_t classes : {1, 2, 3, 10}) {
    const std::vector<float> x = uniform_values(kRows * classes, -6, 6, classes);
    const std::vector<float> grad = uniform_values(kRows * classes, -1, 1, classes + 20);
    std::vector<float> scratch(x.size());
    std::vector<float> softmax(x.size());
    kernels::softmax(classes, x, scratch, softmax);
    std::vector<float> passed(x.size(), 5.0F);
    kernels::softmax_gradient(Into::kReplace, classes, grad, softmax, scratch, passed);
    for (std::size_t row = 0; row < kRows; ++row) {
      const std::size_t begin = row * classes;
      double total = 0.0;
      double weighted = 0.0;
      for (std::size_t i = begin; i < begin + classes; ++i) {
        total += std::exp(static_cast<double>(x[i]));
        weighted += static_cast<double>(grad[i]) * std::exp(static_cast<double>(x[i]));
      }
      for (std::size_t i = begin; i < begin + classes; ++i) {
        const double exact = std::exp(static_cast<double>(x[i])) / total;
        EXPECT_NEAR(softmax[i], exact, 1e-6);
        EXPECT_NEAR(passed[i], (static_cast<double>(grad[i]) - weighted / total) * exact, 1e-6);
      }
    }
  }
}

TEST(Softmax, ARowDoesNotDependOnTheOthers) {
  const std::vector<float> logits = uniform_values(6 * 5, -6, 6);
  std::vector<float> scratch(30);
  std::vector<float> together(30);
  kernels::log_softmax(5, logits, scratch, together);
  for (std::size_t row = 0; row < 6; ++row) {
    std::vector<float> alone(5);
    kernels::log_softmax(5, std::span<const float>(logits).subspan(row * 5, 5),
                         std::span<float>(scratch).first(5), alone);
    EXPECT_TRUE(std::equal(alone.begin(), alone.end(), together.begin() + row * 5));
  }
}

TEST(Softmax, NanAndInfinity) {
  std::vector<float> scratch(3);
  std::vector<float> out(3);
  const std::vector<float> with_nan = {1.0F, NAN, 2.0F};
  kernels::log_softmax(3, with_nan, scratch, out);
  for (const float value : out) EXPECT_TRUE(std::isnan(value));
  const std::vector<float> with_infinity = {-INFINITY, 0.0F, 0.0F};
  kernels::log_softmax(3, with_infinity, scratch, out);
  EXPECT_EQ(out[0], -INFINITY);
  EXPECT_FLOAT_EQ(out[1], -std::log(2.0F));
}

}  // namespace
}  // namespace steplab
