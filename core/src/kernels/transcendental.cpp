// SPDX-License-Identifier: MIT
#include "kernels/transcendental.hpp"

#include "steplab/kernels/elementwise.hpp"

namespace steplab::kernels {

void exp(std::span<const float> x, std::span<float> out) {
  map(
      out.size(), out.data(), [](auto d, auto v) { return exp_of(d, v); }, Array{x.data()});
}

void log(std::span<const float> x, std::span<float> out) {
  map(
      out.size(), out.data(), [](auto d, auto v) { return log_of(d, v); }, Array{x.data()});
}

void sin(std::span<const float> x, std::span<float> out) {
  map(
      out.size(), out.data(), [](auto d, auto v) { return sin_of(d, v); }, Array{x.data()});
}

void cos(std::span<const float> x, std::span<float> out) {
  map(
      out.size(), out.data(), [](auto d, auto v) { return cos_of(d, v); }, Array{x.data()});
}

void tan(std::span<const float> x, std::span<float> out) {
  map(
      out.size(), out.data(), [](auto d, auto v) { return tan_of(d, v); }, Array{x.data()});
}

void tanh(std::span<const float> x, std::span<float> out) {
  map(
      out.size(), out.data(), [](auto d, auto v) { return tanh_of(d, v); }, Array{x.data()});
}

void sigmoid(std::span<const float> x, std::span<float> out) {
  map(
      out.size(), out.data(), [](auto d, auto v) { return sigmoid_of(d, v); }, Array{x.data()});
}

}  // namespace steplab::kernels
