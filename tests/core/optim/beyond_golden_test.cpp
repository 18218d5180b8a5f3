// SPDX-License-Identifier: MIT
// Optimizers beyond torch.optim against the traces of their reference implementations: bit for bit
// where the registry says so, else within its tolerance at the recorded checkpoints.
#include <array>
#include <cmath>

#include "core/optim/fixtures.hpp"
#include "support/golden.hpp"

namespace steplab {
namespace {

using golden::Json;

// An optimizer whose whole-tensor sums or decompositions are ordered differently: how far a value
// may be off, relative to the largest of its tensor, and up to which step. Later, differences have
// been amplified by the optimizer itself, which divides by what it has added up.
struct Tolerance {
  std::string_view name;
  double relative;
  unsigned last_step;
  std::string_view only;  // the parameter that is compared; empty: all
};
constexpr std::array kTolerances = {
    Tolerance{"Prodigy", 1e-5, 200, ""}, Tolerance{"DAdaptAdam", 1e-5, 200, ""},
    Tolerance{"DAdaptSGD", 1e-5, 200, ""}, Tolerance{"Shampoo", 1e-3, 10, ""},
    // A first gradient of deficient rank leaves eigenvectors that may be any: SOAP's path then
    // depends on which the decomposition chose.
    Tolerance{"SOAP", 1e-3, 200, "square"}};

std::string trace_path(std::string_view name) {
  return "optim/beyond/" + std::string(name) + ".json";
}

std::vector<std::size_t> recorded_beyond() {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < optimizer_registry().size(); ++i) {
    const std::string path = trace_path(optimizer_registry()[i].name);
    if (std::ifstream(std::string(STEPLAB_GOLDEN_DIR) + "/" + path).good()) places.push_back(i);
  }
  return places;
}

// A trace's parameters, each with what `start` calls its start.
std::deque<Parameter> parameters_from(const Json& entries, const char* start) {
  std::deque<Parameter> parameters;
  for (const Json& entry : entries.GetArray()) {
    Shape shape;
    for (const Json& size : entry["shape"].GetArray()) shape.push_back(size.GetUint());
    parameters.emplace_back(entry["name"].GetString(),
                            Tensor(shape, golden::floats_from(entry[start])));
  }
  return parameters;
}

void set_recorded_grad(Parameter& parameter, const Json& gradient) {
  if (gradient.IsNull()) {
    parameter.drop_grad();
  } else {
    set_grad(parameter, golden::floats_from(gradient));
  }
}

// The optimizer of torch.optim that a wrapper's trace is around.
std::unique_ptr<Optimizer> make_base(const Json& base) {
  HyperValues options;
  for (const auto& member : base.GetObject()) {
    if (std::string_view(member.name.GetString()) == "name") continue;
    options.emplace_back(member.name.GetString(), golden::hyper_value_from(member.value));
  }
  return make_optimizer(base["name"].GetString(), options);
}

// A wrapper with the options of a case, around the base that they name.
std::unique_ptr<Optimizer> make_wrapped(std::string_view name, const Json& case_options) {
  HyperValues options;
  for (const auto& member : case_options.GetObject()) {
    if (std::string_view(member.name.GetString()) == "base") continue;
    options.emplace_back(member.name.GetString(), golden::hyper_value_from(member.value));
  }
  auto wrapped = find_wrapper(name)->create(make_base(case_options["base"]), options);
  EXPECT_TRUE(wrapped.ok()) << wrapped.error().message;
  return std::move(wrapped).value();
}

// What a trace is played on. As a closure it gives the gradients of `hessian_shift` steps later for
// those of a loss with sampled labels.
class Replay : private Closure {
 public:
  Replay(const Json& inputs, const Json& test_case, std::unique_ptr<Optimizer> optimizer,
         unsigned hessian_shift = 0)
      : inputs_(inputs),
        case_(test_case),
        parameters_(parameters_from(inputs["parameters"], "start")),
        optimizer_(std::move(optimizer)),
        hessian_shift_(hessian_shift) {
    EXPECT_TRUE(optimizer_->add_param_group(named(test_case["params"]), {}).ok());
  }

  // `step` counts from 1.
  void advance(unsigned step) {
    for (const Json& event : case_["events"].GetArray()) {
      if (event["before_step"].GetUint() == step) apply(event);
    }
    step_ = step;
    set_gradients(step);
    const Status status = optimizer_->step(hessian_shift_ > 0 ? this : nullptr);
    ASSERT_TRUE(status.ok()) << status.error().message;
  }

  unsigned samples() const { return samples_; }

  std::string hash() const {
    golden::Hash hash;
    for (const Parameter& parameter : parameters_) hash.add(parameter.value().span());
    return hash.text();
  }

  void expect_near(const Json& checkpoint, const Tolerance& tolerance) const {
    for (unsigned i = 0; i < parameters_.size(); ++i) {
      if (!tolerance.only.empty() && parameters_[i].name() != tolerance.only) continue;
      const std::vector<float> expected = golden::floats_from(checkpoint["parameters"][i]["value"]);
      const std::vector<float> values = values_of(parameters_[i]);
      float largest = 1e-3F;
      for (const float value : expected) largest = std::max(largest, std::fabs(value));
      for (std::size_t k = 0; k < values.size(); ++k) {
        EXPECT_NEAR(values[k], expected[k], tolerance.relative * largest) << parameters_[i].name();
      }
    }
  }

 private:
  Result<float> evaluate() override { return loss(); }
  Result<float> loss() override { return Error{ErrorCode::kLoop, "", "a trace has no loss", -1}; }
  Result<bool> sample_gradient() override {
    ++samples_;
    set_gradients(step_ + hessian_shift_);
    return true;
  }

  void set_gradients(unsigned step) {
    const Json& gradients = inputs_["gradients"][step - 1];
    for (unsigned i = 0; i < parameters_.size(); ++i) {
      set_recorded_grad(parameters_[i], gradients[i]);
    }
  }

  std::vector<Parameter*> named(const Json& names) {
    std::vector<Parameter*> found;
    for (const Json& name : names.GetArray()) {
      for (Parameter& parameter : parameters_) {
        if (parameter.name() == name.GetString()) found.push_back(&parameter);
      }
    }
    return found;
  }

  void apply(const Json& event) {
    if (event.HasMember("add_group")) {
      const Json& group = event["add_group"];
      const HyperValues options = golden::hyper_values_from(group["options"]);
      EXPECT_TRUE(optimizer_->add_param_group(named(group["params"]), options).ok());
      return;
    }
    for (const auto& [name, value] : golden::hyper_values_from(event["set"])) {
      EXPECT_TRUE(optimizer_->set_hyper(event["group"].GetUint(), name, value).ok());
    }
  }

  const Json& inputs_;
  const Json& case_;
  std::deque<Parameter> parameters_;
  std::unique_ptr<Optimizer> optimizer_;
  unsigned hessian_shift_;
  unsigned step_ = 0;
  unsigned samples_ = 0;
};

void expect_same_bits(const Json& test_case, Replay& replay) {
  const auto hashes = test_case["hashes"].GetArray();
  ASSERT_GT(hashes.Size(), 0U);
  for (unsigned step = 1; step <= hashes.Size(); ++step) {
    replay.advance(step);
    ASSERT_EQ(replay.hash(), hashes[step - 1].GetString()) << "first difference: step " << step;
  }
}

void expect_within(const Tolerance& tolerance, const Json& test_case, Replay& replay) {
  const auto checkpoints = test_case["checkpoints"].GetArray();
  const auto* checkpoint = checkpoints.begin();
  ASSERT_NE(checkpoint, checkpoints.end());
  for (unsigned step = 1; step <= tolerance.last_step && checkpoint != checkpoints.end(); ++step) {
    replay.advance(step);
    if ((*checkpoint)["step"].GetUint() != step) continue;
    SCOPED_TRACE("checkpoint at step " + std::to_string(step));
    replay.expect_near(*checkpoint++, tolerance);
  }
}

class BeyondGolden : public ::testing::TestWithParam<std::size_t> {};

TEST_P(BeyondGolden, AgreesWithItsReference) {
  const std::string_view name = optimizer_registry()[GetParam()].name;
  const rapidjson::Document trace = golden::load(trace_path(name));
  ASSERT_TRUE(trace.IsObject());
  const rapidjson::Document inputs = golden::load(trace["inputs"].GetString());
  const auto* tolerance = std::find_if(kTolerances.begin(), kTolerances.end(),
                                       [&](const Tolerance& t) { return t.name == name; });
#ifndef __EMSCRIPTEN__  // WebAssembly carries no texts
  EXPECT_EQ(optimizer_registry()[GetParam()].agreement == "bit for bit",
            tolerance == kTolerances.end());
#endif
  ASSERT_GE(trace["cases"].Size(), 3U);
  const bool has_hessian = trace.HasMember("hessian");
  const unsigned hessian_shift = has_hessian ? trace["hessian"]["shift"].GetUint() : 0;
  for (const Json& test_case : trace["cases"].GetArray()) {
    SCOPED_TRACE(std::string(name) + " " + test_case["name"].GetString());
    Replay replay(inputs, test_case,
                  make_optimizer(name, golden::hyper_values_from(test_case["options"])),
                  hessian_shift);
    if (tolerance == kTolerances.end()) {
      expect_same_bits(test_case, replay);
    } else {
      expect_within(*tolerance, test_case, replay);
    }
    if (has_hessian) {
      EXPECT_EQ(replay.samples(), trace["steps"].GetUint() / trace["hessian"]["every"].GetUint());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Registry, BeyondGolden, ::testing::ValuesIn(recorded_beyond()),
                         optimizer_name);

TEST(BeyondGoldenWrapper, LookaheadAgreesWithItsReferenceBitForBit) {
  const rapidjson::Document trace = golden::load(trace_path("Lookahead"));
  ASSERT_TRUE(trace.IsObject());
  const rapidjson::Document inputs = golden::load(trace["inputs"].GetString());
  for (const Json& test_case : trace["cases"].GetArray()) {
    SCOPED_TRACE(test_case["name"].GetString());
    Replay replay(inputs, test_case, make_wrapped("Lookahead", test_case["options"]));
    expect_same_bits(test_case, replay);
  }
}

// A step of SAM's trace. The loop has taken the first gradient; the closure is asked for the
// second, and must find the parameters where the reference had them.
class SamStep : public Closure {
 public:
  SamStep(const Json& step, std::deque<Parameter>& parameters)
      : step_(step), parameters_(parameters) {}

  void set_gradients(unsigned evaluation) {
    for (unsigned i = 0; i < parameters_.size(); ++i) {
      set_recorded_grad(parameters_[i], step_["evaluations"][evaluation]["gradients"][i]);
    }
  }
  void expect_values(const Json& values) const {
    for (unsigned i = 0; i < parameters_.size(); ++i) {
      EXPECT_EQ(golden::bits_of(parameters_[i].value().span()), values[i].GetString())
          << parameters_[i].name();
    }
  }

  Result<float> evaluate() override {
    ++evaluations_;
    expect_values(step_["evaluations"][1]["parameters"]);
    set_gradients(1);
    return golden::floats_from(step_["evaluations"][1]["loss"]).at(0);
  }
  Result<float> loss() override { return Error{ErrorCode::kLoop, "", "SAM needs no loss", -1}; }
  Result<bool> sample_gradient() override { return false; }
  int evaluations() const { return evaluations_; }

 private:
  const Json& step_;
  std::deque<Parameter>& parameters_;
  int evaluations_ = 0;
};

TEST(BeyondGoldenWrapper, SamAgreesWithItsReferenceBitForBit) {
  const rapidjson::Document trace = golden::load("optim/closures/SAM.json");
  ASSERT_TRUE(trace.IsObject());
  ASSERT_GE(trace["cases"].Size(), 3U);
  for (const Json& test_case : trace["cases"].GetArray()) {
    SCOPED_TRACE(test_case["name"].GetString());
    const auto problems = trace["problems"].GetArray();
    const auto* problem = std::find_if(problems.begin(), problems.end(), [&](const Json& entry) {
      return entry["name"] == test_case["problem"];
    });
    ASSERT_NE(problem, problems.end());
    std::deque<Parameter> parameters = parameters_from((*problem)["parameters"], "bits");
    std::vector<Parameter*> pointers;
    for (Parameter& parameter : parameters) pointers.push_back(&parameter);
    const auto sam = make_wrapped("SAM", test_case["options"]);
    ASSERT_TRUE(sam->add_param_group(pointers, {}).ok());
    unsigned number = 0;
    for (const Json& step : test_case["steps"].GetArray()) {
      SCOPED_TRACE("step " + std::to_string(++number));
      for (const Json& event : test_case["events"].GetArray()) {
        if (event["before_step"].GetUint() != number) continue;
        for (const auto& [name, value] : golden::hyper_values_from(event["set"])) {
          ASSERT_TRUE(sam->set_hyper(event["group"].GetUint(), name, value).ok()) << name;
        }
      }
      ASSERT_EQ(step["evaluations"].Size(), 2U);
      SamStep closure(step, parameters);
      closure.expect_values(step["evaluations"][0]["parameters"]);
      closure.set_gradients(0);
      ASSERT_TRUE(sam->step(&closure).ok());
      ASSERT_EQ(closure.evaluations(), 1);
      closure.expect_values(step["parameters"]);
      ASSERT_FALSE(HasFailure());
    }
  }
}

}  // namespace
}  // namespace steplab
