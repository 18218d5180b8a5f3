// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace steplab {

/// Walks over everything that makes up a run's state, to measure it, to save it into a flat buffer
/// or to restore it. One `archive(Archive&)` function per class serves all three, so that what is
/// saved and what is restored can never differ. Saving allocates nothing, nor does restoring what
/// has a fixed length.
class Archive {
 public:
  /// Counts bytes only.
  static Archive measuring() { return Archive(Mode::kMeasure, {}); }
  /// Copies state into `buffer`, which must be at least as large as measured.
  static Archive saving(std::span<std::byte> buffer) { return Archive(Mode::kSave, buffer); }
  /// Copies state out of a buffer that was filled by saving the same object.
  static Archive restoring(std::span<std::byte> buffer) { return Archive(Mode::kRestore, buffer); }

  bool is_restoring() const { return mode_ == Mode::kRestore; }
  std::size_t bytes() const { return offset_; }

  /// A number, a flag or a plain struct.
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void value(T& item) { copy(&item, sizeof(T)); }

  /// A text of any length.
  void text(std::string& items) {
    std::size_t length = items.size();
    value(length);
    if (is_restoring()) items.resize(length);
    values(std::span<char>(items));
  }

  /// A list of any length; `each(item)` archives an item.
  template <class T, class Each>
  void list(std::vector<T>& items, Each each) {
    std::size_t length = items.size();
    value(length);
    if (is_restoring()) items.resize(length);
    for (T& item : items) each(item);
  }

  /// An array of fixed length.
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void values(std::span<T> items) { copy(items.data(), items.size_bytes()); }

 private:
  enum class Mode { kMeasure, kSave, kRestore };

  Archive(Mode mode, std::span<std::byte> buffer) : mode_(mode), buffer_(buffer) {}

  void copy(void* item, std::size_t size) {
    if (size == 0) return;
    if (mode_ == Mode::kSave) std::memcpy(buffer_.data() + offset_, item, size);
    if (mode_ == Mode::kRestore) std::memcpy(item, buffer_.data() + offset_, size);
    offset_ += size;
  }

  Mode mode_;
  std::span<std::byte> buffer_;
  std::size_t offset_ = 0;
};

}  // namespace steplab
