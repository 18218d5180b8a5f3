// SPDX-License-Identifier: MIT
#pragma once

#include <emscripten/val.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "steplab/base/error.hpp"
#include "steplab/problem/dataset.hpp"
#include "steplab/problem/problem.hpp"
#include "steplab/session/session.hpp"

namespace steplab {

/// From the core's values to JavaScript's, in the shapes of web/src/engine/types.ts. Arrays are
/// copied into typed arrays that JavaScript owns: a view of the heap goes stale as soon as memory
/// grows.

/// {ok: true, value}
emscripten::val success(emscripten::val value);
/// {ok: false, error: {code, path, message, position}}
emscripten::val failure(const Error& error);

emscripten::val to_js(std::string_view text);
emscripten::val to_js(std::span<const float> values);
emscripten::val to_js(std::span<const double> values);
emscripten::val to_js(std::span<const std::uint32_t> values);
emscripten::val to_js(const Evaluation& evaluation);
emscripten::val to_js(const Dataset& dataset);

/// The session at this moment (Frame).
emscripten::val frame_to_js(const Session& session);
/// Its columns from a step on (History).
emscripten::val history_to_js(const Session& session, std::size_t from);

}  // namespace steplab
