// SPDX-License-Identifier: MIT
// Programs labelled by hand: what the doctor finds in each, and that it finds nothing else; and
// that every remedy does what it says.
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cmath>

#include "core/analysis/diagnoses.hpp"
#include "core/experiment/test_files.hpp"

namespace steplab {
namespace {

using Json = rapidjson::Value;

std::string text_of(const Json& json) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  json.Accept(writer);
  return buffer.GetString();
}

std::set<std::string> names_of(const Json& array) {
  std::set<std::string> names;
  for (const Json& name : array.GetArray()) names.insert(name.GetString());
  return names;
}

void expect_complete(const Finding& finding, const std::vector<Instruction>& loop) {
  SCOPED_TRACE(finding.id);
  EXPECT_FALSE(finding.title.empty());
  EXPECT_GT(finding.explanation.size(), 60U);
  EXPECT_EQ(finding.pytorch.rfind("PyTorch ", 0), 0U) << finding.pytorch;
  EXPECT_LT(finding.line.value_or(0), loop.size());
}

// An `equivalent` remedy's document is equivalent; an `improved` one is better in its measure.
void expect_true(const Finding& finding) {
  if (!finding.remedy) return;
  SCOPED_TRACE(finding.id + ": " + finding.remedy->label);
  const Remedy& remedy = *finding.remedy;
  if (remedy.is_equivalent) {
    const Diagnosis again = diagnose(remedy.experiment);
    ASSERT_EQ(again.runs.size(), remedy.experiment.runs.size());
    EXPECT_EQ(kind_name(again.runs[0].verdict.kind), "equivalent");
    EXPECT_EQ(find(again.runs[0], finding.id), nullptr);
  } else {
    EXPECT_FALSE(remedy.measure.empty());
    const bool is_accuracy = remedy.measure.find("accuracy") != std::string::npos;
    EXPECT_TRUE(is_accuracy ? remedy.after > remedy.before : !(remedy.after >= remedy.before))
        << remedy.measure << ": " << remedy.before << " to " << remedy.after;
    EXPECT_TRUE(std::isfinite(remedy.after));
  }
}

TEST(LabelledProgramsTest, HaveTheFindingsOfTheirLabelsAndNoOthers) {
  rapidjson::Document programs;
  programs.Parse(read_test_data("doctor/programs.json").c_str());
  ASSERT_TRUE(programs.IsArray());
  ASSERT_GE(programs.Size(), 60U);
  for (const Json& program : programs.GetArray()) {
    SCOPED_TRACE(program["name"].GetString());
    auto experiment = parse_experiment(text_of(program["experiment"]));
    ASSERT_TRUE(experiment) << experiment.error().path << ": " << experiment.error().message;
    const Diagnosis diagnosis = diagnose(*experiment);
    ASSERT_EQ(diagnosis.runs.size(), 1U);
    const RunDiagnosis& run = diagnosis.runs[0];
    EXPECT_EQ(kind_name(run.verdict.kind), program["verdict"].GetString());
    EXPECT_EQ(ids(run, /*notes=*/false), names_of(program["findings"]));
    const std::set<std::string> notes = ids(run, /*notes=*/true);
    for (const std::string& name : names_of(program["notes"])) {
      EXPECT_EQ(notes.count(name), 1U) << name;
    }
    for (const Finding& finding : run.findings) {
      expect_complete(finding, experiment->loop);
      expect_true(finding);
    }
  }
}

}  // namespace
}  // namespace steplab
