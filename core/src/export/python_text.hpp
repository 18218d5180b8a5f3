// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "steplab/base/tensor.hpp"

namespace steplab::python {

/// Source lines without their ends.
using Lines = std::vector<std::string>;

/// Longer lines are broken where Python allows it.
inline constexpr std::size_t kWidth = 88;

/// Appends lines, moved to the right by so many levels of four spaces.
void append(Lines& lines, const Lines& more, std::size_t levels = 0);

/// A string literal in double quotes; control characters are escaped, so that it stays one line.
std::string quoted(std::string_view text);

/// A float literal that gives the same float32.
std::string number(float value);

/// `[[1.0, 2.0], [3.0, 4.0]]`; a scalar's is a number.
std::string nested_list(const Shape& shape, std::span<const float> values);

/// `head(a, b)`, one argument a line if it would be too long.
Lines call(const std::string& head, const Lines& arguments);

/// Breaks a line after commas; what follows is indented by four spaces.
Lines wrapped(const std::string& line);

}  // namespace steplab::python
