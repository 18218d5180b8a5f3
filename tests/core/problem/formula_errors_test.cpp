// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <fstream>
#include <iterator>
#include <string>

#include "steplab/base/random.hpp"
#include "steplab/problem/formula.hpp"

namespace steplab {
namespace {

/// tests/data/broken_formulas.json, which the page's tests read too.
rapidjson::Document broken_formulas() {
  std::ifstream file(STEPLAB_SOURCE_DIR "/tests/data/broken_formulas.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  rapidjson::Document document;
  document.Parse(text.data(), text.size());
  return document;
}

TEST(BrokenFormula, GetsPositionAndWhatWasExpected) {
  const rapidjson::Document cases = broken_formulas();
  ASSERT_TRUE(cases.IsArray());
  ASSERT_GE(cases.Size(), 40U);
  for (const rapidjson::Value& item : cases.GetArray()) {
    const std::string formula(item["formula"].GetString(), item["formula"].GetStringLength());
    const Status checked = check_formula(formula);
    ASSERT_FALSE(checked.ok()) << formula;
    EXPECT_EQ(checked.error().code, ErrorCode::kInvalidFormula) << formula;
    EXPECT_EQ(checked.error().position, item["position"].GetInt()) << formula;
    // a NUL within the text counts
    EXPECT_EQ(checked.error().message,
              std::string(item["message"].GetString(), item["message"].GetStringLength()));
  }
}

TEST(BrokenFormula, IsRefusedByRecordingInTheSameWords) {
  Graph graph;
  const Node x = graph.input({});
  const Node y = graph.input({});
  const Result<Node> recorded = record_formula(graph, "x + sin y", x, y);
  ASSERT_FALSE(recorded.ok());
  EXPECT_EQ(recorded.error().message, check_formula("x + sin y").error().message);
  EXPECT_EQ(recorded.error().position, 8);
}

TEST(FormulaBudget, AllowsExactlyItsLimits) {
  const auto repeated = [](const std::string& part, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += part;
    return text;
  };
  EXPECT_TRUE(check_formula("x" + repeated(" ", kMaxFormulaLength - 1)).ok());
  EXPECT_FALSE(check_formula("x" + repeated(" ", kMaxFormulaLength)).ok());

  EXPECT_TRUE(
      check_formula(repeated("(", kMaxFormulaDepth) + "x" + repeated(")", kMaxFormulaDepth)).ok());
  EXPECT_FALSE(
      check_formula(repeated("(", kMaxFormulaDepth + 1) + "x" + repeated(")", kMaxFormulaDepth + 1))
          .ok());

  // n additions have n + 1 variables
  const int additions = (kMaxFormulaNodes - 1) / 2;
  EXPECT_TRUE(check_formula("x" + repeated("+x", additions)).ok());
  EXPECT_TRUE(check_formula("-x" + repeated("+x", additions)).ok());
  EXPECT_FALSE(check_formula("--x" + repeated("+x", additions)).ok());
}

TEST(FormulaParser, SurvivesNoise) {
  // Any text is a formula or an error within it. Pieces of the grammar reach deeper than bytes.
  constexpr std::string_view kPieces[] = {"x", "y",  "1.5", "2e-3", "+", "-", "*",    "/",  "^",
                                          "(", ")",  "sin", "sqrt", " ", "e", "pi",   "(x", ")*",
                                          ".", "\n", "q",   "\xC3", "²", ",", "1e99", "^-", "((("};
  Generator generator(20);
  int valid = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    const std::uint32_t length = generator.below(12);
    for (std::uint32_t j = 0; j < length; ++j) {
      text += generator.below(20) == 0 ? std::string(1, static_cast<char>(generator.below(256)))
                                       : std::string(kPieces[generator.below(std::size(kPieces))]);
    }
    const Status checked = check_formula(text);
    if (checked.ok()) {
      ++valid;
      continue;
    }
    EXPECT_GE(checked.error().position, 0) << text;
    EXPECT_LE(checked.error().position, static_cast<int>(text.size())) << text;
    EXPECT_FALSE(checked.error().message.empty()) << text;
  }
  EXPECT_GT(valid, 100);
}

}  // namespace
}  // namespace steplab
