// SPDX-License-Identifier: MIT
#include "optim/lr_scheduler.hpp"

#include <algorithm>

namespace steplab {
namespace {

constexpr std::string_view kOrderWarning =
    "Detected call of `lr_scheduler.step()` before `optimizer.step()`. In PyTorch 1.1.0 and later, "
    "you should call them in the opposite order: `optimizer.step()` before `lr_scheduler.step()`.  "
    "Failure to do this will result in PyTorch skipping the first value of the learning rate "
    "schedule. See more details at "
    "https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate";

}  // namespace

// Room for all groups, so that step() allocates nothing.
LrScheduler::LrScheduler(Optimizer& optimizer) : optimizer_(optimizer) {
  lrs_.reserve(optimizer.group_count());
}

Status LrScheduler::begin() {
  for (std::size_t group = 0; group < optimizer_.group_count(); ++group) {
    base_lrs_.push_back(optimizer_.initial_lr(group));
  }
  return initial_step();
}

Status LrScheduler::step(std::optional<double>) {
  if (step_count_ == 1 && optimizer_.step_count() == 0) has_warned_ = true;
  ++step_count_;
  ++last_epoch_;
  return write(next_lrs(room_for_lrs()));
}

Status LrScheduler::initial_step() {
  step_count_ = 0;
  is_initial_ = true;
  const Status outcome = step(std::nullopt);
  is_initial_ = false;
  return outcome;
}

Status LrScheduler::start_over() {
  last_epoch_ = 0;
  return write(first_lrs(room_for_lrs()));
}

std::vector<double>& LrScheduler::room_for_lrs() {
  lrs_.clear();
  return lrs_;
}

// As in PyTorch, no group changes where get_lr() raises, and the first ones do where it is too
// short.
Status LrScheduler::write(Status computed) {
  if (!computed) return computed;
  const std::size_t groups = optimizer_.group_count();
  for (std::size_t group = 0; group < std::min(groups, lrs_.size()); ++group) {
    optimizer_.set_lr(group, lrs_[group]);
  }
  return lrs_.size() < groups ? Status(groups_outnumber_lrs()) : Status();
}

std::vector<std::string_view> LrScheduler::warnings() const {
  std::vector<std::string_view> warnings;
  if (has_warned_) warnings.push_back(kOrderWarning);
  return warnings;
}

void LrScheduler::archive(Archive& archive) {
  archive.value(last_epoch_);
  archive.value(step_count_);
  archive.value(has_warned_);
}

void LrScheduler::append_present(std::vector<double>& lrs, double factor) const {
  for (std::size_t group = 0; group < optimizer_.group_count(); ++group) {
    lrs.push_back(optimizer_.lr(group) * factor);
  }
}

void LrScheduler::append_base(std::vector<double>& lrs, double factor) const {
  for (const double base_lr : base_lrs_) lrs.push_back(base_lr * factor);
}

Error zero_division(std::string_view name, std::string_view message) {
  return invalid_hyper(name, "ZeroDivisionError: " + std::string(message));
}

Error key_error(std::string_view name) {
  return {ErrorCode::kInvalidHyperParameter, "", "KeyError: '" + std::string(name) + "'"};
}

Error groups_outnumber_lrs() {
  return {ErrorCode::kInvalidHyperParameter, "", "zip() argument 2 is shorter than argument 1"};
}

Error lrs_outnumbered() {
  return {ErrorCode::kInvalidHyperParameter, "", "zip() argument 2 is longer than argument 1"};
}

}  // namespace steplab
