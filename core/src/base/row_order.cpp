// SPDX-License-Identifier: MIT
#include "steplab/base/row_order.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

namespace steplab {
namespace {

// PyTorch's wheels sort with GNU's std::sort, which is not stable, and standard libraries differ in
// what they do with equal keys. So its introsort (Musser, 1997) stands here, with the choices that
// decide where equal rows end up: the median of the second, the middle and the last as pivot, a
// partition that stops at equal keys from both sides, insertion below seventeen, and a heap when
// the halves get too uneven.
class Introsort {
 public:
  Introsort(std::span<const std::uint32_t> rows, std::span<std::uint32_t> order)
      : rows_(rows), order_(order) {}

  void sort() {
    std::size_t depth = 0;
    for (std::size_t n = order_.size(); n > 1; n /= 2) depth += 2;
    divide(0, order_.size(), depth);
    insert_all();
  }

 private:
  static constexpr std::size_t kShort = 16;

  std::uint32_t key(std::size_t place) const { return rows_[order_[place]]; }
  void swap(std::size_t a, std::size_t b) { std::swap(order_[a], order_[b]); }

  void divide(std::size_t first, std::size_t last, std::size_t depth) {
    while (last - first > kShort) {
      if (depth == 0) return sort_by_heap(first, last - first);
      --depth;
      swap(first, median(first + 1, first + (last - first) / 2, last - 1));
      const std::size_t cut = partition(first + 1, last, key(first));
      divide(cut, last, depth);
      last = cut;
    }
  }

  std::size_t median(std::size_t a, std::size_t b, std::size_t c) const {
    if (key(a) < key(b)) {
      if (key(b) < key(c)) return b;
      return key(a) < key(c) ? c : a;
    }
    if (key(a) < key(c)) return a;
    return key(b) < key(c) ? c : b;
  }

  // Its median of three makes the pivot a sentinel for both searches.
  std::size_t partition(std::size_t first, std::size_t last, std::uint32_t pivot) {
    while (true) {
      while (key(first) < pivot) ++first;
      do --last;
      while (pivot < key(last));
      if (first >= last) return first;
      swap(first++, last);
    }
  }

  void insert_all() {
    for (std::size_t place = 1; place < order_.size(); ++place) {
      const std::uint32_t moved = order_[place];
      std::size_t hole = place;
      for (; hole > 0 && rows_[moved] < key(hole - 1); --hole) order_[hole] = order_[hole - 1];
      order_[hole] = moved;
    }
  }

  void sort_by_heap(std::size_t first, std::size_t size) {
    const std::span<std::uint32_t> heap = order_.subspan(first, size);
    for (std::size_t top = size / 2; top-- > 0;) sift(heap, top, heap[top]);
    for (std::size_t last = size; last-- > 1;) {
      const std::uint32_t moved = std::exchange(heap[last], heap[0]);
      sift(heap.first(last), 0, moved);
    }
  }

  // Sinks the hole to a leaf along the larger children, then lets `moved` rise from there.
  void sift(std::span<std::uint32_t> heap, std::size_t top, std::uint32_t moved) const {
    std::size_t hole = top;
    while (2 * hole + 1 < heap.size()) {
      std::size_t child = 2 * hole + 2;
      if (child == heap.size() || rows_[heap[child]] < rows_[heap[child - 1]]) --child;
      heap[hole] = heap[child];
      hole = child;
    }
    while (hole > top && rows_[heap[(hole - 1) / 2]] < rows_[moved]) {
      heap[hole] = heap[(hole - 1) / 2];
      hole = (hole - 1) / 2;
    }
    heap[hole] = moved;
  }

  std::span<const std::uint32_t> rows_;
  std::span<std::uint32_t> order_;
};

// From here on PyTorch sorts integers by radix.
constexpr std::size_t kLong = 32768;

}  // namespace

void order_rows(std::span<const std::uint32_t> rows, std::span<std::uint32_t> order) {
  std::iota(order.begin(), order.end(), 0U);
  if (rows.size() < kLong) return Introsort(rows, order).sort();
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return rows[a] != rows[b] ? rows[a] < rows[b] : a < b;
  });
}

}  // namespace steplab
