// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "core/session/sessions.hpp"

namespace steplab {
namespace {

using ::testing::HasSubstr;

std::string rosenbrock(const std::string& more = "") {
  return R"({"version": 1, "steps": 40, "problem": {"kind": "surface", "name": "rosenbrock"},
            "runs": [{"optimizer": {"name": "Adam", "lr": 0.03, "amsgrad": true}}])" +
         more + "}";
}

std::vector<float> losses(const Session& session, std::size_t from, std::size_t count) {
  const auto rows = session.history(0).loss.subspan(from, count);
  return {rows.begin(), rows.end()};
}

TEST(Checkpoint, ARunGoesOnFromItBitForBit) {
  const auto whole = session_of(rosenbrock());
  whole->advance(15);
  const Checkpoint checkpoint = whole->checkpoint(0);
  whole->advance(20);

  const auto rest = session_of(rosenbrock());
  ASSERT_TRUE(rest->start_from(0, checkpoint).ok());
  EXPECT_EQ(losses(*rest, 0, 1), losses(*whole, 15, 1));
  rest->advance(20);
  EXPECT_EQ(losses(*rest, 0, 21), losses(*whole, 15, 21));

  ASSERT_TRUE(rest->rewind(0).ok());
  rest->advance(20);
  EXPECT_EQ(losses(*rest, 0, 21), losses(*whole, 15, 21));
}

TEST(Checkpoint, EditsAtTheStartComeAfterIt) {
  const auto session = session_of(rosenbrock(R"(, "edits": [{"at": 0, "set": {"lr": 0.5}}])"));
  ASSERT_TRUE(session->start_from(0, session_of(rosenbrock())->checkpoint(0)).ok());
  EXPECT_EQ(session->run(0).lr, std::vector<double>{0.5});
  EXPECT_EQ(session->history(0).lr[0], 0.5);
}

TEST(Checkpoint, ParametersThatItLeavesOutKeepTheirStart) {
  const auto session = session_of(rosenbrock());
  Checkpoint checkpoint = session->checkpoint(0);
  checkpoint.parameters.erase(checkpoint.parameters.begin());
  checkpoint.parameters[0].value.fill(0.75F);
  ASSERT_TRUE(session->start_from(0, checkpoint).ok());
  const RunView run = session->run(0);
  EXPECT_EQ(run.parameters[0].parameter->value().span()[0], -1.5F);
  EXPECT_EQ(run.parameters[1].parameter->value().span()[0], 0.75F);
}

TEST(Checkpoint, WhatDoesNotFitIsRefusedAndChangesNothing) {
  const auto session = session_of(rosenbrock());
  const Checkpoint good = session->checkpoint(0);
  Checkpoint renamed = good;
  renamed.parameters[1].name = "z";
  EXPECT_THAT(session->start_from(0, renamed).error().message, HasSubstr("no parameter \"z\""));
  Checkpoint larger = good;
  larger.parameters[1].value = Tensor(Shape{3});
  EXPECT_THAT(session->start_from(0, larger).error().message,
              HasSubstr("parameter \"y\" has the shape [3]; the run's has []"));
  Checkpoint fewer = good;
  fewer.optimizer.param_groups.clear();
  EXPECT_THAT(session->start_from(0, fewer).error().message,
              HasSubstr("different number of parameter groups"));
  session->advance(40);
  const auto untouched = session_of(rosenbrock());
  untouched->advance(40);
  EXPECT_EQ(losses(*session, 0, 41), losses(*untouched, 0, 41));
}

TEST(Checkpoint, OnlyAStartTakesIt) {
  const auto session = session_of(rosenbrock());
  const Checkpoint checkpoint = session->checkpoint(0);
  session->advance(1);
  ASSERT_TRUE(session->rewind(0).ok());
  EXPECT_THAT(session->start_from(0, checkpoint).error().message,
              HasSubstr("before the session is advanced"));
}

}  // namespace
}  // namespace steplab
