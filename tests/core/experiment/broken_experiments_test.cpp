// SPDX-License-Identifier: MIT
// Every document of tests/data/broken_experiments.json is refused with its code, path and message.
#include <gmock/gmock.h>
#include <rapidjson/document.h>

#include "core/experiment/test_files.hpp"
#include "steplab/experiment/experiment.hpp"

namespace steplab {
namespace {

std::string text_of(const rapidjson::Value& value) {
  return {value.GetString(), value.GetStringLength()};
}

TEST(BrokenExperiments, AreRefusedByPath) {
  rapidjson::Document cases;
  cases.Parse(read_test_data("broken_experiments.json").c_str());
  ASSERT_TRUE(cases.IsArray());
  ASSERT_GE(cases.Size(), 40u);
  for (const rapidjson::Value& broken : cases.GetArray()) {
    SCOPED_TRACE(text_of(broken["name"]));
    const Result<Experiment> parsed = parse_experiment(text_of(broken["text"]));
    ASSERT_FALSE(parsed.ok());
    EXPECT_EQ(error_code_name(parsed.error().code), text_of(broken["code"]));
    EXPECT_EQ(parsed.error().path, text_of(broken["path"]));
    EXPECT_THAT(parsed.error().message, testing::HasSubstr(text_of(broken["message"])));
    EXPECT_EQ(parsed.error().position >= 0, parsed.error().code == ErrorCode::kInvalidJson);
  }
}

}  // namespace
}  // namespace steplab
