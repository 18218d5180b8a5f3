// SPDX-License-Identifier: MIT
// The law of to_json: parsing what it writes gives the same experiment, bit for bit.
#include <gtest/gtest.h>

#include "core/experiment/random_experiment.hpp"
#include "core/experiment/same_experiment.hpp"

namespace steplab {
namespace {

TEST(RoundTrip, KeepsRandomExperiments) {
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const Experiment drawn = random_experiment(seed);
    const std::string json = to_json(drawn);
    const Result<Experiment> parsed = parse_experiment(json);
    ASSERT_TRUE(parsed.ok()) << parsed.error().path << ": " << parsed.error().message << "\n"
                             << json;
    ASSERT_TRUE(same(parsed.value(), drawn)) << "seed " << seed << "\n" << json;
    ASSERT_EQ(to_json(parsed.value()), json);
  }
}

TEST(RoundTrip, LeavesDefaultsOut) {
  const std::string brief = R"({"version":1,"problem":{"kind":"task","data":{"name":"moons"}},)"
                            R"("runs":[{"optimizer":{"name":"Adam","lr":0.001}}]})";
  const Result<Experiment> parsed = parse_experiment(
      R"({"runs":[{"optimizer":{"lr":1e-3,"name":"Adam"},"label":"Adam 0.001"}],"seed":0,"steps":500,
          "loop":["zero_grad","forward",{"do":"backward","every":1,"retain_graph":false},
          {"do":"step","enabled":true}],"edits":[],"problem":{"loss":"cross_entropy",
          "batch_size":32,"model":{"hidden":[],"activation":"relu"},"data":{"samples":500,
          "noise":0.1,"seed":0,"test_fraction":0.2,"name":"moons"},"kind":"task"},"version":1})");
  ASSERT_TRUE(parsed.ok()) << parsed.error().path << ": " << parsed.error().message;
  EXPECT_EQ(to_json(parsed.value()), brief);
}

TEST(RoundTrip, KeepsNoneWithinATuple) {
  const std::string json = R"({"version":1,"problem":{"kind":"surface","name":"bowl"},)"
                           R"("runs":[{"optimizer":{"name":"Adafactor","eps":[null,0.01]}}]})";
  const Result<Experiment> parsed = parse_experiment(json);
  ASSERT_TRUE(parsed.ok()) << parsed.error().path << ": " << parsed.error().message;
  EXPECT_EQ(to_json(parsed.value()), json);
}

TEST(RoundTrip, WritesTheShortestNumbers) {
  const std::string json =
      R"({"version":1,"problem":{"kind":"surface","formula":"x*y","start":[0.1,-0.0],)"
      R"("view":[-1000000,1e-9,0.30000000000000004,123.5]},"runs":[{"optimizer":{"name":"SGD"}}]})";
  const Result<Experiment> parsed = parse_experiment(json);
  ASSERT_TRUE(parsed.ok()) << parsed.error().path << ": " << parsed.error().message;
  EXPECT_EQ(to_json(parsed.value()), json);
}

}  // namespace
}  // namespace steplab
