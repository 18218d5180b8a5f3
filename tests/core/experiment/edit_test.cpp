// SPDX-License-Identifier: MIT
// Edits of a running session: parse_edit.
#include <gtest/gtest.h>

#include "steplab/experiment/experiment.hpp"

namespace steplab {
namespace {

void expect_refused(std::string_view json, std::string_view path, std::string_view message) {
  const Result<Edit> edit = parse_edit(json);
  ASSERT_FALSE(edit.ok()) << json;
  EXPECT_EQ(edit.error().code, ErrorCode::kInvalidExperiment);
  EXPECT_EQ(edit.error().path, path);
  EXPECT_EQ(edit.error().message, message);
}

TEST(Edit, ReadsWhatToDo) {
  const Result<Edit> freeze = parse_edit(R"({"freeze": "0.weight"})");
  ASSERT_TRUE(freeze.ok()) << freeze.error().message;
  EXPECT_EQ(std::get<Edit::Freeze>(freeze.value().action).parameter, "0.weight");
  EXPECT_FALSE(freeze.value().run.has_value());

  const Result<Edit> unfreeze = parse_edit(R"({"unfreeze": "x", "run": 2})");
  ASSERT_TRUE(unfreeze.ok()) << unfreeze.error().message;
  EXPECT_EQ(std::get<Edit::Unfreeze>(unfreeze.value().action).parameter, "x");
  EXPECT_EQ(unfreeze.value().run, 2u);

  const Result<Edit> set = parse_edit(R"({"set": {"lr": 0.01, "betas": [0.5, 0.9]}, "group": 1})");
  ASSERT_TRUE(set.ok()) << set.error().message;
  const HyperValues expected = {{"lr", 0.01}, {"betas", std::vector<double>{0.5, 0.9}}};
  EXPECT_EQ(std::get<Edit::Set>(set.value().action).options, expected);
  EXPECT_EQ(std::get<Edit::Set>(set.value().action).group, 1u);
}

TEST(Edit, RefusesTheRestByPath) {
  expect_refused("3", "", "the document is 3; it must be an object");
  expect_refused("{}", "",
                 "missing key \"freeze\", \"unfreeze\", \"set\" or \"loop\" in the document");
  expect_refused(R"({"at": 3, "freeze": "x"})", "/at",
                 "unknown key \"at\"; an edit of a running session happens at once");
  expect_refused(R"({"freeze": 3})", "/freeze",
                 "freeze is 3; it must be a string of 1 to 80 characters");
  expect_refused(R"({"freeze": "x", "group": 0})", "/group",
                 "unknown key \"group\"; known keys are at, run and freeze");
  expect_refused(
      R"({"set": {"__proto__": 1}})", "/set/__proto__",
      "unknown key \"__proto__\"; options have names of letters, digits and underscores");
}

}  // namespace
}  // namespace steplab
