// SPDX-License-Identifier: MIT
// LBFGS against PyTorch's traces: on the losses and gradients that PyTorch's closure gave, and on
// our own for the first steps.
#include <cmath>
#include <functional>

#include "core/optim/closure_replay.hpp"
#include "core/optim/fixtures.hpp"
#include "support/golden.hpp"

namespace steplab {
namespace {

using golden::Json;

std::vector<float> constant(const Json& problem, std::string_view name) {
  for (const Json& entry : problem["constants"].GetArray()) {
    if (entry["name"].GetString() == name) return golden::floats_from(entry["bits"]);
  }
  ADD_FAILURE() << "no constant " << name;
  return {};
}

// The recorded problems, in doubles, which is more exact than either side.
class OwnClosure final : public Closure {
 public:
  OwnClosure(const Json& problem, std::deque<Parameter>& parameters)
      : problem_(problem), parameters_(parameters) {}

  std::vector<double> losses;

  Result<float> evaluate() override {
    const std::string_view name = problem_["name"].GetString();
    const double value = name == "rosenbrock"  ? rosenbrock()
                         : name == "quadratic" ? quadratic()
                                               : least_squares();
    losses.push_back(value);
    return static_cast<float>(value);
  }
  Result<float> loss() override { return static_cast<float>(losses.back()); }
  Result<bool> sample_gradient() override { return false; }

 private:
  static double at(const Parameter& parameter, std::size_t i) {
    return static_cast<double>(parameter.value().span()[i]);
  }

  double rosenbrock() {
    const double x = at(parameters_[0], 0);
    const double y = at(parameters_[1], 0);
    const double valley = y - x * x;
    set_grad(parameters_[0], {static_cast<float>(-2.0 * (1.0 - x) - 400.0 * x * valley)});
    set_grad(parameters_[1], {static_cast<float>(200.0 * valley)});
    return (1.0 - x) * (1.0 - x) + 100.0 * valley * valley;
  }

  // Of a and b; the parameter between them has no gradient.
  double quadratic() {
    double sum = 0.0;
    for (const std::size_t p : {std::size_t{0}, std::size_t{2}}) {
      const std::string name = parameters_[p].name();
      const std::vector<float> curvature = constant(problem_, "curvature_" + name);
      const std::vector<float> minimiser = constant(problem_, "minimiser_" + name);
      std::vector<float> gradient(curvature.size());
      for (std::size_t i = 0; i < curvature.size(); ++i) {
        const double distance = at(parameters_[p], i) - static_cast<double>(minimiser[i]);
        const double slope = static_cast<double>(curvature[i]) * distance;
        sum += 0.5 * slope * distance;
        gradient[i] = static_cast<float>(slope);
      }
      set_grad(parameters_[p], gradient);
    }
    parameters_[1].drop_grad();
    return sum;
  }

  double least_squares() {
    const std::vector<float> inputs = constant(problem_, "inputs");
    const std::vector<float> targets = constant(problem_, "targets");
    const std::size_t samples = targets.size() / 2;
    const double share = 1.0 / static_cast<double>(targets.size());
    double sum = 0.0;
    std::vector<double> weight(6);
    std::vector<double> bias(2);
    for (std::size_t s = 0; s < samples; ++s) {
      for (std::size_t j = 0; j < 2; ++j) {
        double error = at(parameters_[1], j) - static_cast<double>(targets[s * 2 + j]);
        for (std::size_t k = 0; k < 3; ++k) {
          error += static_cast<double>(inputs[s * 3 + k]) * at(parameters_[0], k * 2 + j);
        }
        sum += error * error * share;
        bias[j] += 2.0 * error * share;
        for (std::size_t k = 0; k < 3; ++k) {
          weight[k * 2 + j] += 2.0 * error * share * static_cast<double>(inputs[s * 3 + k]);
        }
      }
    }
    set_grad(parameters_[0], std::vector<float>(weight.begin(), weight.end()));
    set_grad(parameters_[1], std::vector<float>(bias.begin(), bias.end()));
    return sum;
  }

  const Json& problem_;
  std::deque<Parameter>& parameters_;
};

const Json& problem_of(const Json& trace, const Json& test_case) {
  for (const Json& problem : trace["problems"].GetArray()) {
    if (problem["name"] == test_case["problem"]) return problem;
  }
  ADD_FAILURE() << "no problem " << test_case["problem"].GetString();
  return trace["problems"][0];
}

std::vector<Parameter*> pointers_to(std::deque<Parameter>& parameters) {
  std::vector<Parameter*> pointers;
  for (Parameter& parameter : parameters) pointers.push_back(&parameter);
  return pointers;
}

void apply_events(const Json& test_case, unsigned step, Optimizer& optimizer) {
  for (const Json& event : test_case["events"].GetArray()) {
    if (event["before_step"].GetUint() != step) continue;
    for (const auto& [name, value] : golden::hyper_values_from(event["set"])) {
      EXPECT_TRUE(optimizer.set_hyper(0, name, value).ok()) << name;
    }
  }
}

TEST(LbfgsGolden, GoesWherePyTorchWentOnItsLossesAndGradients) {
  const rapidjson::Document trace = golden::load("optim/closures/LBFGS.json");
  ASSERT_TRUE(trace.IsObject());
  ASSERT_GE(trace["cases"].Size(), 17U);
  for (const Json& test_case : trace["cases"].GetArray()) {
    SCOPED_TRACE(test_case["name"].GetString());
    std::deque<Parameter> parameters = golden::parameters_of(problem_of(trace, test_case));
    const auto lbfgs = make_optimizer("LBFGS", golden::hyper_values_from(test_case["options"]),
                                      pointers_to(parameters));
    unsigned step = 0;
    for (const Json& recorded : test_case["steps"].GetArray()) {
      SCOPED_TRACE("step " + std::to_string(++step));
      apply_events(test_case, step, *lbfgs);
      golden::expect_closure_step(recorded, *lbfgs, parameters);
      if (::testing::Test::HasFailure()) return;
    }
  }
}

TEST(LbfgsGolden, FirstStepsOnOurOwnGradientsArePyTorchs) {
  constexpr double kRelative = 1e-5;
  constexpr std::size_t kFirst = 10;  // evaluations
  const rapidjson::Document trace = golden::load("optim/closures/LBFGS.json");
  ASSERT_TRUE(trace.IsObject());
  for (const Json& test_case : trace["cases"].GetArray()) {
    SCOPED_TRACE(test_case["name"].GetString());
    const Json& problem = problem_of(trace, test_case);
    std::deque<Parameter> parameters = golden::parameters_of(problem);
    const auto lbfgs = make_optimizer("LBFGS", golden::hyper_values_from(test_case["options"]),
                                      pointers_to(parameters));
    OwnClosure closure(problem, parameters);
    std::size_t first = 0;
    for (const Json& recorded : test_case["steps"].GetArray()) {
      ASSERT_TRUE(lbfgs->step(&closure).ok());
      const Json& evaluations = recorded["evaluations"];
      for (unsigned i = 0; i < evaluations.Size() && first + i < kFirst; ++i) {
        const double loss = golden::floats_from(evaluations[i]["loss"])[0];
        const double scale = std::max(closure.losses.front(), loss);
        EXPECT_NEAR(closure.losses.at(first + i), loss, kRelative * scale)
            << "evaluation " << first + i;
      }
      // Further on, near a minimum, the last bit of a loss decides when a step ends.
      if (first + evaluations.Size() > kFirst) break;
      first += evaluations.Size();
      ASSERT_EQ(closure.losses.size(), first);
    }
    EXPECT_GE(closure.losses.size(), 2U);
  }
}

// From PyTorch 2.14.1 on another machine, with fused multiply-add.
TEST(LbfgsGolden, AgreesWithPyTorchElsewhere) {
  struct MiniTrace {
    HyperValues options;
    std::array<double, 3> returned;
    std::array<double, 2> end;
    std::size_t evaluations;
    double iterations;
  };
  const HyperValue wolfe = std::string("strong_wolfe");
  const MiniTrace traces[] = {
      {{{"lr", 1e-3}, {"max_iter", 3.0}},
       {24.2, 23.98611, 23.91454},
       {-1.1986028, 1.00065529},
       9,
       6.0},
      {{{"lr", 0.5}, {"max_iter", 3.0}},
       {24.2, 11.01119, 4.276534},
       {-1.02186871, 1.06177032},
       9,
       6.0},
      {{{"line_search_fn", wolfe}, {"max_iter", 3.0}},
       {24.2, 4.146927, 4.121127},
       {-1.02030909, 1.03527856},
       9,
       5.0},
  };
  const rapidjson::Document golden = golden::load("optim/closures/LBFGS.json");
  const Json& rosenbrock = golden["problems"][0];
  ASSERT_STREQ(rosenbrock["name"].GetString(), "rosenbrock");
  for (const MiniTrace& trace : traces) {
    std::deque<Parameter> parameters = golden::parameters_of(rosenbrock);
    const auto lbfgs = make_optimizer("LBFGS", trace.options, pointers_to(parameters));
    OwnClosure closure(rosenbrock, parameters);
    for (const double returned : trace.returned) {
      const std::size_t first = closure.losses.size();
      ASSERT_TRUE(lbfgs->step(&closure).ok());
      EXPECT_NEAR(closure.losses.at(first), returned, 1e-5 * returned);
    }
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_NEAR(parameters[i].value().span()[0], trace.end[i], 1e-5);
    }
    EXPECT_EQ(closure.losses.size(), trace.evaluations);
    EXPECT_EQ(state_of(*lbfgs, parameters[0], "n_iter").at(0),
              static_cast<float>(trace.iterations));
    EXPECT_EQ(state_of(*lbfgs, parameters[0], "func_evals").at(0),
              static_cast<float>(trace.evaluations));
  }
}

TEST(LbfgsGolden, StrongWolfeReachesRosenbrocksMinimumInThreeSteps) {
  const rapidjson::Document golden = golden::load("optim/closures/LBFGS.json");
  const Json& rosenbrock = golden["problems"][0];
  std::deque<Parameter> parameters = golden::parameters_of(rosenbrock);
  const auto lbfgs = make_optimizer("LBFGS", {{"line_search_fn", std::string("strong_wolfe")}},
                                    pointers_to(parameters));
  OwnClosure closure(rosenbrock, parameters);
  for (int step = 0; step < 3; ++step) ASSERT_TRUE(lbfgs->step(&closure).ok());
  // PyTorch 2.14.1 elsewhere: (0.999982834, 0.999965012) after 45 evaluations.
  for (const Parameter& parameter : parameters) {
    EXPECT_NEAR(parameter.value().span()[0], 1.0F, 2e-4);
  }
}

}  // namespace
}  // namespace steplab
