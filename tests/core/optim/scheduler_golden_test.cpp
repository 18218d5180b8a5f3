// SPDX-License-Identifier: MIT
// Learning rates against PyTorch's: to the last bit of a double where PyTorch's cosines were
// correctly rounded, as ours are; within a few of them where the recording machine's libm was off.
#include "core/optim/fixtures.hpp"
#include "support/golden.hpp"

namespace steplab {
namespace {

using golden::Json;

double double_from(const char* digits) {
  const std::uint64_t bits = std::strtoull(digits, nullptr, 16);
  double value = 0.0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

void expect_rates(const Optimizer& optimizer, const Json& expected, bool to_the_last_bit) {
  ASSERT_EQ(optimizer.group_count(), expected.Size());
  for (unsigned group = 0; group < expected.Size(); ++group) {
    const double lr = optimizer.lr(group);
    const char* digits = expected[group].GetString();
    if (to_the_last_bit) {
      EXPECT_EQ(golden::bits_of(lr), digits) << "group " << group;
    } else {
      EXPECT_NEAR(lr, double_from(digits), 1e-16) << "group " << group;
    }
  }
}

void replay(const Json& group_lrs, const Json& test_case) {
  Parameters parameters;
  const auto add_group = [&](Optimizer& optimizer, double lr) {
    EXPECT_TRUE(optimizer.add_param_group({&parameters.add({0.0F})}, {{"lr", lr}}).ok());
  };
  const std::unique_ptr<Optimizer> optimizer = make_optimizer("SGD");
  for (const Json& lr : group_lrs.GetArray()) add_group(*optimizer, lr.GetDouble());
  std::vector<std::unique_ptr<Scheduler>> schedulers;
  for (const Json& scheduler : test_case["schedulers"].GetArray()) {
    schedulers.push_back(make_scheduler(scheduler["name"].GetString(), *optimizer,
                                        golden::hyper_values_from(scheduler["options"])));
  }

  const Json& rates = test_case["lr"];
  const bool to_the_last_bit = test_case["correctly_rounded"].GetBool();
  expect_rates(*optimizer, rates[0], to_the_last_bit);
  for (unsigned step = 1; step < rates.Size() && !::testing::Test::HasFailure(); ++step) {
    for (const Json& change : test_case["set_lr"].GetArray()) {
      if (change["before_step"].GetUint() != step) continue;
      for (unsigned group = 0; group < change["lr"].Size(); ++group) {
        optimizer->set_lr(group, change["lr"][group].GetDouble());
      }
    }
    for (const Json& group : test_case["add_group"].GetArray()) {
      if (group["before_step"].GetUint() == step) add_group(*optimizer, group["lr"].GetDouble());
    }
    for (const auto& scheduler : schedulers) EXPECT_TRUE(scheduler->step().ok());
    SCOPED_TRACE("step " + std::to_string(step));
    expect_rates(*optimizer, rates[step], to_the_last_bit);
  }
}

TEST(SchedulerGolden, EqualsPyTorch) {
  const rapidjson::Document document = golden::load("optim/schedulers.json");
  ASSERT_TRUE(document.IsObject());
  std::vector<std::string> seen;
  for (const Json& test_case : document["cases"].GetArray()) {
    SCOPED_TRACE(test_case["name"].GetString());
    ASSERT_EQ(test_case["lr"].Size(), 201U);
    replay(document["group_lrs"], test_case);
    for (const Json& scheduler : test_case["schedulers"].GetArray()) {
      seen.emplace_back(scheduler["name"].GetString());
    }
  }
  for (const SchedulerInfo& info : scheduler_registry()) {
    EXPECT_GE(std::count(seen.begin(), seen.end(), info.name), 5) << info.name;
  }
}

}  // namespace
}  // namespace steplab
