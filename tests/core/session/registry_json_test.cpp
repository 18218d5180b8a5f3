// SPDX-License-Identifier: MIT
// The registry as JSON, and the lists elsewhere that must agree with it.
#include "steplab/session/registry_json.hpp"

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include "steplab/experiment/experiment.hpp"
#include "steplab/optim/registry.hpp"
#include "steplab/problem/surfaces.hpp"
#include "steplab/session/version.hpp"

namespace steplab {
namespace {

rapidjson::Document registry() {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseFullPrecisionFlag>(registry_json().c_str());
  return document;
}

TEST(RegistryJson, HasEveryEntryOnce) {
  const rapidjson::Document document = registry();
  ASSERT_TRUE(document.IsObject());
  EXPECT_EQ(document["version"].GetString(), steplab_version());
  ASSERT_EQ(document["optimizers"].Size(), optimizer_registry().size());
  ASSERT_EQ(document["schedulers"].Size(), scheduler_registry().size());
  ASSERT_EQ(document["surfaces"].Size(), surface_registry().size());
  for (rapidjson::SizeType i = 0; i < document["optimizers"].Size(); ++i) {
    const rapidjson::Value& written = document["optimizers"][i];
    const OptimizerInfo& info = optimizer_registry()[i];
    EXPECT_EQ(written["name"].GetString(), info.name);
    EXPECT_EQ(written["pytorch_class"].GetString(), info.pytorch_class);
    EXPECT_EQ(written["matrices_only"].GetBool(), info.name == "Muon");
    EXPECT_EQ(written["formula"].GetString(), info.formula);
    EXPECT_EQ(written["hyper_parameters"].Size(), info.hyper_parameters.size());
    EXPECT_EQ(written["state"].Size(), info.state.size());
  }
}

TEST(RegistryJson, WritesDefaultsByTheirType) {
  const rapidjson::Document document = registry();
  const auto hyper_parameter = [&](const char* name) -> const rapidjson::Value& {
    for (const rapidjson::Value& optimizer : document["optimizers"].GetArray()) {
      if (optimizer["name"] != "Adam") continue;
      for (const rapidjson::Value& each : optimizer["hyper_parameters"].GetArray()) {
        if (each["name"] == name) return each;
      }
    }
    static const rapidjson::Value kNone(rapidjson::kObjectType);
    return kNone;
  };
  EXPECT_EQ(hyper_parameter("lr")["default"].GetDouble(), 0.001);
  EXPECT_EQ(hyper_parameter("lr")["scale"], "logarithmic");
  EXPECT_EQ(hyper_parameter("eps")["default"].GetDouble(), 1e-8);
  ASSERT_TRUE(hyper_parameter("betas")["default"].IsArray());
  EXPECT_EQ(hyper_parameter("betas")["default"][1].GetDouble(), 0.999);
  EXPECT_TRUE(hyper_parameter("amsgrad")["default"].IsFalse());
}

TEST(RegistryJson, HasNoMinimumWhereThereIsNone) {
  const rapidjson::Document document = registry();
  for (const rapidjson::Value& surface : document["surfaces"].GetArray()) {
    const SurfaceInfo* info = find_surface(surface["name"].GetString());
    ASSERT_NE(info, nullptr);
    EXPECT_EQ(surface["minimum"].IsNull(), info->minimum != info->minimum);
    EXPECT_EQ(surface["minimisers"].Size(), info->minimisers.size());
    EXPECT_EQ(surface["view"].Size(), 4u);
  }
}

// The schema cannot ask the registry, so a test does.
TEST(RegistryJson, HasTheSurfacesThatTheSchemaNames) {
  rapidjson::Document schema;
  schema.Parse(experiment_schema().data(), experiment_schema().size());
  const rapidjson::Value& names =
      schema["definitions"]["named_surface"]["properties"]["name"]["enum"];
  ASSERT_EQ(names.Size(), surface_registry().size());
  for (rapidjson::SizeType i = 0; i < names.Size(); ++i) {
    EXPECT_EQ(names[i].GetString(), surface_registry()[i].name);
  }
}

}  // namespace
}  // namespace steplab
