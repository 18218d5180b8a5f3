// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "steplab/export/pytorch.hpp"

namespace steplab {

/// The script of a document; a test failure and "" when there is none.
inline std::string script_of(std::string_view json) {
  const Result<Experiment> experiment = parse_experiment(json);
  if (!experiment) {
    ADD_FAILURE() << experiment.error().path << ": " << experiment.error().message;
    return "";
  }
  const Result<std::string> script = export_pytorch(*experiment);
  if (!script) {
    ADD_FAILURE() << script.error().path << ": " << script.error().message;
    return "";
  }
  return *script;
}

/// The error that a document's export ends in.
inline Error export_error_of(std::string_view json) {
  const Result<Experiment> experiment = parse_experiment(json);
  EXPECT_TRUE(experiment.ok()) << experiment.error().message;
  const Result<std::string> script = export_pytorch(*experiment);
  EXPECT_FALSE(script.ok());
  return script ? Error{} : script.error();
}

/// A bowl's document with these members beside version and problem.
inline std::string bowl(std::string_view members) {
  return R"({"version": 1, "problem": {"kind": "surface", "name": "bowl"}, )" +
         std::string(members) + "}";
}

/// A bowl descended by SGD with this loop.
inline std::string bowl_with_loop(std::string_view loop) {
  return bowl(R"("steps": 9, "runs": [{"optimizer": {"name": "SGD", "lr": 0.1}}], "loop": )" +
              std::string(loop));
}

}  // namespace steplab
