// SPDX-License-Identifier: MIT
// Laws that hold for whole families of inputs.
#include <numeric>

#include "core/optim/fixtures.hpp"
#include "steplab/base/random.hpp"
#include "support/golden.hpp"

namespace steplab {
namespace {

constexpr std::size_t kSize = 45;
constexpr int kSteps = 20;

std::vector<float> random_values(Generator& generator, double bound) {
  std::vector<float> values(kSize);
  generator.fill_uniform(values, -bound, bound);
  return values;
}

// The bits of parameter and state after kSteps on gradients drawn from a seed, each passed through
// `arrange` (as is the start).
template <class Arrange>
std::vector<float> train(std::string_view name, const HyperValues& options, Arrange arrange,
                         float grad_sign = 1.0F) {
  Generator generator(11);
  Parameters parameters;
  Parameter& parameter = parameters.add(arrange(random_values(generator, 2.0)));
  const auto optimizer = make_optimizer(name, options, {&parameter});
  for (int step = 0; step < kSteps; ++step) {
    std::vector<float> grad = arrange(random_values(generator, step % 5 == 0 ? 1e3 : 1.0));
    for (float& element : grad) element *= grad_sign;
    set_grad(parameter, grad);
    EXPECT_TRUE(optimizer->step().ok());
  }
  return values_of(parameter);
}

const auto kAsIs = [](std::vector<float> values) { return values; };

class OptimizerProperty : public ::testing::TestWithParam<std::size_t> {
 protected:
  static std::string_view name() { return optimizer_registry()[GetParam()].name; }
};

TEST_P(OptimizerProperty, StepTreatsElementsAlikeWhereverTheyStand) {
  std::vector<std::uint32_t> order(kSize);
  Generator(5).fill_permutation(order);
  const auto permute = [&](const std::vector<float>& values) {
    std::vector<float> permuted;
    for (const std::uint32_t index : order) permuted.push_back(values[index]);
    return permuted;
  };
  const HyperValues options = {{"weight_decay", 0.1}};
  EXPECT_EQ(golden::bits_of(train(name(), options, permute)),
            golden::bits_of(permute(train(name(), options, kAsIs))));
}

TEST_P(OptimizerProperty, MaximizingTheNegatedGradientIsMinimizing) {
  EXPECT_EQ(
      golden::bits_of(train(name(), {{"maximize", true}, {"weight_decay", 0.1}}, kAsIs, -1.0F)),
      golden::bits_of(train(name(), {{"weight_decay", 0.1}}, kAsIs)));
}

TEST_P(OptimizerProperty, MirrorsWhenStartAndGradientsAreMirrored) {
  const auto mirror = [](std::vector<float> values) {
    for (float& value : values) value = -value;
    return values;
  };
  EXPECT_EQ(golden::bits_of(train(name(), {}, mirror)),
            golden::bits_of(mirror(train(name(), {}, kAsIs))));
}

TEST_P(OptimizerProperty, LearningRateZeroMovesNothing) {
  Generator generator(11);
  const std::vector<float> start = random_values(generator, 2.0);
  EXPECT_EQ(golden::bits_of(train(name(), {{"lr", 0.0}}, kAsIs)), golden::bits_of(start));
}

TEST_P(OptimizerProperty, TwoGroupsOfTheSameOptionsAreOneGroup) {
  Generator generator(3);
  Parameters apart;
  Parameters together;
  for (int i = 0; i < 2; ++i) {
    const std::vector<float> start = random_values(generator, 1.0);
    apart.add(start);
    together.add(start);
  }
  const auto one = make_optimizer(name(), {}, together.pointers());
  const auto two = make_optimizer(name(), {}, {&apart[0]});
  ASSERT_TRUE(two->add_param_group({&apart[1]}, {}).ok());
  for (int step = 0; step < kSteps; ++step) {
    for (std::size_t i = 0; i < 2; ++i) {
      const std::vector<float> grad = random_values(generator, 1.0);
      set_grad(apart[i], grad);
      set_grad(together[i], grad);
    }
    ASSERT_TRUE(one->step().ok() && two->step().ok());
  }
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(golden::bits_of(apart[i].value().span()),
              golden::bits_of(together[i].value().span()));
  }
}

INSTANTIATE_TEST_SUITE_P(Registry, OptimizerProperty, kElementwiseOptimizers, optimizer_name);

}  // namespace
}  // namespace steplab
