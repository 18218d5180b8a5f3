// SPDX-License-Identifier: MIT
// The inspector through the session: what it watches survives time travel.
#include <gtest/gtest.h>

#include "core/session/sessions.hpp"

namespace steplab {
namespace {

constexpr const char* kExperiment = R"({"version": 1, "steps": 50,
    "problem": {"kind": "surface", "name": "rosenbrock"},
    "runs": [{"optimizer": {"name": "SGD", "lr": 0.001, "momentum": 0.9, "weight_decay": 0.01}},
             {"optimizer": {"name": "AdamW", "lr": 0.01}}]})";

float sum_of_terms(const Inspection& inspection) {
  float value = inspection.before;
  for (const Inspection::Value& term : inspection.terms) value += static_cast<float>(term.value);
  return value;
}

TEST(SessionInspection, TermsAddUpToTheParameterOfEveryStep) {
  const auto session = session_of(kExperiment);
  for (std::size_t run = 0; run < 2; ++run) ASSERT_TRUE(session->inspect(run, "y", 0));
  for (int step = 0; step < 20; ++step) {
    session->advance(1);
    for (std::size_t run = 0; run < 2; ++run) {
      const RunView view = session->run(run);
      ASSERT_NE(view.inspector, nullptr);
      const Inspection& inspection = view.inspector->inspection();
      ASSERT_TRUE(inspection.exists);
      EXPECT_EQ(inspection.after, view.parameters[1].parameter->value().span()[0]);
      EXPECT_EQ(sum_of_terms(inspection), inspection.after);
    }
  }
}

TEST(SessionInspection, TellsOfTheStepThatLedToWhereOneGoesBack) {
  const auto session = session_of(kExperiment);
  session->advance(30);
  ASSERT_TRUE(session->inspect(1, "x", 0));
  const Inspection at_30 = session->run(1).inspector->inspection();
  ASSERT_TRUE(at_30.exists);
  ASSERT_TRUE(session->rewind(10));
  const Inspection at_10 = session->run(1).inspector->inspection();
  ASSERT_TRUE(at_10.exists);
  EXPECT_EQ(at_10.after, session->run(1).parameters[0].parameter->value().span()[0]);
  session->advance(20);
  EXPECT_EQ(session->run(1).inspector->inspection().after, at_30.after);
  ASSERT_TRUE(session->rewind(0));
  EXPECT_FALSE(session->run(1).inspector->inspection().exists);
}

TEST(SessionInspection, RefusesWhatIsNotThere) {
  const auto session = session_of(kExperiment);
  EXPECT_EQ(session->inspect(2, "x", 0).error().message,
            "run is 2; there are 2 runs, counted from 0");
  EXPECT_EQ(session->inspect(0, "z", 0).error().message, "\"z\" is not a parameter");
  EXPECT_EQ(session->inspect(0, "x", 1).error().message,
            "element is 1; x has 1 elements, counted from 0");
  ASSERT_TRUE(session->inspect(0, "x", 0));
  ASSERT_TRUE(session->inspect(0, "", 0));
  EXPECT_EQ(session->run(0).inspector, nullptr);
}

}  // namespace
}  // namespace steplab
