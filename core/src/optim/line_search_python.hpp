// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace steplab {

/// Methods that the exported classes of optimizers with a line search have in common.
inline constexpr std::string_view kLineSearchPython = R"(
    def _write(self, params, point):
        with torch.no_grad():
            for p, part in zip(params, point.split([p.numel() for p in params])):
                p.copy_(part.view_as(p))

    def _gradient(self, params):
        return torch.cat([p.grad.reshape(-1) for p in params]).double()

    def _search(self, trial, origin, step, decrease, curvature):
        """The first minimum along a direction, by the root of its slope; points are (step, value, slope)."""
        lowest = low = before = origin
        high, low_slope, high_slope, moved_low = None, origin[2], 0.0, False
        for _ in range(int(self.param_groups[0]["max_eval"])):
            point = trial(step)
            lowest = point if point[1] < lowest[1] else lowest
            is_lower = point[1] <= origin[1] + decrease * step * origin[2]
            if is_lower and abs(point[2]) <= curvature * abs(origin[2]):
                return point
            is_before = is_lower and point[2] < 0
            if is_before:
                before, low, low_slope = low, point, point[2]
                high_slope *= 0.5 if high and moved_low else 1.0
            else:
                low_slope *= 0.5 if high and not moved_low else 1.0
                high, high_slope = point, point[2]
            moved_low = is_before
            if high is None:
                width, bend = low[0] - before[0], low[2] - before[2]
                further = -low[2] * width / bend if bend > 0 else 3 * low[0]
                step = low[0] + min(max(further, 0.1 * width), 9 * low[0])
            else:
                width = high[0] - low[0]
                if not (abs(high[1]) < float("inf") and abs(high_slope) < float("inf")):
                    share = 0.1
                elif high[2] <= 0:
                    rise = high[1] - low[1] - low[2] * width
                    share = min(max(-0.5 * low[2] * width / rise, 0.1), 0.5)
                else:
                    share = low_slope / (low_slope - high_slope)
                step = low[0] + share * width
            if not step > low[0] or (high and not step < high[0]) or not step < 1e30:
                break
        return lowest
)";

/// A class with those methods between its constructor and its step(), joined by the compiler.
template <std::size_t N, std::size_t M>
constexpr auto with_line_search(const char (&before)[N], const char (&after)[M]) {
  std::array<char, N - 1 + kLineSearchPython.size() + M - 1> text{};
  char* end = std::copy_n(before, N - 1, text.data());
  end = std::copy_n(kLineSearchPython.data(), kLineSearchPython.size(), end);
  std::copy_n(after, M - 1, end);
  return text;
}

}  // namespace steplab
