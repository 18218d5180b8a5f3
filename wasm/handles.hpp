// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <string>
#include <utility>

#include "steplab/base/error.hpp"
#include "steplab/base/hyper_value.hpp"

namespace steplab {

/// Objects behind handles; a handle is never used twice.
template <class T>
class Handles {
 public:
  Result<int> add(T object) {
    constexpr std::size_t kMaxLiveObjects = 64;
    if (live_.size() >= kMaxLiveObjects) {
      return Error{ErrorCode::kInvalidArgument, "",
                   "there are " + std::to_string(kMaxLiveObjects) +
                       " sessions already; dispose of one first"};
    }
    live_.emplace(++last_, std::move(object));
    return last_;
  }
  T* find(int handle) {
    const auto found = live_.find(handle);
    return found == live_.end() ? nullptr : &found->second;
  }
  void remove(int handle) { live_.erase(handle); }
  std::size_t size() const { return live_.size(); }

 private:
  std::map<int, T> live_;
  int last_ = 0;
};

/// A whole number from 0 to 2^53 − 1, or the error that names it.
inline Result<std::size_t> whole(const char* name, double number) {
  constexpr double kMaxCount = 9007199254740991.0;
  if (!(number >= 0.0) || number > kMaxCount || std::floor(number) != number) {
    return Error{ErrorCode::kInvalidArgument, "",
                 std::string(name) + " is " + to_python(number) +
                     "; it must be a whole number from 0 to 2^53 - 1"};
  }
  return static_cast<std::size_t>(std::min(number, 4294967295.0));
}

}  // namespace steplab
