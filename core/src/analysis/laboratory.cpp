// SPDX-License-Identifier: MIT
#include "analysis/laboratory.hpp"

#include <limits>
#include <utility>

#include "steplab/analysis/curvature.hpp"

namespace steplab {

namespace {

class SharpnessWork {
 public:
  SharpnessWork(const Experiment& experiment, const std::vector<std::vector<float>>& at)
      : curvature_(experiment, at) {}
  bool advance(std::size_t iterations) {
    // A power iteration takes two gradients, of more samples than a mini-batch has.
    return curvature_.advance(iterations / 4 + 1);
  }
  std::unique_ptr<double> take() {
    return std::make_unique<double>(
        curvature_.largest_eigenvalue().value_or(std::numeric_limits<double>::quiet_NaN()));
  }

 private:
  Curvature curvature_;
};

}  // namespace

template <class Worker, class Found>
struct Laboratory::WorkOf final : Work {
  template <class... Questions>
  explicit WorkOf(std::unique_ptr<Found>& place, const Questions&... questions)
      : worker(questions...), answer(place) {}

  bool advance(std::size_t iterations) override {
    if (worker.advance(iterations)) return true;
    answer = worker.take();
    // What cannot be run has an answer too, so that no one waits for it.
    if (!answer) answer = std::make_unique<Found>();
    return false;
  }

  Worker worker;
  std::unique_ptr<Found>& answer;  // in a map, whose entries stay where they are
};

template <class Worker, class Found, class... Questions>
const Found* Laboratory::ask(Answers<Found>& answers, const std::string& key,
                             const Questions&... questions) {
  const auto [entry, is_new] = answers.try_emplace(key);
  if (is_new) work_.push_back(std::make_unique<WorkOf<Worker, Found>>(entry->second, questions...));
  return entry->second.get();
}

const Trial* Laboratory::trial(const Experiment& experiment) {
  return ask<TrialWork>(trials_, to_json(experiment), experiment);
}

const Verdict* Laboratory::verdict(const Experiment& experiment, const Experiment& canonical) {
  return ask<ComparisonWork>(verdicts_, to_json(experiment) + "\n" + to_json(canonical), experiment,
                             canonical);
}

const Observation* Laboratory::observation(const Experiment& experiment) {
  return ask<ObservationWork>(observations_, to_json(experiment), experiment);
}

const double* Laboratory::sharpness(const Experiment& experiment,
                                    const std::vector<std::vector<float>>& at) {
  std::string key = to_json(experiment);
  for (const std::vector<float>& values : at) {
    key.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
  }
  return ask<SharpnessWork>(sharpness_, key, experiment, at);
}

void Laboratory::advance(std::size_t iterations) {
  if (work_.empty()) return;
  if (!work_.front()->advance(iterations)) work_.pop_front();
}

}  // namespace steplab
