// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "optim/hyper_table.hpp"
#include "steplab/optim/optimizer.hpp"
#include "steplab/optim/registry.hpp"
#include "steplab/optim/scheduler.hpp"

namespace steplab {

using Schedulers = std::vector<std::unique_ptr<Scheduler>>;

/// torch.optim.lr_scheduler.LRScheduler: counts epochs, warns, writes learning rates. A class of
/// its own file adds:
///
///     kName, kSummary, kPytorchClass, kFormula, kKind   what SchedulerInfo says
///     Options, hyper_fields()                           as for optimizers, required ones marked
///     check(options, optimizer)                         what the constructor raises
///     a constructor of (optimizer, options)
///     next_lrs, and first_lrs where PyTorch has a closed form
class LrScheduler : public Scheduler {
 public:
  /// What is left of the constructor once the object exists: notes the groups' initial_lr and
  /// performs the initial step.
  virtual Status begin();

  Status step(std::optional<double> metric) override;
  std::int64_t last_epoch() const override { return last_epoch_; }
  std::vector<std::string_view> warnings() const override;
  void archive(Archive& archive) override;
  Status initial_step() override;
  Status start_over() override;
  void undo_step() override { --last_epoch_; }

 protected:
  explicit LrScheduler(Optimizer& optimizer);

  /// PyTorch's get_lr(): appends a learning rate for each group.
  virtual Status next_lrs(std::vector<double>& lrs) = 0;
  /// Its closed form, where last_epoch is 0.
  virtual Status first_lrs(std::vector<double>& lrs) { return next_lrs(lrs); }

  /// get_lr() of a chainable scheduler: the groups' present learning rates times a factor.
  void append_present(std::vector<double>& lrs, double factor = 1.0) const;
  /// The groups' initial learning rates times a factor.
  void append_base(std::vector<double>& lrs, double factor = 1.0) const;

  Optimizer& optimizer() { return optimizer_; }
  const Optimizer& optimizer() const { return optimizer_; }
  double epoch() const { return static_cast<double>(last_epoch_); }
  void set_last_epoch(std::int64_t epoch) { last_epoch_ = epoch; }
  /// Whether the step under way is an initial one.
  bool is_initial() const { return is_initial_; }
  /// PyTorch's `_step_count`: 1 after the initial step.
  std::int64_t step_count() const { return step_count_; }
  const std::vector<double>& base_lrs() const { return base_lrs_; }
  void set_base_lrs(std::vector<double> base_lrs) { base_lrs_ = std::move(base_lrs); }
  Status write(Status computed);
  std::vector<double>& room_for_lrs();

 private:
  Optimizer& optimizer_;
  std::vector<double> base_lrs_;
  std::vector<double> lrs_;  // of the step under way
  std::int64_t last_epoch_ = -1;
  std::int64_t step_count_ = 0;
  bool is_initial_ = false;
  bool has_warned_ = false;
};

/// Python's exceptions that schedulers let through.
Error zero_division(std::string_view name, std::string_view message);
Error key_error(std::string_view name);
/// What zip(…, strict=True) raises where a group came after the scheduler.
Error groups_outnumber_lrs();
Error lrs_outnumbered();

/// The name of a composite's argument, which stands apart in documents.
inline constexpr std::string_view kSchedulersKey = "schedulers";

/// A scheduler's registry entry.
template <class Class>
SchedulerInfo describe_scheduler() {
  const typename Class::Options defaults;
  const HyperTable table(Class::kName, Class::hyper_fields());
  SchedulerInfo info;
  info.name = Class::kName;
  info.summary = Class::kSummary;
  info.pytorch_class = Class::kPytorchClass;
  info.formula = Class::kFormula;
  info.kind = Class::kKind;
  info.hyper_parameters = table.infos(&defaults);
  info.create = [](Optimizer& optimizer, const HyperValues& values,
                   Schedulers children) -> Result<std::unique_ptr<Scheduler>> {
    using Options = typename Class::Options;
    const HyperTable rows(Class::kName, Class::hyper_fields());
    Options options;
    if (Status status = rows.set_all(&options, values); !status) return status.error();
    if (Status status = rows.check_required(values); !status) return status.error();
    std::unique_ptr<Class> scheduler;
    if constexpr (std::is_constructible_v<Class, Optimizer&, const Options&, Schedulers>) {
      if (Status status = Class::check(options, children); !status) return status.error();
      scheduler = std::make_unique<Class>(optimizer, options, std::move(children));
    } else {
      if (!children.empty()) {
        return invalid_hyper(kSchedulersKey, std::string(Class::kName) + " takes no schedulers");
      }
      if (Status status = Class::check(options, optimizer); !status) return status.error();
      scheduler = std::make_unique<Class>(optimizer, options);
    }
    if (Status status = scheduler->begin(); !status) return status.error();
    return std::unique_ptr<Scheduler>(std::move(scheduler));
  };
  return info;
}

}  // namespace steplab
