// SPDX-License-Identifier: MIT
// Learning rates and momenta against PyTorch's: to the last bit of a double where what PyTorch took
// from the recording machine's libm was correctly rounded, as ours is; within a few of them where
// it was off. Warnings and errors in PyTorch's words.
#include <cmath>

#include "core/optim/fixtures.hpp"
#include "support/golden.hpp"

namespace steplab {
namespace {

using golden::Json;

double double_from(const Json& digits) {
  const std::uint64_t bits = std::strtoull(digits.GetString(), nullptr, 16);
  double value = 0.0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

void expect_number(double value, const Json& expected, bool to_the_last_bit) {
  if (to_the_last_bit) {
    EXPECT_EQ(golden::bits_of(value), expected.GetString());
  } else {
    EXPECT_NEAR(value, double_from(expected), 1e-15);
  }
}

// PyTorch's momentum, or the first of its betas; 0 where there is neither.
double momentum_of(const Optimizer& optimizer, std::size_t group) {
  if (const Result<HyperValue> betas = optimizer.hyper(group, "betas")) {
    return std::get<std::vector<double>>(*betas).front();
  }
  const Result<HyperValue> momentum = optimizer.hyper(group, "momentum");
  return momentum ? std::get<double>(*momentum) : 0.0;
}

void expect_row(const Optimizer& optimizer, const Json& lrs, const Json* momenta,
                bool to_the_last_bit) {
  ASSERT_EQ(optimizer.group_count(), lrs.Size());
  for (unsigned group = 0; group < lrs.Size(); ++group) {
    SCOPED_TRACE("group " + std::to_string(group));
    expect_number(optimizer.lr(group), lrs[group], to_the_last_bit);
    if (momenta == nullptr) continue;
    expect_number(momentum_of(optimizer, group), (*momenta)[group], to_the_last_bit);
  }
}

HyperValues options_of(const Json& spec) {
  HyperValues options;
  for (const auto& member : spec.GetObject()) {
    const std::string name = member.name.GetString();
    if (name == "name" || name == "schedulers") continue;
    options.emplace_back(name, golden::hyper_value_from(member.value));
  }
  return options;
}

// The scheduler of a document's object, its members first.
Result<std::unique_ptr<Scheduler>> build(Optimizer& optimizer, const Json& spec) {
  std::vector<std::unique_ptr<Scheduler>> members;
  if (spec.HasMember("schedulers")) {
    for (const Json& member : spec["schedulers"].GetArray()) {
      auto made = build(optimizer, member);
      if (!made) return made;
      members.push_back(std::move(made).value());
    }
  }
  const SchedulerInfo* info = find_scheduler(spec["name"].GetString());
  EXPECT_NE(info, nullptr) << spec["name"].GetString();
  return info->create(optimizer, options_of(spec), std::move(members));
}

void note_names(const Json& spec, std::vector<std::string>& seen) {
  seen.emplace_back(spec["name"].GetString());
  if (!spec.HasMember("schedulers")) return;
  for (const Json& member : spec["schedulers"].GetArray()) note_names(member, seen);
}

class Replay {
 public:
  Replay(const Json& group_lrs, const Json& test_case)
      : case_(test_case),
        optimizer_(make_optimizer(test_case["optimizer"]["name"].GetString(),
                                  options_of(test_case["optimizer"]))) {
    for (const Json& lr : group_lrs.GetArray()) add_group(lr.GetDouble());
    for (const Json& spec : case_["schedulers"].GetArray()) {
      auto made = build(*optimizer_, spec);
      EXPECT_TRUE(made.ok()) << made.error().message;
      if (made) schedulers_.push_back(std::move(made).value());
    }
  }

  void run() {
    expect(0);
    const unsigned rows = case_["lr"].Size();
    for (unsigned step = 1; step < rows && !::testing::Test::HasFailure(); ++step) {
      SCOPED_TRACE("step " + std::to_string(step));
      change_by_hand(step);
      if (!case_["never_steps"].GetBool()) {
        EXPECT_TRUE(optimizer_->step().ok());
      }
      const Json& metrics = case_["metrics"];
      const Status outcome = step_all(double_from(metrics[(step - 1) % metrics.Size()]));
      const bool raises = step + 1 == rows && !case_["error"].IsNull();
      EXPECT_EQ(outcome.ok() ? "" : outcome.error().message,
                raises ? case_["error"].GetString() : "");
      expect(step);
    }
    expect_warnings();
  }

 private:
  void add_group(double lr) {
    EXPECT_TRUE(optimizer_->add_param_group({&parameters_.add({0.0F})}, {{"lr", lr}}).ok());
  }

  void change_by_hand(unsigned step) {
    for (const Json& change : case_["set_lr"].GetArray()) {
      if (change["before_step"].GetUint() != step) continue;
      for (unsigned group = 0; group < change["lr"].Size(); ++group) {
        optimizer_->set_lr(group, change["lr"][group].GetDouble());
      }
    }
    for (const Json& group : case_["add_group"].GetArray()) {
      if (group["before_step"].GetUint() == step) add_group(group["lr"].GetDouble());
    }
  }

  Status step_all(double metric) {
    for (const auto& scheduler : schedulers_) {
      if (Status status = scheduler->step(metric); !status) return status;
    }
    return {};
  }

  void expect(unsigned row) const {
    const Json& momentum = case_["momentum"];
    expect_row(*optimizer_, case_["lr"][row], momentum.IsNull() ? nullptr : &momentum[row],
               case_["correctly_rounded"].GetBool());
  }

  void expect_warnings() const {
    std::vector<std::string> warnings;
    for (const auto& scheduler : schedulers_) {
      for (const std::string_view warning : scheduler->warnings()) warnings.emplace_back(warning);
    }
    std::vector<std::string> expected;
    for (const Json& warning : case_["warnings"].GetArray()) {
      expected.emplace_back(warning.GetString());
    }
    EXPECT_EQ(warnings, expected);
  }

  const Json& case_;
  Parameters parameters_;
  std::unique_ptr<Optimizer> optimizer_;
  std::vector<std::unique_ptr<Scheduler>> schedulers_;
};

TEST(SchedulerGolden, EqualsPyTorch) {
  const rapidjson::Document document = golden::load("optim/schedulers.json");
  ASSERT_TRUE(document.IsObject());
  std::vector<std::string> seen;
  for (const Json& test_case : document["cases"].GetArray()) {
    SCOPED_TRACE(test_case["name"].GetString());
    ASSERT_TRUE(test_case["lr"].Size() == 201U || !test_case["error"].IsNull());
    Replay(document["group_lrs"], test_case).run();
    for (const Json& spec : test_case["schedulers"].GetArray()) note_names(spec, seen);
  }
  for (const SchedulerInfo& info : scheduler_registry()) {
    if (info.pytorch_class.empty()) continue;
    EXPECT_GE(std::count(seen.begin(), seen.end(), info.name), 5) << info.name;
  }
}

TEST(SchedulerGolden, RefusesInPyTorchsWords) {
  const rapidjson::Document document = golden::load("optim/schedulers.json");
  ASSERT_GE(document["refusals"].Size(), 50U);
  for (const Json& refusal : document["refusals"].GetArray()) {
    Parameters parameters;
    const auto optimizer = make_optimizer(refusal["name"].GetString());
    for (int group = 0; group < 2; ++group) {
      ASSERT_TRUE(optimizer->add_param_group({&parameters.add({0.0F})}, {}).ok());
    }
    const auto made = build(*optimizer, refusal["scheduler"]);
    const std::string name = refusal["scheduler"]["name"].GetString();
    ASSERT_FALSE(made.ok()) << name << " ought to raise " << refusal["message"].GetString();
    EXPECT_EQ(made.error().message, refusal["message"].GetString()) << name;
  }
}

}  // namespace
}  // namespace steplab
