// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "steplab/experiment/experiment.hpp"
#include "steplab/session/session.hpp"

namespace steplab {

/// A session of a document that must be good.
inline std::unique_ptr<Session> session_of(const std::string& json) {
  auto experiment = parse_experiment(json);
  if (!experiment) {
    ADD_FAILURE() << experiment.error().path << ": " << experiment.error().message;
    return nullptr;
  }
  auto session = Session::create(std::move(experiment).value());
  if (!session) {
    ADD_FAILURE() << session.error().path << ": " << session.error().message;
    return nullptr;
  }
  return std::move(session).value();
}

/// The error of a document that parses but cannot be run.
inline Error error_of(const std::string& json) {
  auto experiment = parse_experiment(json);
  if (!experiment) return experiment.error();
  auto session = Session::create(std::move(experiment).value());
  if (session) {
    ADD_FAILURE() << "the document was accepted: " << json;
    return {};
  }
  return session.error();
}

/// Every parameter, gradient, update and state value of every run: what must not differ by a bit.
inline std::vector<float> everything(const Session& session) {
  std::vector<float> all;
  const auto append = [&](std::span<const float> values) {
    all.insert(all.end(), values.begin(), values.end());
  };
  for (std::size_t r = 0; r < session.run_count(); ++r) {
    const RunView run = session.run(r);
    all.push_back(static_cast<float>(run.status));
    all.push_back(run.loss.value_or(-1.0F));
    if (run.average != nullptr) {
      all.push_back(static_cast<float>(run.average->updates()));
      for (const Tensor& value : run.average->values()) append(value.span());
    }
    // Without a learning rate it is NaN, which equals nothing.
    for (const double lr : run.lr) all.push_back(lr == lr ? static_cast<float>(lr) : -1.0F);
    for (const ParameterView& view : run.parameters) {
      append(view.parameter->value().span());
      all.push_back(view.parameter->has_grad() ? 1.0F : 0.0F);
      if (view.parameter->has_grad()) append(view.parameter->grad().span());
      if (view.update) append(*view.update);
      all.push_back(static_cast<float>(view.parameter->version()));
      for (const StateEntry& entry : view.state) {
        if (const auto* scalar = std::get_if<double>(&entry.value)) {
          all.push_back(static_cast<float>(*scalar));
        } else {
          append(std::get<std::span<const float>>(entry.value));
        }
      }
    }
  }
  return all;
}

/// A scalar parameter's value.
inline float value_of(const Session& session, std::size_t run, std::size_t parameter) {
  return session.run(run).parameters[parameter].parameter->value().span()[0];
}

}  // namespace steplab
