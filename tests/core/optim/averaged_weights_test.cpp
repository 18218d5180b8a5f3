// SPDX-License-Identifier: MIT
#include "steplab/optim/averaged_weights.hpp"

#include "core/optim/fixtures.hpp"
#include "support/golden.hpp"

namespace steplab {
namespace {

using golden::Json;

void take(Parameters& parameters, const Json& values) {
  for (unsigned i = 0; i < values.Size(); ++i) {
    const std::vector<float> elements = golden::floats_from(values[i]);
    std::copy(elements.begin(), elements.end(), parameters[i].mutable_value().span().begin());
  }
}

std::unique_ptr<AveragedWeights> average_of(Parameters& parameters, const Json& spec) {
  HyperValues options;
  for (const auto& [name, value] : golden::hyper_values_from(spec)) {
    if (name != "name") options.emplace_back(name, value);
  }
  auto made = AveragedWeights::create(spec["name"].GetString(), options, parameters.pointers());
  EXPECT_TRUE(made.ok()) << made.error().message;
  return std::move(made).value();
}

TEST(AveragedWeights, EqualPyTorchsBitForBit) {
  const rapidjson::Document document = golden::load("optim/averages.json");
  const Json& weights = document["weights"];
  for (const Json& test_case : document["cases"].GetArray()) {
    SCOPED_TRACE(test_case["name"].GetString());
    Parameters parameters;
    for (const Json& value : weights[0].GetArray()) parameters.add(golden::floats_from(value));
    const auto average = average_of(parameters, test_case["average"]);
    const Json& rows = test_case["rows"];
    ASSERT_EQ(rows.Size() + 1, weights.Size());
    for (unsigned step = 0; step < rows.Size(); ++step) {
      take(parameters, weights[step + 1]);
      average->after_step();
      EXPECT_EQ(average->updates(), rows[step]["updates"].GetUint());
      for (unsigned i = 0; i < average->values().size(); ++i) {
        EXPECT_EQ(golden::bits_of(average->values()[i].span()), rows[step]["values"][i].GetString())
            << "step " << step + 1 << ", parameter " << i;
      }
    }
  }
}

TEST(AveragedWeights, RefuseADecayInPyTorchsWords) {
  const rapidjson::Document document = golden::load("optim/averages.json");
  for (const Json& refusal : document["refusals"].GetArray()) {
    const auto made = AveragedWeights::create("EMA", {{"decay", refusal["decay"].GetDouble()}}, {});
    ASSERT_FALSE(made.ok());
    EXPECT_EQ(made.error().path, "/decay");
    EXPECT_EQ(made.error().message, refusal["message"].GetString());
  }
}

TEST(AveragedWeights, RefuseWhatIsNoNumberOfSteps) {
  const auto refusal = [](const HyperValues& options) {
    const auto made = AveragedWeights::create("SWA", options, {});
    return made.ok() ? std::string() : made.error().path + " " + made.error().message;
  };
  EXPECT_EQ(refusal({{"start", -1.0}}), "/start start is -1; it must be an integer of at least 0");
  EXPECT_EQ(refusal({{"every", 0.0}}), "/every every is 0; it must be an integer of at least 1");
  EXPECT_EQ(refusal({{"every", 1.5}}), "/every every is 1.5; it must be an integer of at least 1");
  EXPECT_EQ(refusal({{"decay", 0.5}}),
            "/decay SWA has no hyper-parameter 'decay'; it has start, every");
}

TEST(AveragedWeights, GoOnAfterARestore) {
  Parameters parameters;
  Parameter& parameter = parameters.add({1.0F});
  auto average = AveragedWeights::create("SWA", {}, parameters.pointers());
  ASSERT_TRUE(average.ok());
  const auto step_to = [&](float value) {
    parameter.mutable_value().span()[0] = value;
    (*average)->after_step();
  };
  step_to(2.0F);
  Archive measure = Archive::measuring();
  (*average)->archive(measure);
  std::vector<std::byte> buffer(measure.bytes());
  Archive save = Archive::saving(buffer);
  (*average)->archive(save);
  step_to(9.0F);
  Archive restore = Archive::restoring(buffer);
  (*average)->archive(restore);
  step_to(4.0F);
  EXPECT_EQ((*average)->updates(), 2U);
  EXPECT_EQ((*average)->values()[0].span()[0], 3.0F);
}

}  // namespace
}  // namespace steplab
