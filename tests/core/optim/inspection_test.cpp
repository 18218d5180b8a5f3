// SPDX-License-Identifier: MIT
// What the inspector tells of an element's update adds up to it, bit for bit, for every optimizer.
#include "core/optim/fixtures.hpp"
#include "steplab/base/random.hpp"
#include "support/golden.hpp"

namespace steplab {
namespace {

constexpr std::size_t kRows = 4;
constexpr std::size_t kColumns = 3;
constexpr int kSteps = 40;

float sum_of(const Inspection& inspection) {
  float value = inspection.before;
  for (const Inspection::Value& term : inspection.terms) value += static_cast<float>(term.value);
  return value;
}

// Ordinary, huge, tiny and zero gradients, and None (empty).
std::vector<float> gradient(Generator& generator, int step) {
  std::vector<float> values(kRows * kColumns);
  const double scale = step % 7 == 3 ? 1e4 : step % 7 == 5 ? 1e-8 : 1.0;
  generator.fill_uniform(values, -scale, scale);
  if (step % 11 == 4) return {};
  if (step % 11 == 8) std::fill(values.begin(), values.end(), 0.0F);
  return values;
}

class OptimizerInspection : public ::testing::TestWithParam<std::size_t> {
 protected:
  static const OptimizerInfo& info() { return optimizer_registry()[GetParam()]; }

  // The hyper-parameters that are known among those that add terms.
  static HyperValues decaying() {
    HyperValues options;
    for (const HyperParameterInfo& hyper : info().hyper_parameters) {
      if (hyper.name == "weight_decay") options.emplace_back("weight_decay", 0.1);
      if (hyper.name == "decoupled_weight_decay" || hyper.name == "decouple") {
        options.emplace_back(std::string(hyper.name), true);
      }
    }
    return options;
  }

  static void expect_sums(const HyperValues& options, std::size_t element) {
    Generator generator(element + 1);
    std::vector<float> start(kRows * kColumns);
    generator.fill_uniform(start, -2.0, 2.0);
    Parameter parameter("w", Tensor({kRows, kColumns}, start));
    allow_sparse(parameter);
    const auto optimizer = make_optimizer(info().name, options, {&parameter});
    Inspector inspector;
    inspector.watch(parameter, element);
    optimizer->set_inspector(&inspector);
    for (int step = 0; step < kSteps; ++step) {
      const std::vector<float> grad = gradient(generator, step);
      if (grad.empty()) {
        parameter.drop_grad();
      } else {
        set_fitting_grad(info(), parameter, grad);
      }
      const float before = parameter.value().span()[element];
      ASSERT_TRUE(optimizer->step().ok());
      const Inspection& inspection = inspector.inspection();
      if (!inspection.exists) {
        EXPECT_EQ(golden::bits_of(std::array{parameter.value().span()[element]}),
                  golden::bits_of(std::array{before}));
        continue;
      }
      EXPECT_EQ(inspection.before, before);
      EXPECT_EQ(inspection.after, parameter.value().span()[element]);
      ASSERT_EQ(sum_of(inspection), inspection.after) << "step " << step;
      for (const auto& value : inspection.symbols) ASSERT_LT(value.symbol, info().symbols.size());
      for (const auto& value : inspection.terms) ASSERT_LT(value.symbol, info().symbols.size());
    }
  }
};

TEST_P(OptimizerInspection, TermsSumToTheUpdate) {
  for (const std::size_t element : {0U, 5U, 11U}) {
    expect_sums({}, element);
    expect_sums(decaying(), element);
  }
}

// Those that step with the gradients they find; what a closure gives is tested with each of the
// others.
std::vector<std::size_t> without_closure() {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < optimizer_registry().size(); ++i) {
    if (!optimizer_registry()[i].needs_closure) places.push_back(i);
  }
  return places;
}

INSTANTIATE_TEST_SUITE_P(Registry, OptimizerInspection, ::testing::ValuesIn(without_closure()),
                         optimizer_name);

}  // namespace
}  // namespace steplab
