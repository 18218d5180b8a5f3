// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace steplab {

/// What kind of thing went wrong. Closed: every consumer (CLI, wasm, page) may switch over it.
enum class ErrorCode {
  kInvalidJson,            ///< the text is not JSON; `position` is the byte offset
  kInvalidExperiment,      ///< the document breaks the schema; `path` is a JSON Pointer into it
  kInvalidFormula,         ///< the formula does not parse; `position` is the offset in the formula
  kInvalidHyperParameter,  ///< what a torch.optim or lr_scheduler constructor raises as ValueError
  kInvalidArgument,        ///< a call to the API with a value it does not allow
  kAutograd,               ///< what PyTorch's autograd raises as RuntimeError
  kLoop,                   ///< the loop uses a name before it exists (Python's NameError)
  kDisposed,               ///< a session or engine used after its end
};

/// The stable, snake_case name of a code, as JSON and TypeScript see it ("invalid_experiment").
std::string_view error_code_name(ErrorCode code);

/// What went wrong, where, and what would have been right.
struct Error {
  ErrorCode code = ErrorCode::kInvalidArgument;
  std::string path;     ///< JSON Pointer (RFC 6901) of the offending value, "" when there is none
  std::string message;  ///< one sentence for a person: names the value and what is allowed
  int position = -1;    ///< offset in the text at `path` (formulas, JSON), -1 when there is none
};

/// A value or the Error that prevented it. The core throws nothing: what can fail returns a Result.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : outcome_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : outcome_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return outcome_.index() == 0; }
  explicit operator bool() const { return ok(); }

  /// The value; only when ok().
  T& value() & { return *std::get_if<0>(&outcome_); }
  const T& value() const& { return *std::get_if<0>(&outcome_); }
  T&& value() && { return std::move(*std::get_if<0>(&outcome_)); }
  T* operator->() { return std::get_if<0>(&outcome_); }
  const T* operator->() const { return std::get_if<0>(&outcome_); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }

  /// The error; only when not ok().
  const Error& error() const { return *std::get_if<1>(&outcome_); }

 private:
  std::variant<T, Error> outcome_;
};

/// Success without a value, or an Error. Cheap on success: no allocation.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace steplab
