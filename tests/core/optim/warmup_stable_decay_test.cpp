// SPDX-License-Identifier: MIT
#include <cmath>

#include "core/optim/fixtures.hpp"

namespace steplab {
namespace {

class WarmupStableDecayTest : public ::testing::Test {
 protected:
  WarmupStableDecayTest()
      : optimizer_(make_optimizer("SGD", {{"lr", 1.0}}, {&parameters_.add({0.0F})})) {}

  std::vector<double> rates(const HyperValues& options, int count) {
    const auto scheduler = make_scheduler("WarmupStableDecay", *optimizer_, options);
    std::vector<double> rates = {optimizer_->lr(0)};
    for (int i = 0; i < count; ++i) {
      EXPECT_TRUE(scheduler->step().ok());
      rates.push_back(optimizer_->lr(0));
    }
    return rates;
  }

  std::string refusal(const HyperValues& options) {
    const auto made = find_scheduler("WarmupStableDecay")->create(*optimizer_, options, {});
    return made.ok() ? std::string() : made.error().path + " " + made.error().message;
  }

  static HyperValues lengths(double warmup, double stable, double decay) {
    return {{"num_warmup_steps", warmup}, {"num_stable_steps", stable}, {"num_decay_steps", decay}};
  }

  Parameters parameters_;
  std::unique_ptr<Optimizer> optimizer_;
};

TEST_F(WarmupStableDecayTest, IsATrapezoidWithALinearDecay) {
  HyperValues options = lengths(4, 2, 4);
  options.emplace_back("decay_type", "linear");
  EXPECT_EQ(rates(options, 11),
            (std::vector<double>{0, 0.25, 0.5, 0.75, 1, 1, 1, 0.75, 0.5, 0.25, 0, 0}));
}

TEST_F(WarmupStableDecayTest, FallsFastestAtFirstWithOneMinusRoot) {
  EXPECT_EQ(rates(lengths(0, 0, 4), 5),
            (std::vector<double>{1, 0.5, 1 - std::sqrt(0.5), 1 - std::sqrt(0.75), 0, 0}));
}

TEST_F(WarmupStableDecayTest, EndsAtItsRatio) {
  HyperValues options = lengths(0, 1, 2);
  options.emplace_back("min_lr_ratio", 0.5);
  options.emplace_back("decay_type", "cosine");
  const std::vector<double> found = rates(options, 4);
  EXPECT_EQ(found[1], 1.0);
  EXPECT_NEAR(found[2], 0.75, 1e-15);
  EXPECT_EQ(found[3], 0.5);
  EXPECT_EQ(found[4], 0.5);
}

TEST_F(WarmupStableDecayTest, RefusesBadArguments) {
  EXPECT_EQ(refusal({{"num_warmup_steps", 1.0}, {"num_stable_steps", 1.0}}),
            "/num_decay_steps WarmupStableDecay.__init__() missing 1 required positional argument: "
            "'num_decay_steps'");
  EXPECT_EQ(refusal(lengths(-1, 1, 1)),
            "/num_warmup_steps num_warmup_steps is -1; it must be an integer of at least 0");
  HyperValues options = lengths(1, 1, 1);
  options.emplace_back("decay_type", "square");
  EXPECT_EQ(refusal(options),
            "/decay_type decay_type is 'square'; it must be 'linear', 'cosine' or '1-sqrt'");
}

}  // namespace
}  // namespace steplab
