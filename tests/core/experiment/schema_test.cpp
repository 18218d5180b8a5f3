// SPDX-License-Identifier: MIT
// The schema is the single source: what it says of itself must hold of the code beside it.
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <set>

#include "steplab/experiment/experiment.hpp"

namespace steplab {
namespace {

rapidjson::Document schema() {
  rapidjson::Document document;
  document.Parse(experiment_schema().data(), experiment_schema().size());
  return document;
}

// Calls `visit` with every object in a document.
template <class Visit>
void each_object(const rapidjson::Value& value, const Visit& visit) {
  if (value.IsObject()) {
    visit(value);
    for (const auto& entry : value.GetObject()) each_object(entry.value, visit);
  } else if (value.IsArray()) {
    for (const rapidjson::Value& item : value.GetArray()) each_object(item, visit);
  }
}

TEST(Schema, IsDraft4) {
  const rapidjson::Document document = schema();
  ASSERT_TRUE(document.IsObject());
  EXPECT_STREQ(document["$schema"].GetString(), "http://json-schema.org/draft-04/schema#");
}

TEST(Schema, RefersToEveryDefinitionAndToNothingElse) {
  const rapidjson::Document document = schema();
  std::set<std::string> used;
  each_object(document, [&](const rapidjson::Value& object) {
    if (object.HasMember("$ref")) used.insert(object["$ref"].GetString());
  });
  std::set<std::string> defined;
  for (const auto& entry : document["definitions"].GetObject()) {
    defined.insert(std::string("#/definitions/") + entry.name.GetString());
  }
  EXPECT_EQ(used, defined);
}

TEST(Schema, SaysOfEveryObjectWhatItsOtherKeysAre) {
  const rapidjson::Document document = schema();
  each_object(document, [](const rapidjson::Value& object) {
    if (!object.HasMember("type") || object["type"] != "object") return;
    EXPECT_TRUE(object.HasMember("additionalProperties"))
        << (object.HasMember("title") ? object["title"].GetString() : "an object without a title");
  });
}

TEST(Schema, HasTheDefaultsOfTheStructs) {
  const rapidjson::Document document = schema();
  const rapidjson::Value& properties = document["properties"];
  const rapidjson::Value& definitions = document["definitions"];
  const Experiment experiment;
  EXPECT_EQ(properties["seed"]["default"].GetUint64(), experiment.seed);
  EXPECT_EQ(properties["steps"]["default"].GetUint64(), experiment.steps);
  const rapidjson::Value& loop = definitions["loop"]["default"];
  ASSERT_EQ(loop.Size(), experiment.loop.size());
  for (rapidjson::SizeType i = 0; i < loop.Size(); ++i) {
    EXPECT_EQ(loop[i].GetString(), instruction_name(experiment.loop[i].kind));
  }
  const TaskSpec task;
  const rapidjson::Value& data = definitions["toy_data"]["properties"];
  EXPECT_EQ(data["samples"]["default"].GetUint64(), task.data.samples);
  EXPECT_EQ(data["noise"]["default"].GetDouble(), task.data.noise);
  EXPECT_EQ(data["seed"]["default"].GetUint64(), task.data.seed);
  EXPECT_EQ(definitions["test_fraction"]["default"].GetDouble(), task.data.test_fraction);
  EXPECT_EQ(definitions["model"]["properties"]["activation"]["default"].GetString(),
            task.model.activation);
  EXPECT_EQ(definitions["task"]["properties"]["loss"]["default"].GetString(), task.loss);
  EXPECT_EQ(definitions["task"]["properties"]["batch_size"]["default"].GetUint64(),
            task.batch_size);
  const Instruction line;
  EXPECT_EQ(definitions["enabled"]["default"].GetBool(), line.enabled);
  EXPECT_EQ(definitions["every"]["default"].GetUint64(), line.every);
  EXPECT_EQ(definitions["do_zero_grad"]["properties"]["set_to_none"]["default"].GetBool(),
            line.set_to_none);
  EXPECT_EQ(definitions["do_backward"]["properties"]["retain_graph"]["default"].GetBool(),
            line.retain_graph);
}

}  // namespace
}  // namespace steplab
