// SPDX-License-Identifier: MIT
// Text that only looks like a document, and texts too large to write down in a table.
#include <gmock/gmock.h>

#include <cmath>

#include "steplab/experiment/experiment.hpp"

namespace steplab {
namespace {

Error error_of(std::string_view json) {
  const Result<Experiment> parsed = parse_experiment(json);
  return parsed.ok() ? Error{} : parsed.error();
}

std::string with_label(std::string_view label) {
  return R"({"version":1,"problem":{"kind":"surface","name":"booth"},"runs":[{"label":")" +
         std::string(label) + R"(","optimizer":{"name":"Adam"}}]})";
}

TEST(JsonText, SaysWhereItStopsBeingJson) {
  const Error error = error_of("{\n  \"version\": 1,\n  \"steps\": }");
  EXPECT_EQ(error.code, ErrorCode::kInvalidJson);
  EXPECT_EQ(error.position, 29);
  EXPECT_EQ(error.message,
            "not JSON: line 3, column 12: expected an object, an array, a string, a number, true, "
            "false or null, found \"}\"");
}

TEST(JsonText, CountsColumnsInCharacters) {
  EXPECT_THAT(error_of("{\"é\": }").message, testing::HasSubstr("column 7:"));
}

TEST(JsonText, RefusesBytesThatAreNotUtf8) {
  EXPECT_EQ(error_of(with_label("\xFF")).code, ErrorCode::kInvalidJson);
  EXPECT_EQ(error_of(with_label("\xC0\xAF")).code, ErrorCode::kInvalidJson);
  EXPECT_TRUE(parse_experiment(with_label("θ → 0")).ok());
}

TEST(JsonText, RefusesDocumentsOfMoreThan16MiB) {
  const std::string blank(std::size_t{16} << 20, ' ');
  const std::string document = with_label("a");
  EXPECT_EQ(error_of(document + blank).message, "the document has " +
                                                    std::to_string(document.size() + blank.size()) +
                                                    " bytes; at most 16777216 are allowed");
  EXPECT_TRUE(parse_experiment(document + blank.substr(document.size())).ok());
}

TEST(JsonText, RefusesNestingWithoutUsingTheStackForIt) {
  std::string deep(1'000'000, '[');
  EXPECT_THAT(error_of(deep).message, testing::HasSubstr("nested too deeply"));
  std::string objects;
  for (int i = 0; i < 40; ++i) objects += "{\"a\":";
  const Error error = error_of(objects);
  std::string path;
  for (int i = 0; i < 32; ++i) path += "/a";
  EXPECT_EQ(error.path, path);
}

TEST(JsonText, ReadsWholeNumbersHoweverTheyAreWritten) {
  const Result<Experiment> parsed = parse_experiment(
      R"({"version":1.0,"seed":1e3,"steps":1000E-1,"problem":{"kind":"surface","name":"booth",
          "start":[-0.0,1.0]},"runs":[{"optimizer":{"name":"Adam"}}]})");
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(parsed.value().seed, 1000u);
  EXPECT_EQ(parsed.value().steps, 100u);
  const auto& surface = std::get<SurfaceSpec>(parsed.value().problem);
  EXPECT_TRUE(std::signbit((*surface.start)[0]));
}

}  // namespace
}  // namespace steplab
