// SPDX-License-Identifier: MIT
#include "steplab/optim/averaged_weights.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "optim/hyper_table.hpp"
#include "optim/rules.hpp"

namespace steplab {

// The page's first engine averages no weights: its registry has no average, so that nothing makes
// an AveragedWeights, whose members are then only what the linker asks for.
#ifdef STEPLAB_FIRST_STEPS_ONLY

std::span<const AverageInfo> average_registry() { return {}; }

const AverageInfo* find_average(std::string_view) { return nullptr; }

Result<std::unique_ptr<AveragedWeights>> AveragedWeights::create(std::string_view,
                                                                 const HyperValues&,
                                                                 std::span<Parameter* const>) {
  return Error{ErrorCode::kInvalidArgument, "", "this engine averages no weights"};
}

void AveragedWeights::follow(std::span<Parameter* const>) {}
void AveragedWeights::after_step() {}
void AveragedWeights::archive(Archive&) {}

#else

namespace {

struct EmaOptions {
  using Options = EmaOptions;
  double decay = 0.999;
  double start = 0.0;
  double every = 1.0;

  static std::span<const HyperField> hyper_fields();
};

struct SwaOptions {
  using Options = SwaOptions;
  double start = 0.0;
  double every = 1.0;

  static std::span<const HyperField> hyper_fields();
};

constexpr std::string_view kStartDoc = STEPLAB_TEXT("The number of steps before averaging begins.");
constexpr std::string_view kEveryDoc =
    STEPLAB_TEXT("From then on the weights after every so many steps are averaged.");

std::span<const HyperField> EmaOptions::hyper_fields() {
  static constexpr HyperField kFields[] = {
      {STEPLAB_HYPER(decay), STEPLAB_TEXT("d"), 0.0, 1.0, HyperScale::kLinear,
       STEPLAB_TEXT("d: how much of the average survives an update.")},
      {STEPLAB_HYPER(start), {}, 0.0, 1000.0, HyperScale::kLinear, kStartDoc},
      {STEPLAB_HYPER(every), {}, 1.0, 1000.0, HyperScale::kLogarithmic, kEveryDoc},
  };
  return kFields;
}

std::span<const HyperField> SwaOptions::hyper_fields() {
  static constexpr HyperField kFields[] = {
      {STEPLAB_HYPER(start), {}, 0.0, 1000.0, HyperScale::kLinear, kStartDoc},
      {STEPLAB_HYPER(every), {}, 1.0, 1000.0, HyperScale::kLogarithmic, kEveryDoc},
  };
  return kFields;
}

constexpr std::string_view kEma = "EMA";
constexpr std::string_view kSwa = "SWA";

Status check_whole(std::string_view name, double value, double least) {
  if (rules::is_whole(value) && value >= least) return {};
  return invalid_hyper(name, std::string(name) + " is " + rules::as_integer(value) +
                                 "; it must be an integer of at least " + rules::as_integer(least));
}

}  // namespace

std::span<const AverageInfo> average_registry() {
  static const EmaOptions ema;
  static const SwaOptions swa;
  static const std::vector<AverageInfo> infos = {
      {kEma, STEPLAB_TEXT("Keeps an exponential mean of the weights, which follows them smoothly."),
       "torch.optim.swa_utils.AveragedModel", STEPLAB_TEXT(R"(\begin{aligned}
\bar\theta_1 &= \theta_1, \qquad \bar\theta_t = d\,\bar\theta_{t-1} + (1 - d)\,\theta_t
\end{aligned})"),
       HyperTable(kEma, EmaOptions::hyper_fields()).infos(&ema)},
      {kSwa, STEPLAB_TEXT("Keeps the mean of all the weights since averaging began."),
       "torch.optim.swa_utils.AveragedModel", STEPLAB_TEXT(R"(\begin{aligned}
\bar\theta_1 &= \theta_1, \qquad \bar\theta_{n+1} = \bar\theta_n + (\theta_{n+1} - \bar\theta_n)/(n + 1)
\end{aligned})"),
       HyperTable(kSwa, SwaOptions::hyper_fields()).infos(&swa)},
  };
  return infos;
}

const AverageInfo* find_average(std::string_view name) {
  const std::span<const AverageInfo> infos = average_registry();
  const auto found = std::find_if(infos.begin(), infos.end(),
                                  [&](const AverageInfo& info) { return info.name == name; });
  return found == infos.end() ? nullptr : &*found;
}

Result<std::unique_ptr<AveragedWeights>> AveragedWeights::create(
    std::string_view name, const HyperValues& options, std::span<Parameter* const> parameters) {
  Settings settings;
  if (name == kEma) {
    EmaOptions ema;
    const HyperTable table(kEma, EmaOptions::hyper_fields());
    if (Status status = table.set_all(&ema, options); !status) return status.error();
    if (ema.decay < 0.0 || ema.decay > 1.0) {
      return invalid_hyper("decay", "Invalid decay value " + to_python(ema.decay) +
                                        " provided. Please provide a value in [0,1] range.");
    }
    settings = {true, ema.decay, ema.start, ema.every};
  } else {
    SwaOptions swa;
    const HyperTable table(kSwa, SwaOptions::hyper_fields());
    if (Status status = table.set_all(&swa, options); !status) return status.error();
    settings = {false, 0.0, swa.start, swa.every};
  }
  if (Status status = check_whole("start", settings.start, 0.0); !status) return status.error();
  if (Status status = check_whole("every", settings.every, 1.0); !status) return status.error();
  return std::unique_ptr<AveragedWeights>(new AveragedWeights(settings, parameters));
}

AveragedWeights::AveragedWeights(const Settings& settings, std::span<Parameter* const> parameters)
    : settings_(settings), parameters_(parameters.begin(), parameters.end()) {
  for (const Parameter* parameter : parameters_) values_.push_back(parameter->value());
}

void AveragedWeights::follow(std::span<Parameter* const> parameters) {
  std::copy_n(parameters.begin(), parameters_.size(), parameters_.begin());
}

void AveragedWeights::after_step() {
  ++steps_;
  const double past = static_cast<double>(steps_) - settings_.start;
  if (past > 0.0 && std::fmod(past, settings_.every) == 0.0) update();
}

void AveragedWeights::update() {
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const std::span<const float> value = parameters_[i]->value().span();
    const std::span<float> average = values_[i].span();
    if (updates_ == 0) {
      std::copy(value.begin(), value.end(), average.begin());
    } else if (settings_.is_exponential) {
      blend_exponentially(average, value);
    } else {
      blend_evenly(average, value);
    }
  }
  ++updates_;
}

// get_ema_avg_fn: the numbers are rounded to float32 where they meet a tensor.
void AveragedWeights::blend_exponentially(std::span<float> average,
                                          std::span<const float> value) const {
  const auto kept = static_cast<float>(settings_.decay);
  const auto taken = static_cast<float>(1.0 - settings_.decay);
  for (std::size_t i = 0; i < average.size(); ++i) {
    average[i] = kept * average[i] + taken * value[i];
  }
}

// get_swa_avg_fn, which AveragedModel takes on the CPU.
void AveragedWeights::blend_evenly(std::span<float> average, std::span<const float> value) const {
  const auto count = static_cast<float>(updates_ + 1);
  for (std::size_t i = 0; i < average.size(); ++i) {
    average[i] = average[i] + (value[i] - average[i]) / count;
  }
}

void AveragedWeights::archive(Archive& archive) {
  for (Tensor& value : values_) archive.values(value.span());
  archive.value(steps_);
  archive.value(updates_);
}

#endif

}  // namespace steplab
